package command

import (
	"fmt"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

// HaltRule is the name under which the latch of a halt from outside is shown and cleared.
const HaltRule = config.HaltRule

// mayClear says why somebody may not take a rule's hand off what it halts and forbids: they may not move all of that.
func mayClear(by buffer.Principal, r *rules.Rule, p *config.Plan) error {
	if by.Away && len(r.Halt) > 0 {
		return away(by, "clear or bypass rule %q, which halts", r.Name)
	}
	for _, f := range r.Forbid {
		if !by.MayMove(f.Device, f.Point) {
			return refuse("right", buffer.ErrForbidden, "%s may not move %s, which rule %q forbids", by.Name, f, r.Name)
		}
	}
	for _, name := range r.Halt {
		if d := p.Device(name); d != nil {
			if control := lacks(by, d); control != "" {
				return refuse("right", buffer.ErrForbidden, "%s may not move %s.%s, which rule %q halts", by.Name, name, control, r.Name)
			}
		}
	}
	return nil
}

// away is the refusal of somebody who asks from outside the bench.
func away(by buffer.Principal, format string, a ...any) error {
	return refuse("bench", buffer.ErrForbidden, "%s asks from outside the bench and may not %s; must ask from one of the networks in agent: {bench}", by.Name, fmt.Sprintf(format, a...))
}

// lacks is a control of a device that may be commanded and not by this principal, "" if there is none.
func lacks(by buffer.Principal, d *config.DevicePlan) string {
	for i := range d.Moves {
		if c := &d.Moves[i]; c.Enabled && !by.MayMove(d.Name, c.Name) {
			return c.Name
		}
	}
	return ""
}

// haltsAll is the latch of a halt from outside as a rule: it halts everything.
func haltsAll(p *config.Plan) *rules.Rule {
	r := &rules.Rule{Name: HaltRule}
	for _, d := range p.Devices {
		r.Halt = append(r.Halt, d.Name)
	}
	return r
}
