package main

import (
	"context"
	"fmt"
	"time"

	"pychron-edge/buffer"
)

// climb moves a control to its value, in steps where it must rise slowly. Between the steps others have their turn: a later
// command for the same control, or one that makes the device idle, ends the climb, and so does whatever would now refuse it.
func (d *door) climb(ctx context.Context, j *job) outcome {
	i, c, begun := j.instrument, j.control, time.Now()
	at, reached, old := i.level(c), outcome{}, ""
	for first := true; ; first = false {
		at = i.plan().next(c, at, j.command.Value)
		o := d.act(ctx, j, at)
		if first {
			old = o.old
		} else if o.result == "" {
			o.result, o.value, o.err = "failed", reached.value, fmt.Errorf("ended at %v: %w", reached.value, o.err)
		}
		if o.err == nil && at != j.command.Value && !d.stays(ctx, j) {
			o.result, o.err = "failed", fmt.Errorf("ended at %v by a later command: %w", o.value, buffer.ErrFailed)
		}
		if o.took, o.old = time.Since(begun), old; o.err != nil || at == j.command.Value {
			return o
		}
		reached = o
	}
}

// stays waits for a step's time and says whether the command is still the one to be followed.
func (d *door) stays(ctx context.Context, j *job) bool {
	d.mu.Lock()
	j.begun = true
	d.mu.Unlock()
	if wait(ctx, rampStep) != nil {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.latest[Ref{j.command.Device, j.command.Control}] == j.number && d.latest[Ref{j.command.Device, ""}] < j.number
}

// steep says why a laser may not be switched on: its power would come all at once though it has a slew. "" if it may.
func (d *door) steep(c buffer.CommandRequest) string {
	p, i := d.plan.Device(c.Device), d.env.Fleet.find(c.Device)
	if i == nil || c.Control != "enabled" || c.Value == 0 {
		return ""
	}
	for _, m := range p.Moves {
		if at := i.level(m.Control); p.ramps(m.Control) && at > m.Idle && i.level(p.Move("enabled").Control) == 0 {
			return fmt.Sprintf("%s is set to %v and would not rise by its slew; set it to %v first", Ref{c.Device, m.Name}, at, m.Idle)
		}
	}
	return ""
}
