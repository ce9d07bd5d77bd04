package main

import (
	"strings"

	"pychron-edge/buffer"
)

// stepAlarms judges the alarms, and tells and notifies what was raised or ended.
func (d *door) stepAlarms() {
	d.mu.Lock()
	if len(d.plan.Alarms) == 0 {
		d.mu.Unlock()
		return
	}
	changes := stepAlarms(d.plan.Alarms, d.view(), d.alarms)
	d.mu.Unlock()
	for _, c := range changes {
		what := "raised"
		if !c.Active {
			what = "ended"
		}
		n := &note{}
		n.add("why", c.Why)
		if c.Shelved {
			n.add("shelved", "yes")
		}
		d.tellAlarm(c.Alarm, c.Active, what, n)
		d.env.Log.Warn("alarm "+what, "alarm", c.Alarm.Name, "why", c.Why)
		if !c.Shelved {
			d.env.Notify(c)
		}
	}
}

// tellAlarm records what became of an alarm. One that ended, or was only acknowledged, does not shout.
func (d *door) tellAlarm(a *Alarm, active bool, what string, n *note) {
	severity := buffer.Info
	if what == "raised" {
		severity = a.Severity
	}
	n.add("text", strings.TrimSpace(a.Text))
	d.env.Record(&buffer.Event{
		Kind: buffer.Alarm, Severity: severity, Type: buffer.Gauge, Metric: "alarm_active", Value: zeroOne(active),
		Labels: buffer.MakeLabels("alarm", a.Name), Status: what, Note: n.String(),
	})
	d.env.Changed()
}
