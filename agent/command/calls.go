package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"pychron-edge/buffer"

	"pychron-edge/agent/rules"
)

// Lock takes or gives up a soft lock.
func (d *Commander) Lock(_ context.Context, r buffer.LockRequest) error {
	call := "lock"
	if r.Unlock {
		call = "unlock"
	}
	err := d.lock(r)
	if !errors.Is(err, buffer.ErrNotKept) {
		d.recordCallRefusal(r.By, call, "device", r.Device, err)
	}
	return err
}

func (d *Commander) lock(r buffer.LockRequest) error {
	if err := d.mayTouch(r.By, r.Device); err != nil {
		return err
	}
	if err := d.changeLock(r); err != nil {
		return err
	}
	if lost := d.onDisk(LocksFile); lost != nil && !r.Unlock { // an unlocking that is lost leaves it locked
		return fmt.Errorf("%s is locked now, but its lock %w and would not survive a restart: %w", r.Device, buffer.ErrNotKept, lost)
	}
	return nil
}

// changeLock does what a request asks, and records it before anybody else changes it: of two events the later one is what holds.
func (d *Commander) changeLock(r buffer.LockRequest) (err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now, what, broken := d.env.Clock.Steady(), "lock", false
	if r.Unlock {
		what = "unlock"
		broken, err = d.locks.give(r, now)
	} else {
		broken, err = d.locks.take(r, now)
	}
	if err != nil {
		return err
	}
	if broken {
		what = "break_lock"
	}
	n := buffer.NoteOf(r.By)
	n.Add("owner", r.Owner)
	if r.Both {
		n.Add("both", "yes")
	}
	if r.OutOfService {
		n.Add("service", "out")
	}
	n.Add("why", r.Reason)
	d.recordCall(r.Device, what, n)
	return nil
}

// Hold takes, renews or drops a lease: when it lapses the device is halted.
func (d *Commander) Hold(_ context.Context, r buffer.HoldRequest) (buffer.HoldResult, error) {
	result, err := d.hold(r)
	d.recordCallRefusal(r.By, "hold", "device", r.Device, err)
	return result, err
}

func (d *Commander) hold(r buffer.HoldRequest) (buffer.HoldResult, error) {
	if err := d.mayTouch(r.By, r.Device); err != nil {
		return buffer.HoldResult{}, err
	}
	p := d.inForce().Device(r.Device)
	length, err := leaseTime(r.For, p.HoldOff)
	if err != nil {
		return buffer.HoldResult{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock() // after it is recorded: of two events the later one is what holds
	now := d.env.Clock.Up()
	d.endLeases(now) // one that ran out has lapsed, whoever comes before the supervisor looks
	_, had := d.leases[r.Device]
	if r.Drop {
		if err = d.leases.drop(r.Device, r.By.Name); err == nil {
			d.recordCall(r.Device, "release", buffer.NoteOf(r.By))
		}
		return buffer.HoldResult{}, err
	}
	if err = d.leases.take(r.Device, r.By.Name, now, length); err == nil && !had {
		d.recordCall(r.Device, "hold", buffer.NoteOf(r.By))
	}
	return buffer.HoldResult{Until: d.env.Clock.ZeroWall().Add(now + length)}, err
}

// mayTouch says why somebody may not lock or hold a device.
func (d *Commander) mayTouch(by buffer.Principal, device string) error {
	p := d.inForce().Device(device)
	switch {
	case p == nil || len(p.Moves) == 0:
		return fmt.Errorf("device %q: %w; must be a device that can be commanded", device, buffer.ErrUnknown)
	case !by.May(buffer.RightCommand):
		return refuse("right", buffer.ErrForbidden, "%s may not command", by.Name)
	}
	for _, c := range p.Moves {
		if by.MayMove(device, c.Name) {
			return nil
		}
	}
	return refuse("right", buffer.ErrForbidden, "%s may not command %s", by.Name, device)
}

// recordCall records what was done to a device without moving it.
func (d *Commander) recordCall(device, what string, n *buffer.Note) {
	d.env.Record(&buffer.Event{
		Kind: buffer.Command, Severity: buffer.Info, Type: buffer.Counter, Metric: "commands_total", Value: 1, Device: device,
		Labels: buffer.MakeLabels("device", device, "control", what, "result", "success"), Status: "success", Note: n.String(),
	})
}

// ClearRule clears a trip, if its condition certainly does not hold any more; or the latch of a halt from outside. It needs
// the right over all that the rule halts and forbids. Nothing is switched on by it.
func (d *Commander) ClearRule(_ context.Context, by buffer.Principal, rule string) error {
	err := d.clearRule(by, rule)
	d.recordCallRefusal(by, "clear", "rule", rule, err)
	return err
}

func (d *Commander) clearRule(by buffer.Principal, rule string) error {
	if !by.May(buffer.RightCommand) {
		return refuse("right", buffer.ErrForbidden, "%s may not clear rules", by.Name)
	}
	defer d.onDisk(LatchesFile)
	if rule == HaltRule {
		return d.clearHalt(by)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if laser, is := strings.CutPrefix(rule, maxOnPrefix); is {
		return d.clearMaxOn(by, laser)
	}
	for _, r := range d.plan.Rules {
		if r.Name == rule {
			return d.clear(by, r)
		}
	}
	return d.plan.UnknownRule(rule)
}

// clear clears the trip of one rule. The caller holds mu.
func (d *Commander) clear(by buffer.Principal, r *rules.Rule) error {
	if err := mayClear(by, r, d.plan); err != nil {
		return err
	}
	d.judgeRulesLocked()
	if l := d.latches[r.Name]; l == nil || !l.Tripped {
		return nil
	}
	if err := rules.ClearTrip(r, d.latches); err != nil {
		return &refusal{"interlock", fmt.Errorf("%w: %w", err, buffer.ErrConflict)}
	}
	d.RecordTrip(r, 0, buffer.Warning, "cleared", buffer.NoteOf(by).String())
	return nil
}

// clearHalt takes the latch of agent halt away, and ends that a HALT is told.
func (d *Commander) clearHalt(by buffer.Principal) error {
	if err := mayClear(by, haltsAll(d.inForce()), d.inForce()); err != nil {
		return err
	}
	if err := d.env.Unlatch(); err != nil {
		return fmt.Errorf("take the latch away: %w: %w", err, buffer.ErrFailed)
	}
	d.mu.Lock()
	was, told := d.latched, d.halted
	d.latched, d.halted = "", nil
	d.mu.Unlock()
	if was == "" && told == nil {
		return nil
	}
	d.RecordTrip(&rules.Rule{Name: HaltRule}, 0, buffer.Warning, "cleared", buffer.NoteOf(by).String())
	return nil
}
