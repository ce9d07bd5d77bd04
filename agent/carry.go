package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/telemetry"
)

// setBound is how long a Set with its read-back may take. A driver's own bounds are shorter.
const setBound = 30 * time.Second

// outcome is what became of a command once it was carried out.
type outcome struct {
	result string // success, failed, unknown
	value  float64
	old    string
	err    error
	took   time.Duration
}

// carryOut does what a command asks, and ends its reservation when what it moved was read back.
func (d *door) carryOut(ctx context.Context, j *job) {
	defer close(j.done)
	defer d.release(j)
	defer func() {
		if p := recover(); p != nil {
			j.err = fmt.Errorf("%s.%s: %v: %w", j.command.Device, j.command.Control, p, telemetry.ErrFailed)
			panic(p)
		}
	}()
	o := d.climb(ctx, j)
	if o.result == "" {
		d.tellRefusal(j.command, o.err)
		j.err = o.err
		return
	}
	j.result = d.tellCommand(j, o)
	j.err = o.err
}

// act waits for the device, sets it to value and reads back. An outcome without a result is a refusal: nothing was sent.
func (d *door) act(ctx context.Context, j *job, value float64) outcome {
	i, c := j.instrument, j.command
	ctx, end, err := i.turn.take(ctx, j.mark)
	if err != nil {
		return outcome{err: refuse("halted", telemetry.ErrConflict, "%s.%s: %v", c.Device, c.Control, err)}
	}
	defer end()
	ctx, cancel := context.WithTimeout(drivers.WithPriority(ctx, drivers.Command), setBound)
	defer cancel()
	return i.set(ctx, j.control, value, func() error { return d.still(j) })
}

// still judges a command again at the last moment before it is sent: what was true when it was let in may have changed.
func (d *door) still(j *job) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := j.command
	if j.begun {
		c.Expires = time.Time{}
	}
	return d.admit(c)
}

// set moves a control, if it still may, and reads back. The caller has the turn.
func (i *instrument) set(ctx context.Context, c drivers.Control, value float64, still func() error) outcome {
	if err := still(); err != nil {
		return outcome{err: err}
	}
	old := i.shows(c.Name)
	if err := i.identify(ctx); err != nil {
		i.failed(err)
		return outcome{result: "failed", value: math.NaN(), old: old, err: fmt.Errorf("nothing was sent: %w: %w", err, telemetry.ErrFailed)}
	}
	a := i.actuator()
	if a == nil {
		return outcome{result: "failed", value: math.NaN(), old: old, err: fmt.Errorf("%s does not act: %w", i.name, telemetry.ErrFailed)}
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
	i.house.metrics.IO(i.name, operation(i.model.Family, c, value)).Done(err, time.Since(begun), i.house.clock.now())
	if ctx.Err() != nil {
		i.lose("not read back since a command was cut") // what was shown before it is not what is
		i.pokeNow()
		return outcome{result: "unknown", value: math.NaN(), old: old, err: fmt.Errorf("%w: %w", errors.Join(err, errHalted), telemetry.ErrUnsettled)}
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
	for _, s := range i.house.present.Device(i.name) {
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
