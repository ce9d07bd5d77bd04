package status

import (
	"time"

	"pychron-edge/drawing"
	"pychron-edge/telemetry"

	"pychron-edge/agent/command"
	"pychron-edge/agent/config"
)

// fillStanding adds what the commander knows: locks, leases, what would be refused, rules, alarms and pipettes.
func (src *Source) fillStanding(s *telemetry.Status) {
	standing := src.Standing()
	for n := range s.Devices {
		src.fillDevice(&s.Devices[n], standing.Devices[s.Devices[n].Name])
	}
	s.Rules = src.ruleStatus(standing)
	s.Alarms = src.alarmStatus(standing.Alarms)
	s.Halted = src.haltedStatus(standing.Halted)
	if line := src.Plan().Drawing; line != nil {
		s.Drawings = []telemetry.DrawingStatus{{Source: src.Name, Line: *line, Valves: standing.Valves, Pumps: standing.Pumps, Regions: append([]drawing.Region{}, standing.Regions...)}}
	}
	s.Pipettes = []telemetry.PipetteStatus{}
	for _, p := range standing.Pipettes {
		s.Pipettes = append(s.Pipettes, telemetry.PipetteStatus{Name: p.Pipette.Name, Source: src.Name, Inner: p.Pipette.Inner, Outer: p.Pipette.Outer, Shots: p.Count.Shots, Gas: p.Pipette.Gas(p.Count.Shots), Uncertain: p.Count.Uncertain})
	}
}

// fillDevice adds what stands in the way of commands to one device.
func (src *Source) fillDevice(s *telemetry.DeviceStatus, of command.DeviceStanding) {
	if l := of.Lock; l != nil {
		late := src.Clock.Now().Sub(src.Clock.Steady()) // by how much the wall is ahead of the clock that locks are counted on
		s.Lock = &telemetry.LockStatus{Owner: l.Owner, Reason: l.Reason, Since: telemetry.Moment(l.Since.Add(late)), Both: l.Both, OutOfService: l.OutOfService}
		if !l.Until.IsZero() {
			s.Lock.Until = new(telemetry.Moment(l.Until.Add(late)))
		}
	}
	s.Held, s.HeldBy = src.wallOf(of.Held), of.HeldBy
	for n := range s.Controls {
		c := of.Controls[s.Controls[n].Control]
		s.Controls[n].Moving, s.Controls[n].Forbidden = c.Moving, c.Forbidden
		s.Controls[n].State, s.Controls[n].Told = c.State, c.Told
		for _, one := range c.Conditions {
			s.Controls[n].Conditions = append(s.Controls[n].Conditions, telemetry.ConditionStatus(one))
		}
	}
}

func (src *Source) ruleStatus(standing command.Standing) []telemetry.RuleStatus {
	out := []telemetry.RuleStatus{}
	if standing.Latched != "" {
		out = append(out, telemetry.RuleStatus{
			Name: command.HaltRule, Source: src.Name, When: "agent halt", Tripped: true, Good: true, Why: standing.Latched, Halts: []string{}, Forbids: []string{"*"},
		})
	}
	for _, of := range standing.Rules {
		r, l := of.Rule, of.Latch
		s := telemetry.RuleStatus{
			Name: r.Name, Source: src.Name, When: r.When.Text, Halts: append([]string{}, r.Halt...), Forbids: []string{}, Tripped: l.Tripped, Good: l.Good, Why: l.Why,
		}
		if b := l.Bypass; b.Until != 0 {
			s.BypassedUntil, s.BypassedBy, s.BypassWhy = src.wallOf(b.Until), b.By, b.Why
		}
		for _, f := range r.Forbid {
			s.Forbids = append(s.Forbids, f.String())
		}
		if l.Tripped {
			s.Since = new(src.Clock.ZeroWall().Add(l.Since))
		}
		out = append(out, s)
	}
	return out
}

func (src *Source) alarmStatus(alarms []command.AlarmStanding) []telemetry.AlarmStatus {
	out := []telemetry.AlarmStatus{}
	for _, of := range alarms {
		alarm, st := of.Alarm, of.State
		out = append(out, telemetry.AlarmStatus{
			Name: alarm.Name, Source: src.Name, When: alarm.Condition(), Severity: alarm.Severity.String(), Active: st.Active, Acknowledged: st.Acknowledged,
			ShelvedWhy: st.ShelvedWhy, Text: alarm.Text, Since: src.wallOf(st.Since), ShelvedUntil: src.wallOf(st.ShelvedUntil),
			Priority: alarm.Priority, Cause: alarm.Cause, Consequence: alarm.Consequence, Action: alarm.Action, Why: st.Why,
			Suppressed: st.Suppressed, BuiltIn: alarm.BuiltIn, States: st.Describe(src.Clock.Up()),
		})
	}
	return out
}

// haltedStatus is the last HALT that was not cleared, nil if there is none.
func (src *Source) haltedStatus(h *command.HaltStanding) *telemetry.HaltedStatus {
	if h == nil {
		return nil
	}
	return &telemetry.HaltedStatus{
		By: h.By.Name, Via: h.By.Via, At: src.Clock.ZeroWall().Add(h.At), Halted: h.Result.Halted, Holding: append([]string{}, h.Result.Holding...),
		Unconfirmed: append([]string{}, config.SortedKeys(h.Result.Unconfirmed)...), Failed: append([]string{}, config.SortedKeys(h.Result.Failed)...),
	}
}

// wallOf is the wall's time at a monotonic one, nil for 0.
func (src *Source) wallOf(up time.Duration) *time.Time {
	if up == 0 {
		return nil
	}
	return new(src.Clock.ZeroWall().Add(up))
}
