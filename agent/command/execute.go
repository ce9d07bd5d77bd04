package command

import (
	"context"
	"fmt"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/device"
)

// setBound is how long a Set with its read-back may take. A driver's own bounds are shorter.
const setBound = 30 * time.Second

// execute does what a command asks, and ends its reservation when what it moved was read back.
func (d *Commander) execute(ctx context.Context, j *job) {
	defer close(j.done)
	if j.same != nil {
		j.follow(ctx)
		return
	}
	defer d.release(j)
	defer func() {
		if p := recover(); p != nil {
			j.err = fmt.Errorf("%s.%s: %v: %w", j.command.Device, j.command.Control, p, buffer.ErrFailed)
			panic(p)
		}
	}()
	o := d.ramp(ctx, j)
	if o.Result == "" {
		d.recordRefusal(j.command, o.Err)
		j.err = o.Err
		return
	}
	d.noteOutcome(j, o)
	j.result = d.recordCommand(j, o)
	j.err = o.Err
}

// attempt waits for the device, sets it to value and reads back. An outcome without a result is a refusal: nothing was sent.
func (d *Commander) attempt(work context.Context, j *job, value float64) device.Outcome {
	i, c := j.instrument, j.command
	ctx, end, err := i.Use(work, j.mark)
	switch {
	case err != nil && work.Err() != nil:
		return device.Outcome{Err: refuse("stopping", buffer.ErrConflict, "%s.%s: the agent is stopping", c.Device, c.Control)}
	case err != nil:
		return device.Outcome{Err: refuse("halted", buffer.ErrConflict, "%s.%s: %v", c.Device, c.Control, err)}
	}
	defer end()
	ctx, cancel := context.WithTimeout(drivers.WithPriority(ctx, drivers.Command), setBound)
	defer cancel()
	return i.Set(ctx, j.control, value, func() error { return d.recheck(j) })
}

// recheck judges a command again at the last moment before it is sent: what was true when it was let in may have changed.
func (d *Commander) recheck(j *job) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := j.command
	c.Expires = j.expires
	if j.begun {
		c.Expires = time.Time{}
	}
	err := d.admit(c)
	if over := !j.until.IsZero() && !d.env.Clock.Steady().Before(j.until); err == nil && over && !j.begun {
		err = expired(c) // though the wall was put back meanwhile
	}
	j.sent = j.sent || err == nil
	return err
}
