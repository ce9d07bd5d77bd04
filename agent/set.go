package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

// outcome is what became of a command once it was carried out.
type outcome struct {
	result string // success, failed, unknown
	value  float64
	old    string
	err    error
	took   time.Duration
}

// set moves a control, if it still may, and reads back. The caller has the turn.
func (i *instrument) set(ctx context.Context, c drivers.Control, value float64, still func() error) outcome {
	if err := still(); err != nil {
		return outcome{err: err}
	}
	old := i.shows(c.Name)
	if err := i.identify(ctx); err != nil {
		i.failed(err)
		return outcome{result: "failed", value: math.NaN(), old: old, err: fmt.Errorf("nothing was sent: %w: %w", err, buffer.ErrFailed)}
	}
	a := i.actuator()
	if a == nil {
		return outcome{result: "failed", value: math.NaN(), old: old, err: fmt.Errorf("%s does not act: %w", i.name, buffer.ErrFailed)}
	}
	if err := still(); err != nil { // identifying a device whose line was opened anew takes its time
		return outcome{err: err}
	}
	if i.model.Laser && value != c.Idle {
		i.lights()
	}
	begun := time.Now()
	err := a.Set(ctx, c.Name, value)
	i.doubt(err)
	if err != nil && repeatable(err) && mayRepeat(c) && ctx.Err() == nil {
		err = a.Set(ctx, c.Name, value)
		i.doubt(err)
	}
	i.env.IO(i.name, operation(i.model.Family, c, value)).Done(err, time.Since(begun), i.env.Clock.now())
	if ctx.Err() != nil {
		i.lose("not read back since a command was cut") // what was shown before it is not what is
		i.pokeNow()
		return outcome{result: "unknown", value: math.NaN(), old: old, err: fmt.Errorf("%w: %w", errors.Join(err, errHalted), buffer.ErrUnsettled)}
	}
	now, back := i.readBack(ctx, c)
	o := settled(c, value, err, now, back)
	o.old = old
	return o
}

// readBack reads the device and finds what the control moved.
func (i *instrument) readBack(ctx context.Context, c drivers.Control) (drivers.Reading, error) {
	readings, err := i.ask(ctx)
	if err != nil {
		if ctx.Err() == nil {
			i.failed(err)
		}
		return drivers.Reading{}, err
	}
	i.answered()
	i.accept(readings)
	for _, r := range readings {
		if r.Channel == c.Name || r.Channel == "" && r.Name == c.Name {
			return r, nil
		}
	}
	return drivers.Reading{}, errNotShown
}

// shows is what a control's point shows now, as text.
func (i *instrument) shows(control string) string {
	for _, s := range i.env.Present.Device(i.name) {
		if s.Point() != control {
			continue
		}
		if s.Missing != "" {
			return s.Missing
		}
		return fmt.Sprint(s.Value)
	}
	return "unknown"
}

// level is what a control shows now, its idle value where that is not known: a rise then begins there.
func (i *instrument) level(c drivers.Control) float64 {
	for _, s := range i.env.Present.Device(i.name) {
		if s.Point() == c.Name && s.Missing == "" && s.Bound == buffer.Exact {
			return s.Value
		}
	}
	return c.Idle
}
