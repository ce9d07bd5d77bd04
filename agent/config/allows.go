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
	return rules.Allowed(rules.Move{Ref: rules.Ref{Device: device, Point: control}, Laser: d.Model.Laser, Vent: c.Vent || c.Hazard, Closed: c.Closed, Open: c.Open}, s, p.Rules, p.Pipettes)
}

// Hazardous says whether moving a control from its idle value switches a hazard on: a laser, a filament, a heater, a vent.
func (p *Plan) Hazardous(device string, c *Control) bool {
	d := p.Device(device)
	return c.Hazard || c.Vent || d != nil && (d.Model.Laser || d.Model.Heats)
}

// Valve is the state of a valve now, by its switches, or as told where it has none.
func (p *Plan) Valve(v rules.View, r rules.Ref) rules.ValveState {
	state := rules.ValveIn(v, r)
	d := p.Device(r.Device)
	if d == nil {
		return state
	}
	if d.told(r.Point) {
		return state.Told(d.Unpowered == "closed")
	}
	return state
}
