package drivers

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// Controls are the set-point and whether the loop controls, where they may be set.
func (d *watlowModbus) Controls() []Control {
	if h := d.options.heating(false); h.settable() {
		return []Control{h.control(floatResolution), {Name: "enabled", Max: 1, Hazard: true}}
	}
	return nil
}

// Set writes, once the mode that was read back fits the map.
func (d *watlowModbus) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(d.Controls(), control, value); err != nil {
		return err
	}
	switch {
	case control == "setpoint":
		return d.setpoint(ctx, value)
	case value == 1:
		return d.switchTo(ctx, watlowAuto)
	}
	return d.switchTo(ctx, watlowModeOff)
}

// setpoint writes the closed-loop set-point and makes sure that it is there.
//
//	01 10 08 70 00 02 04 00 00 42 96 23 85 -> 01 10 08 70 00 02 42 73, 75.0
func (d *watlowModbus) setpoint(ctx context.Context, celsius float64) error {
	if _, err := d.mode(ctx); err != nil {
		return err
	}
	h, err := d.units(ctx)
	if err != nil {
		return err
	}
	want := h.native(celsius, 3)
	if err := d.bus.writeFloat(ctx, d.zone+d.at.setpoint, want); err != nil {
		return err
	}
	got, err := d.bus.float(ctx, readHolding, d.zone+d.at.setpoint)
	if err == nil && math.Abs(got-want) > floatResolution {
		return refused(fmt.Sprintf("setpoint = %g", celsius), fmt.Sprintf("%g", got))
	}
	return err
}

// switchTo writes the mode: 01 06 07 58 00 0A 89 6A -> the same, auto.
func (d *watlowModbus) switchTo(ctx context.Context, mode uint16) error {
	if _, err := d.mode(ctx); err != nil {
		return err
	}
	return d.bus.write(ctx, d.zone+d.at.mode, mode)
}

// Halt switches the loop off, where it may be set. It is not switched on again by itself. A unit that does not answer is sent the command all the same;
// one that is found to have another map is not, because the register is something else there.
func (d *watlowModbus) Halt(ctx context.Context) error {
	if !d.options.heating(false).settable() {
		return nil
	}
	return halting(ctx, 3, func(ctx context.Context) error {
		if _, err := d.mode(ctx); errors.Is(err, errOtherMap) || errors.Is(err, ErrRefused) {
			return err
		}
		return d.bus.write(ctx, d.zone+d.at.mode, watlowModeOff)
	})
}
