package command

import (
	"time"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

// Standing is what the commander knows now.
func (d *Commander) Standing() Standing {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.env.Clock.Steady()
	s := Standing{Devices: make(map[string]DeviceStanding, len(d.plan.Devices)), Latched: d.latched, Halted: d.halted}
	situation := d.situation()
	for _, p := range d.plan.Devices {
		s.Devices[p.Name] = d.deviceStanding(p, situation, now)
	}
	s.Rules = d.maxOnStandings()
	for _, r := range d.plan.Rules {
		one := RuleStanding{Rule: r}
		if l := d.latches[r.Name]; l != nil {
			one.Latch = *l
		}
		s.Rules = append(s.Rules, one)
	}
	if d.plan.Drawing != nil {
		drawn := d.drawnSituation()
		s.Valves, s.Pumps, s.Regions = drawn.Valves, drawn.Pumps, d.regions(drawn)
	}
	s.Alarms = d.alarmStandings()
	for _, p := range d.plan.Pipettes {
		s.Pipettes = append(s.Pipettes, PipetteStanding{p, d.shots[p.Name]})
	}
	return s
}

// deviceStanding is that of one device. The caller holds mu.
func (d *Commander) deviceStanding(p *config.DevicePlan, situation rules.Situation, now time.Time) DeviceStanding {
	s := DeviceStanding{Lock: d.locks.standing(p.Name, now), Controls: make(map[string]ControlStanding, len(p.Moves))}
	if l, ok := d.leases[p.Name]; ok {
		s.Held, s.HeldBy = l.until, l.by
	}
	for n := range p.Moves {
		c := &p.Moves[n]
		me := rules.Ref{Device: p.Name, Point: c.Name}
		one := ControlStanding{Moving: len(d.moving[me]) > 0, Forbidden: d.forbidden(p.Name, c, now)}
		if p.IsValve(c.Name) {
			d.valveStanding(&one, me, situation, now)
		}
		s.Controls[c.Name] = one
	}
	return s
}

// forbidden is why moving a control from its idle value would be refused now, "" if it would not. The caller holds mu.
func (d *Commander) forbidden(device string, c *config.Control, now time.Time) string {
	value := c.Max
	if value == c.Idle {
		value = c.Min
	}
	if err := d.plan.Allows(d.situation(), device, c.Name, value); err != nil {
		return err.Error()
	}
	if why := d.locks.refuses(device, "", false, now); why != "" {
		return why
	}
	if why := d.maxOnTripped(device); why != "" {
		return why
	}
	if d.latched != "" {
		return d.latched
	}
	return d.restricted
}
