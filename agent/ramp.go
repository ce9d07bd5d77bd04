package main

import (
	"context"
	"fmt"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/telemetry"
)

// rampStep is the time between the steps of a laser's power that rises by its slew.
const rampStep = 100 * time.Millisecond

// longestRamp is the longest a power may take from nothing to all of it.
const longestRamp = 10 * time.Minute

// ramps says whether a control of a device rises in steps: the power of a laser whose configuration has a slew.
func (d *DevicePlan) ramps(c drivers.Control) bool {
	return d.Model.Laser && d.Slew > 0 && c.Unit != "" && !c.Pulse
}

// next is the value a control goes to on its way from one to another: at once, but for a power that rises.
func (d *DevicePlan) next(c drivers.Control, from, to float64) float64 {
	if !d.ramps(c) || to <= from {
		return to
	}
	return min(to, from+d.Slew*rampStep.Seconds())
}

// level is what a control shows now, its idle value where that is not known: a rise then begins there.
func (i *instrument) level(c drivers.Control) float64 {
	for _, s := range i.house.present.Device(i.name) {
		if s.Point() == c.Name && s.Missing == "" && s.Bound == buffer.Exact {
			return s.Value
		}
	}
	return c.Idle
}

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
			o.result, o.err = "failed", fmt.Errorf("ended at %v by a later command: %w", o.value, telemetry.ErrFailed)
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
func (d *door) steep(c telemetry.Command) string {
	p, i := d.plan.Device(c.Device), d.house.instrument(c.Device)
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

// slew checks how fast a laser's power may rise.
func (k *checking) slew(d *DevicePlan, path string) {
	if d.Slew == 0 {
		return
	}
	if !d.Model.Laser {
		k.at(path+".slew", "slew has a meaning for lasers only; %s is none", d.Name)
		return
	}
	for _, c := range d.Moves {
		if least := (c.Max - c.Min) / longestRamp.Seconds(); c.Unit != "" && !(d.Slew >= least) {
			k.at(path+".slew", "slew is %v; allowed is %.3g %s per second or more, or 0 for none", d.Slew, least, c.Unit)
		}
	}
}
