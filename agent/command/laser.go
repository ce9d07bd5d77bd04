package command

import (
	"fmt"
	"slices"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/rules"
)

// maxOnPrefix begins the name of the latch of a laser that was on for longer than its max_on.
const maxOnPrefix = config.MaxOnPrefix

// maxOnRule is that latch as a rule: it halts the laser, and is cleared like every trip.
func maxOnRule(d *device.Device) *rules.Rule {
	return &rules.Rule{
		Name: maxOnPrefix + d.Name, Halt: []string{d.Name}, When: &rules.Expression{Text: fmt.Sprintf("%s is on for %v", d.Name, d.MaxOn)},
	}
}

// watchLaser halts a laser that is or may be on for longer than max_on, on and no longer heard, or on though a latch says
// otherwise. One that was never heard since the start is halted when its line is there.
func (d *Commander) watchLaser(i *device.Device) {
	since := i.LaserOnSince()
	if !i.Model.Laser || since == 0 || !i.LaserHeard() {
		return
	}
	now := d.env.Clock.Up()
	c, _ := i.Status()
	heard := max(c.Success, since)
	if i.MaxOn > 0 && now-since >= i.MaxOn {
		why := fmt.Sprintf("on for max_on, %v", i.MaxOn)
		d.Halter.once(i, "max_on", why)
		d.tripMaxOn(i, why)
		return
	}
	if now-heard > i.StaleAfter {
		d.Halter.once(i, "silence", fmt.Sprintf("on and not heard for %v", i.StaleAfter))
		return
	}
	if why := d.mustBeOff(i.Name); why != "" {
		d.Halter.once(i, "rule", "found on: "+why)
	}
}

// tripMaxOn latches that a laser was on for too long, and records it once.
func (d *Commander) tripMaxOn(i *device.Device, why string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := maxOnRule(i)
	if l := d.latches[r.Name]; l != nil && l.Tripped {
		return
	}
	d.latches[r.Name] = &rules.Latch{Tripped: true, Since: d.env.Clock.Up(), Why: why}
	d.env.Log.Error("a laser was on for too long", "device", i.Name, "why", why)
	d.RecordTrip(r, 1, buffer.Critical, "tripped", "why="+buffer.Quoted(why))
}

// maxOnTripped is why a laser may not be switched on since it was on for too long, "" if it may. The caller holds mu.
func (d *Commander) maxOnTripped(device string) string {
	if l := d.latches[maxOnPrefix+device]; l != nil && l.Tripped {
		return fmt.Sprintf("rule %q forbids it: %s; clear it first", maxOnPrefix+device, l.Why)
	}
	return ""
}

// clearMaxOn clears that latch, if the laser is known to be off. The caller holds mu.
func (d *Commander) clearMaxOn(by buffer.Principal, name string) error {
	i := d.env.Fleet.Find(name)
	l := d.latches[maxOnPrefix+name]
	switch {
	case i == nil || !i.Model.Laser:
		return fmt.Errorf("rule %q: %w", maxOnPrefix+name, buffer.ErrUnknown)
	case !by.MayMove(name, "enabled"):
		return fmt.Errorf("%s may not command %s.enabled: %w", by.Name, name, buffer.ErrForbidden)
	case l == nil || !l.Tripped:
		return nil
	case by.Away:
		return away(by, "clear the latch %q", maxOnPrefix+name)
	case i.LaserOnSince() != 0:
		return fmt.Errorf("rule %q is not good: %s is not known to be off: %w", maxOnPrefix+name, name, buffer.ErrConflict)
	}
	delete(d.latches, maxOnPrefix+name)
	d.RecordTrip(maxOnRule(i), 0, buffer.Warning, "cleared", buffer.NoteOf(by).String())
	return nil
}

// maxOnStandings are the tripped latches of lasers that were on for too long. The caller holds mu.
func (d *Commander) maxOnStandings() (out []RuleStanding) {
	for _, i := range d.env.Fleet.All() {
		l := d.latches[maxOnPrefix+i.Name]
		if l == nil || !l.Tripped {
			continue
		}
		one := RuleStanding{Rule: maxOnRule(i), Latch: *l}
		one.Latch.Good = i.LaserOnSince() == 0
		out = append(out, one)
	}
	return out
}

// mustBeOff says which latch a device may not be on under, "" if there is none: for one that is on all the same, by a hand
// at its panel or from before a restart.
func (d *Commander) mustBeOff(device string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.latched != "" {
		return d.latched
	}
	if why := d.maxOnTripped(device); why != "" {
		return why
	}
	for _, r := range d.plan.Rules {
		if l := d.latches[r.Name]; l.InForce() && slices.Contains(r.Halt, device) {
			return "rule " + r.Name + ": " + l.Why
		}
	}
	return ""
}
