package main

import (
	"context"
	"fmt"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

// setBound is how long a Set with its read-back may take. A driver's own bounds are shorter.
const setBound = 30 * time.Second

// carryOut does what a command asks, and ends its reservation when what it moved was read back.
func (d *door) carryOut(ctx context.Context, j *job) {
	defer close(j.done)
	defer d.release(j)
	defer func() {
		if p := recover(); p != nil {
			j.err = fmt.Errorf("%s.%s: %v: %w", j.command.Device, j.command.Control, p, buffer.ErrFailed)
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
		return outcome{err: refuse("halted", buffer.ErrConflict, "%s.%s: %v", c.Device, c.Control, err)}
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
