package drivers

import (
	"context"
	"fmt"
	"math"
)

// Controls are the set-point and the heater, where they may be set. The idle set-point is the coldest.
func (l *lakeshore) Controls() []Control {
	if l.options.MaxSetpoint == 0 {
		return nil
	}
	return []Control{
		{Name: "setpoint", Unit: Celsius, Min: zeroKelvin, Max: l.options.MaxSetpoint, Idle: zeroKelvin, Hazard: true, Resolution: 0.06}, {Name: "enabled", Max: 1, Hazard: true},
	}
}

// Set sends a command and reads back what became of it.
func (l *lakeshore) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(l.Controls(), control, value); err != nil {
		return err
	}
	if control == "enabled" {
		return l.heat(ctx, int(value)*l.options.Range)
	}
	return l.setpoint(ctx, value)
}

// setpoint sets it in kelvin, cut to thousandths, and makes sure that it is there: "SETP 1,122.5" 0D 0A, not answered.
func (l *lakeshore) setpoint(ctx context.Context, celsius float64) error {
	kelvin := cut(celsius-zeroKelvin, 3)
	command := fmt.Sprintf("SETP %d,%g", l.options.Loop, kelvin)
	if l.options.Type == "330" {
		command = fmt.Sprintf("SETP %g", kelvin)
	}
	if err := l.line.send(ctx, command); err != nil {
		return err
	}
	got, err := l.line.number(ctx, l.setpointQuery())
	if err == nil && math.Abs(got-kelvin) > 0.06 {
		return refused(command, fmt.Sprint(got))
	}
	return err
}

// heat switches the heater to a range, 0 is off, and makes sure that it is there.
//
//	"RANGE 1,3" 0D 0A (325, 335, 336, 350), "RANGE 3" 0D 0A (331, 340), "RANG 3" 0D 0A (330), not answered
func (l *lakeshore) heat(ctx context.Context, n int) error {
	command := fmt.Sprintf("RANGE %d", n)
	switch {
	case l.kind.perOutput:
		command = fmt.Sprintf("RANGE %d,%d", l.options.Loop, n)
	case l.options.Type == "330":
		command = fmt.Sprintf("RANG %d", n)
	}
	if err := l.line.send(ctx, command); err != nil {
		return err
	}
	got, err := l.integer(ctx, l.heater("RANGE?"), 5)
	if err == nil && got != n {
		return refused(command, fmt.Sprint(got))
	}
	return err
}

// Halt switches the heater off, where it may be set.
func (l *lakeshore) Halt(ctx context.Context) error {
	if l.options.MaxSetpoint == 0 {
		return nil
	}
	return halting(ctx, 3, func(ctx context.Context) error { return l.heat(ctx, 0) })
}
