package command

import (
	"context"
	"fmt"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/rules"
)

// Command lets a command in or refuses it, and waits for what becomes of it. A caller that leaves changes nothing. A
// command whose id was seen is answered again without acting.
func (d *Commander) Command(ctx context.Context, c buffer.CommandRequest) (buffer.CommandResult, error) {
	c.Value += 0 // -0 becomes 0: an instrument would be sent "-0"
	j, again, clash := d.seen.find(c, d.env.Clock.Now())
	if clash != nil {
		return buffer.CommandResult{}, d.refuseClash(c, clash)
	}
	if !again {
		outlives := c.ID != "" && !c.Expires.IsZero()
		if err := d.reserve(j, c); err != nil {
			d.recordRefusal(c, err)
			j.err = err
			close(j.done)
			if outlives {
				d.keepRefusal(c) // before it is told
			}
			return buffer.CommandResult{}, err
		}
		if outlives {
			d.onDisk(AnswersFile) // before anything is sent: an id is never begun twice
		}
		d.env.Work().Start("command", func(ctx context.Context) error {
			d.execute(ctx, j)
			if outlives {
				d.env.Store().Prompt(AnswersFile)
			}
			return nil
		})
	}
	select {
	case <-j.done:
		return d.durable(ctx, j.result, j.err)
	case <-ctx.Done():
		return buffer.CommandResult{Result: "unknown"}, fmt.Errorf("%s.%s: the caller left while it was under way: %w", c.Device, c.Control, buffer.ErrUnsettled)
	}
}

// reserve judges a command and reserves what it moves, in one critical section.
func (d *Commander) reserve(j *job, c buffer.CommandRequest) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.admit(c); err != nil {
		return err
	}
	i := d.env.Fleet.Find(c.Device)
	if i == nil {
		return refuse("unavailable", buffer.ErrConflict, "%s is not in operation", c.Device)
	}
	_, control, _ := d.plan.Find(c.Device, c.Control, c.Value)
	if c.Value != control.Idle && i.PendingHalt() {
		return refuse("halted", buffer.ErrConflict, "a halt of %s has not been sent yet", c.Device)
	}
	if d.queued[c.Device] >= queueLimit {
		if c.Value != control.Idle {
			return refuse("busy", buffer.ErrConflict, "%s has %d commands waiting", c.Device, queueLimit)
		}
		if j.same = d.waiting(c); j.same != nil { // a crowd does not keep anybody from switching off
			j.command = c
			return nil
		}
	}
	j.command, j.instrument, j.control, j.mark, j.expires = c, i, control.Control, i.Mark(), c.Expires
	j.until = d.steady(c.Expires)
	d.number++
	j.number = d.number
	me := rules.Ref{Device: c.Device, Point: c.Control}
	d.latest[me] = j.number
	if c.Value == control.Idle {
		d.latest[rules.Ref{Device: c.Device, Point: ""}] = j.number
	}
	d.moving[me] = append(d.moving[me], j)
	d.queued[c.Device]++
	return nil
}

// steady is a wall's time on the clock that no step of the wall moves, zero for zero.
func (d *Commander) steady(wall time.Time) time.Time {
	if wall.IsZero() {
		return wall
	}
	return d.env.Clock.Steady().Add(wall.Sub(d.env.Clock.Now()))
}

// expired is the refusal of a command that may not be begun any more.
func expired(c buffer.CommandRequest) *refusal {
	return refuse("expired", buffer.ErrExpired, "%s.%s expired at %s", c.Device, c.Control, c.Expires.Format(time.RFC3339))
}

// admit is every reason to refuse a command, in order. The caller holds mu.
func (d *Commander) admit(c buffer.CommandRequest) error {
	now := d.env.Clock.Now()
	_, control, err := d.plan.Find(c.Device, c.Control, c.Value)
	switch {
	case d.closed:
		return refuse("stopping", buffer.ErrConflict, "the agent is stopping")
	case err != nil:
		return &refusal{reasonOf(err), err}
	case !c.Expires.IsZero() && !now.Before(c.Expires):
		return expired(c)
	case !mayCommand(c.By, c.Value == control.Idle) || !c.By.MayMove(c.Device, c.Control):
		return refuse("right", buffer.ErrForbidden, "%s may not command %s.%s", c.By.Name, c.Device, c.Control)
	}
	idle := c.Value == control.Idle
	if !idle && d.before.mayBe(c) {
		return refuse("repeated", buffer.ErrConflict, "%s.%s may be one of many that were refused before the restart, brought again; must be given anew, to expire after %s",
			c.Device, c.Control, d.before.earlier.Format(time.RFC3339))
	}
	if c.By.Away && !idle && d.plan.Hazardous(c.Device, control) {
		return away(c.By, "switch %s.%s on", c.Device, c.Control)
	}
	if why := d.locks.refuses(c.Device, c.By.Name, idle, d.env.Clock.Steady()); why != "" {
		return refuse("locked", buffer.ErrConflict, "%s", why)
	}
	if d.latched != "" && !idle {
		return refuse("halted", buffer.ErrConflict, "%s; clear the rule %q first", d.latched, HaltRule)
	}
	if err := d.whileHalted(c, control); err != nil {
		return err
	}
	if why := d.maxOnTripped(c.Device); why != "" && !idle {
		return refuse("interlock", buffer.ErrConflict, "%s", why)
	}
	if d.restricted != "" && !idle {
		return refuse("configuration", buffer.ErrConflict, "%s", d.restricted)
	}
	return d.judge(c)
}

// mayCommand says whether somebody may command: to the idle value also whoever may halt.
func mayCommand(by buffer.Principal, idle bool) bool {
	return by.May(buffer.RightCommand) || idle && by.May(buffer.RightHalt)
}

// judge looks at rules and interlocks as they stand now. The caller holds mu.
func (d *Commander) judge(c buffer.CommandRequest) error {
	d.judgeRulesLocked()
	if err := d.plan.Allows(d.situation(), c.Device, c.Control, c.Value); err != nil {
		return &refusal{reasonOf(err), err}
	}
	if why := d.skipsSlew(c); why != "" {
		return refuse("interlock", buffer.ErrConflict, "%s", why)
	}
	return nil
}

// release ends a reservation.
func (d *Commander) release(j *job) {
	d.mu.Lock()
	defer d.mu.Unlock()
	me := rules.Ref{Device: j.command.Device, Point: j.command.Control}
	left := d.moving[me][:0]
	for _, other := range d.moving[me] {
		if other != j {
			left = append(left, other)
		}
	}
	if d.moving[me] = left; len(left) == 0 {
		delete(d.moving, me)
	}
	if d.queued[me.Device]--; d.queued[me.Device] == 0 {
		delete(d.queued, me.Device)
	}
}

// queueLimit is how many commands may wait for one device.
const queueLimit = 64

// Idle is the idle value of a control, false where there is no such control.
func (d *Commander) Idle(device, control string) (float64, bool) {
	p := d.inForce().Device(device)
	if p == nil {
		return 0, false
	}
	c := p.Move(control)
	if c == nil {
		return 0, false
	}
	return c.Idle, true
}
