package command

import (
	"context"
	"fmt"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/rules"
	"pychron-edge/agent/task"
)

// ramp moves a control to its value, in steps where it must rise slowly. Between the steps others have their turn: a later
// command for the same control, or one that makes the device idle, ends the climb, and so does whatever would now refuse it.
func (d *Commander) ramp(ctx context.Context, j *job) device.Outcome {
	i, c, begun := j.instrument, j.control, time.Now()
	at, reached, old := i.Level(c), device.Outcome{}, ""
	for first := true; ; first = false {
		at = i.Plan().Next(c, at, j.command.Value)
		o := d.attempt(ctx, j, at)
		if first {
			old = o.Old
		} else if o.Result == "" {
			o.Result, o.Value, o.Err = "failed", reached.Value, fmt.Errorf("ended at %v: %w", reached.Value, o.Err)
		}
		if o.Err == nil && at != j.command.Value && !d.isCurrent(ctx, j) {
			o.Result, o.Err = "failed", fmt.Errorf("ended at %v by a later command: %w", o.Value, buffer.ErrFailed)
		}
		if o.Took, o.Old = time.Since(begun), old; o.Err != nil || at == j.command.Value {
			return o
		}
		reached = o
	}
}

// isCurrent waits for a step's time and says whether the command is still the one to be followed.
func (d *Commander) isCurrent(ctx context.Context, j *job) bool {
	d.mu.Lock()
	j.begun = true
	d.mu.Unlock()
	if task.Wait(ctx, config.RampStep) != nil {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.latest[rules.Ref{Device: j.command.Device, Point: j.command.Control}] == j.number && d.latest[rules.Ref{Device: j.command.Device, Point: ""}] < j.number
}

// skipsSlew says why a laser may not be switched on: its power would come all at once though it has a slew. "" if it may.
func (d *Commander) skipsSlew(c buffer.CommandRequest) string {
	p, i := d.plan.Device(c.Device), d.env.Fleet.Find(c.Device)
	if i == nil || c.Control != "enabled" || c.Value == 0 {
		return ""
	}
	for _, m := range p.Moves {
		if at := i.Level(m.Control); p.Ramps(m.Control) && at > m.Idle && i.Level(p.Move("enabled").Control) == 0 {
			return fmt.Sprintf("%s is set to %v and would not rise by its slew; set it to %v first", rules.Ref{Device: c.Device, Point: m.Name}, at, m.Idle)
		}
	}
	return ""
}
