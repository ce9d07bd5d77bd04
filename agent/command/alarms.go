package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

// What somebody does to an alarm, beside what becomes of it.
const (
	alarmAcknowledged = "acknowledged"
	alarmShelved      = "shelved"
)

// stepAlarms judges the alarms, and records and notifies what became of them.
func (d *Commander) stepAlarms() {
	d.alarmMu.Lock()
	defer d.alarmMu.Unlock()
	d.mu.Lock()
	if len(d.plan.Alarms) == 0 {
		d.mu.Unlock()
		return
	}
	v := d.view()
	changes := rules.StepAlarms(d.plan.Alarms, v, d.alarms)
	changes = append(changes, d.flood.Step(v.Now, changes, d.alarms)...)
	d.mu.Unlock()
	for _, c := range changes {
		d.alarmChanged(c)
	}
}

// alarmChanged records one change and has it notified.
func (d *Commander) alarmChanged(c rules.AlarmChange) {
	n := &buffer.Note{}
	n.Add("why", c.Why)
	if c.Shelved {
		n.Add("shelved", "yes")
	}
	d.recordAlarm(c.Alarm, c.Active, c.What, n)
	if c.What != rules.AlarmRaised || c.Alarm.Severity < buffer.Warning { // else the event is in the log
		d.env.Log.Info("alarm "+c.What, "alarm", c.Alarm.Name, "why", c.Why)
	}
	if c.What == rules.AlarmRaised {
		d.env.Count("alarms_raised_total", buffer.MakeLabels("alarm", c.Alarm.Name), 1)
	}
	if !c.Shelved {
		d.env.Notify(c)
	}
}

// recordAlarm records what became of an alarm. What needs nobody at once is no louder than information.
func (d *Commander) recordAlarm(a *rules.Alarm, active bool, what string, n *buffer.Note) {
	severity := buffer.Info
	if what == rules.AlarmRaised || what == rules.AlarmUnshelved || what == rules.AlarmChattering {
		severity = a.Severity
	}
	n.Add("text", strings.TrimSpace(a.Text))
	d.env.Record(&buffer.Event{
		Kind: buffer.Alarm, Severity: severity, Type: buffer.Gauge, Metric: "alarm_active", Value: buffer.ZeroOne(active),
		Labels: buffer.MakeLabels("alarm", a.Name), Status: what, Note: n.String(),
	})
	d.env.Changed()
}

// AckAlarm notes that somebody has seen an alarm, or shelves it for a time and a reason.
func (d *Commander) AckAlarm(_ context.Context, by buffer.Principal, alarm string, shelve time.Duration, reason string) error {
	call := "acknowledge"
	if shelve != 0 || reason != "" {
		call = "shelve"
	}
	err := d.ackAlarm(by, alarm, shelve, reason)
	d.recordCallRefusal(by, call, "alarm", alarm, err)
	return err
}

func (d *Commander) ackAlarm(by buffer.Principal, alarm string, shelve time.Duration, reason string) error {
	if !by.May(buffer.RightCommand) {
		return refuse("right", buffer.ErrForbidden, "%s may not acknowledge alarms", by.Name)
	}
	defer d.onDisk(AlarmsFile)
	d.alarmMu.Lock()
	defer d.alarmMu.Unlock()
	d.mu.Lock()
	a := d.alarm(alarm)
	if a == nil {
		err := d.noAlarm(alarm)
		d.mu.Unlock()
		return err
	}
	s, what, err := seen(d.alarms[alarm], by.Name, d.env.Clock.Up(), shelve, reason)
	if err != nil {
		d.mu.Unlock()
		return &refusal{"alarm", fmt.Errorf("alarm %q: %w", alarm, err)}
	}
	d.alarms[alarm] = s
	d.mu.Unlock()
	n := buffer.NoteOf(by)
	n.Add("why", reason)
	status := what
	if what == alarmShelved {
		status += " for " + shelve.String()
	}
	d.recordAlarm(a, s.Active, status, n)
	if what != rules.AlarmUnshelved || s.Active {
		d.env.Notify(rules.AlarmChange{Alarm: a, What: what, Active: s.Active, Why: s.Why, Acknowledged: s.Acknowledged != ""})
	}
	return nil
}

// seen is the state of an alarm once somebody has acknowledged it, shelved it or taken it off the shelf, and which it was.
func seen(s rules.AlarmState, who string, now, shelve time.Duration, reason string) (rules.AlarmState, string, error) {
	if shelve == 0 && reason == "" {
		s, err := s.Acknowledge(who)
		return s, alarmAcknowledged, err
	}
	s, err := s.Shelve(now, shelve, reason)
	if shelve == 0 {
		return s, rules.AlarmUnshelved, err
	}
	return s, alarmShelved, err
}

// alarm is the alarm of a name, nil if there is none. The caller holds mu.
func (d *Commander) alarm(name string) *rules.Alarm {
	if name == rules.FloodAlarm.Name {
		return rules.FloodAlarm
	}
	for _, a := range d.plan.Alarms {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// noAlarm is the refusal of a name that is no alarm. The caller holds mu.
func (d *Commander) noAlarm(name string) error {
	if slices.ContainsFunc(d.plan.Rules, func(r *rules.Rule) bool { return r.Name == name }) {
		return fmt.Errorf("%q is a rule, and a trip is never shelved or acknowledged; must be cleared: %w", name, buffer.ErrConflict)
	}
	return d.plan.UnknownAlarm(name)
}

// adoptAlarms ends the active alarms that are not in the next plan.
func (d *Commander) adoptAlarms(next *config.Plan) {
	d.alarmMu.Lock()
	defer d.alarmMu.Unlock()
	var gone []rules.AlarmChange
	d.mu.Lock()
	for _, a := range d.plan.Alarms {
		if slices.ContainsFunc(next.Alarms, func(n *rules.Alarm) bool { return n.Name == a.Name }) {
			continue
		}
		if s := d.alarms[a.Name]; s.Active {
			gone = append(gone, rules.AlarmChange{Alarm: a, What: rules.AlarmEnded, Why: "it is not in the configuration any more", Shelved: s.ShelvedUntil != 0})
		}
		delete(d.alarms, a.Name)
	}
	d.mu.Unlock()
	for _, c := range gone {
		d.alarmChanged(c)
	}
}

// RestoreAlarm takes back the state of an alarm from before the start. Its times are of this start.
func (d *Commander) RestoreAlarm(name string, s rules.AlarmState) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.alarms[name] = s
}

// AlarmState is the state of an alarm.
func (d *Commander) AlarmState(name string) rules.AlarmState {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.alarms[name]
}

// alarmStandings are the alarms with their states; those that are in no configuration only where there is something to them.
// The caller holds mu.
func (d *Commander) alarmStandings() (all []AlarmStanding) {
	add := func(a *rules.Alarm) {
		s := d.alarms[a.Name]
		if !a.BuiltIn || s.Active || s.Gone || s.ShelvedUntil != 0 {
			all = append(all, AlarmStanding{a, s})
		}
	}
	for _, a := range d.plan.Alarms {
		add(a)
	}
	add(rules.FloodAlarm)
	return all
}
