package drivers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// actuation is how outputs move a valve.
type actuation interface {
	// move drives the valve open or closed. When it returns nothing is left energised that must not stay so, whatever ctx does.
	move(ctx context.Context, open bool) error
	// halt drives every output to its fail level, or closes the valve where none is configured. known is whether the valve is then
	// commanded open or closed, and which.
	halt(ctx context.Context) (open, known bool, err error)
	// commanded is what the outputs drive now, where that is known.
	commanded() (open, known bool)
}

// solenoid is one output: energised is open.
type solenoid struct{ out gpio.PinOut }

func (s solenoid) move(_ context.Context, open bool) error {
	return drive("solenoid", s.out, gpio.Level(open))
}

func (s solenoid) halt(context.Context) (bool, bool, error) {
	level := fails(s.out, gpio.Low)
	return bool(level), true, drive("solenoid", s.out, level)
}

func (s solenoid) commanded() (bool, bool) {
	level, known := driven(s.out)
	return bool(level), known
}

// double is two solenoids that work against each other: one is energised, and after a pause the other is not any more.
type double struct {
	opens, closes gpio.PinOut
	pause         time.Duration
	wait          func(context.Context, time.Duration) error
}

func (d double) move(ctx context.Context, open bool) error {
	first, second := d.opens, d.closes
	if !open {
		first, second = second, first
	}
	if err := drive("the solenoid that moves it", first, gpio.High); err != nil {
		return err
	}
	waited := d.wait(ctx, d.pause)
	return errors.Join(drive("the other solenoid", second, gpio.Low), waited)
}

func (d double) halt(ctx context.Context) (bool, bool, error) {
	opens, closes := fails(d.opens, gpio.Low), fails(d.closes, gpio.High)
	err := errors.Join(drive("solenoid", d.opens, opens), drive("solenoid2", d.closes, closes))
	return bool(opens), opens != closes, err
}

func (d double) commanded() (bool, bool) {
	opens, known := driven(d.opens)
	closes, also := driven(d.closes)
	return bool(opens), known && also && opens != closes
}

// latching is two coils that are energised for a pulse; the valve stays where it was moved to.
type latching struct {
	opens, closes gpio.PinOut
	pulse         time.Duration
	wait          func(context.Context, time.Duration) error
}

func (l latching) move(ctx context.Context, open bool) error {
	coil, other := l.opens, l.closes
	if !open {
		coil, other = other, coil
	}
	if err := drive("the other coil", other, gpio.Low); err != nil {
		return err
	}
	err := drive("the coil", coil, gpio.High)
	if err == nil {
		err = l.wait(ctx, l.pulse)
	}
	return errors.Join(err, drive("the coil", coil, gpio.Low))
}

func (l latching) halt(ctx context.Context) (bool, bool, error) {
	err := l.move(ctx, false)
	return false, err == nil, err
}

func (l latching) commanded() (bool, bool) { return false, false }

// actuationOf picks the actuation by the pins there are.
func actuationOf(w Wires, pulse time.Duration) (actuation, error) {
	has := func(key string) bool { return w.Out[key] != nil }
	switch {
	case has("open_coil") && has("close_coil") && !has("solenoid") && !has("solenoid2"):
		return latching{w.Out["open_coil"], w.Out["close_coil"], pulse, w.Wait}, nil
	case has("open_coil") || has("close_coil") || !has("solenoid"):
		return nil, fmt.Errorf("pins: must be solenoid, or solenoid and solenoid2 (double actuation), or open_coil and close_coil (latching)")
	case has("solenoid2"):
		return double{w.Out["solenoid"], w.Out["solenoid2"], pulse, w.Wait}, nil
	}
	return solenoid{w.Out["solenoid"]}, nil
}
