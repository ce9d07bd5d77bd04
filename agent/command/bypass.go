package command

import (
	"context"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

// BypassRule takes one rule out of force for d, at most rules.MaxBypass, for a reason that must be given; 0 ends that
// before its time. It needs the right admin, and the right over all that the rule halts and forbids. It ends by itself, at
// the latest with the process: no bypass outlives a restart.
//
// ErrUnknown is for a rule that is not in the configuration, ErrForbidden for who may not and for the latches of a halt
// and of max_on, which are never bypassed, ErrRange for a time that is too long or no reason, ErrConflict where there is
// nothing to end. A refusal is an event.
func (d *Commander) BypassRule(_ context.Context, by buffer.Principal, rule string, length time.Duration, reason string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.bypass(by, rule, length, reason)
	d.recordCallRefusal(by, "bypass", "rule", rule, err)
	return err
}

// bypass does what BypassRule says. The caller holds mu.
func (d *Commander) bypass(by buffer.Principal, name string, length time.Duration, reason string) error {
	switch {
	case !by.May(buffer.RightAdmin):
		return refuse("right", buffer.ErrForbidden, "%s may not bypass rules; must be somebody with the right admin", by.Name)
	case config.ReservedRule(name):
		return refuse("right", buffer.ErrForbidden, "the latch %q is never bypassed", name)
	}
	for _, r := range d.plan.Rules {
		if r.Name != name {
			continue
		}
		if err := mayClear(by, r, d.plan); err != nil {
			return err
		}
		d.judgeRulesLocked()
		if err := rules.BypassRule(r, d.latches, d.env.Clock.Up(), length, by.Name, reason); err != nil {
			return &refusal{reasonOf(err), err}
		}
		if length > 0 {
			n := buffer.NoteOf(by)
			n.Add("why", d.latches[name].Bypass.Why)
			d.recordBypass(r, true, "bypassed for "+length.String(), n)
		}
		d.judgeRulesLocked()
		return nil
	}
	return d.plan.UnknownRule(name)
}

// recordBypassEnd records that a rule is in force again.
func (d *Commander) recordBypassEnd(end rules.BypassEnd) {
	n := &buffer.Note{}
	n.Add("why", end.Why)
	n.Add("by", end.Was.By)
	n.Add("reason", end.Was.Why)
	d.recordBypass(end.Rule, false, "in force again", n)
}

// recordBypass records that a bypass began or ended. It is no trip, and is not taken for one at the next start.
func (d *Commander) recordBypass(r *rules.Rule, begun bool, status string, n *buffer.Note) {
	severity := buffer.Warning
	if begun {
		severity = buffer.Critical
	}
	d.env.Log.Warn("an interlock is "+status, "rule", r.Name, "note", n.String())
	d.env.Record(&buffer.Event{
		Kind: buffer.System, Severity: severity, Type: buffer.Gauge, Metric: "interlock_bypassed", Value: buffer.ZeroOne(begun),
		Labels: buffer.MakeLabels("rule", r.Name), Status: status, Note: n.String(),
	})
	d.env.Changed()
}
