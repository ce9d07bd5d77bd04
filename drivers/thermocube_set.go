package drivers

import (
	"context"
	"fmt"
	"math"
)

// Controls: acknowledge clears the alarms.
func (t *thermocube) Controls() []Control {
	return []Control{
		coolantControl(t.options.Min, t.options.Max, 0.15/1.8),
		{Name: "enabled", Max: 1}, {Name: "acknowledge", Max: 1, Pulse: true},
	}
}

// Set sends a command. A set-point is read back; start, standby and the clearing of alarms are not answered in any way.
//
//	E0 start, A0 standby; FE clear alarms (BE in standby)
func (t *thermocube) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(t.Controls(), control, value); err != nil {
		return err
	}
	switch {
	case control == "setpoint":
		return t.setpoint(ctx, value)
	case control == "enabled":
		before := t.run
		t.run = byte(value) * cubeRun
		if err := t.write(ctx, cubeOnly); err != nil {
			t.run = before
			return err
		}
		return t.alive(ctx)
	case value == 1:
		if err := t.write(ctx, cubeClear); err != nil {
			return err
		}
		return t.alive(ctx)
	}
	return nil
}

// alive asks for the set-point, which shows at least that the chiller answers: unlike the fault byte it cannot be any number.
func (t *thermocube) alive(ctx context.Context) error {
	_, err := t.celsius(ctx, cubeSetpoint)
	return err
}

// setpoint writes it and reads it back: E1 F4 01, 50.0 °F; A1 F4 01 in standby.
func (t *thermocube) setpoint(ctx context.Context, celsius float64) error {
	tenths := int16(math.Round(fahrenheitOf(celsius) * 10))
	if err := t.write(ctx, cubeSetpoint, byte(tenths), byte(tenths>>8)); err != nil {
		return err
	}
	got, err := t.celsius(ctx, cubeSetpoint)
	if err == nil && math.Abs(fahrenheitOf(got)*10-float64(tenths)) > 1.5 {
		return refused(fmt.Sprintf("setpoint = %g", celsius), fmt.Sprintf("%g", got))
	}
	return err
}

// Halt sends nothing: what a chiller cools is safer cold.
func (t *thermocube) Halt(context.Context) error { return nil }
