package main

import (
	"time"

	"pychron-edge/telemetry"
)

// fillStatus adds what the door knows: locks, leases, what would be refused, rules, alarms and pipettes.
func (d *door) fillStatus(s *telemetry.Status) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.env.Clock.steady()
	zero := d.env.Clock.zeroWall()
	late := d.env.Clock.now().Sub(now)
	for n := range s.Devices {
		dev := &s.Devices[n]
		dev.Lock = d.locks.status(dev.Name, now, late)
		if l, ok := d.leases[dev.Name]; ok {
			dev.Held = new(zero.Add(l.until))
		}
		for k := range dev.Controls {
			d.fillControl(dev.Name, &dev.Controls[k], now)
		}
	}
	s.Rules = d.ruleStatus(zero)
	s.Alarms = d.alarmStatus(zero)
	s.Pipettes = []telemetry.PipetteStatus{}
	for _, p := range d.plan.Pipettes {
		s.Pipettes = append(s.Pipettes, telemetry.PipetteStatus{Name: p.Name, Inner: p.Inner, Outer: p.Outer, Shots: d.shots[p.Name].Shots})
	}
}

// fillControl says whether a control moves, and why moving it from its idle value would be refused now.
func (d *door) fillControl(device string, c *telemetry.ControlStatus, now time.Time) {
	c.Moving = len(d.moving[Ref{device, c.Control}]) > 0
	value := c.Max
	if value == c.Idle {
		value = c.Min
	}
	if err := d.plan.Allows(d.situation(), device, c.Control, value); err != nil {
		c.Forbidden = err.Error()
	} else if why := d.locks.refuses(device, "", now); why != "" {
		c.Forbidden = why
	} else if d.latched != "" {
		c.Forbidden = d.latched
	}
}

func (d *door) ruleStatus(zero time.Time) []telemetry.RuleStatus {
	out := []telemetry.RuleStatus{}
	if d.latched != "" {
		out = append(out, telemetry.RuleStatus{Name: haltRule, When: "agent halt", Tripped: true, Good: true, Why: d.latched, Halts: []string{}, Forbids: []string{"*"}})
	}
	for _, r := range d.plan.Rules {
		s := telemetry.RuleStatus{Name: r.Name, When: r.When.Text, Halts: append([]string{}, r.Halt...), Forbids: []string{}}
		for _, f := range r.Forbid {
			s.Forbids = append(s.Forbids, f.String())
		}
		if l := d.latches[r.Name]; l != nil {
			s.Tripped, s.Good, s.Why = l.Tripped, l.Good, l.Why
			if l.Tripped {
				s.Since = new(zero.Add(l.Since))
			}
		}
		out = append(out, s)
	}
	return out
}

func (d *door) alarmStatus(zero time.Time) []telemetry.AlarmStatus {
	out := []telemetry.AlarmStatus{}
	for _, a := range d.plan.Alarms {
		st := d.alarms[a.Name]
		s := telemetry.AlarmStatus{
			Name: a.Name, When: a.When.Text, Severity: a.Severity.String(), Active: st.Active, Acknowledged: st.Acknowledged,
			ShelvedWhy: st.ShelvedWhy, Text: a.Text,
		}
		if st.Since > 0 {
			s.Since = new(zero.Add(st.Since))
		}
		if st.ShelvedUntil > 0 {
			s.ShelvedUntil = new(zero.Add(st.ShelvedUntil))
		}
		out = append(out, s)
	}
	return out
}
