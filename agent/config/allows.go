package config

import (
	"pychron-edge/agent/rules"
)

// Allows says why the plan's interlocks, pipettes and rules refuse to move a control to value, nil if they do not: an
// unknown device or control, a value out of range, a control that may not be commanded, or an error of rules.Allowed. The
// idle value (closing, switching off) is never refused, nor is what a person reports of a valve moved by hand: it has
// happened.
//
// It is pure. Its caller must keep the situation from changing until the move is reserved.
func (p *Plan) Allows(s rules.Situation, device, control string, value float64) error {
	d, c, err := p.Find(device, control, value)
	if err != nil {
		return err
	}
	if value == c.Idle || d.Model.Manual {
		return nil
	}
	return rules.Allowed(rules.Move{Ref: rules.Ref{Device: device, Point: control}, Laser: d.Model.Laser, Closed: c.Closed, Open: c.Open}, s, p.Rules, p.Pipettes)
}
