package command

import (
	"strings"

	"pychron-edge/buffer"

	"pychron-edge/agent/rules"
)

// stepAlarms judges the alarms, and tells and notifies what was raised or ended.
func (d *Commander) stepAlarms() {
	d.mu.Lock()
	if len(d.plan.Alarms) == 0 {
		d.mu.Unlock()
		return
	}
	changes := rules.StepAlarms(d.plan.Alarms, d.view(), d.alarms)
	d.mu.Unlock()
	for _, c := range changes {
		what := "raised"
		if !c.Active {
			what = "ended"
		}
		n := &buffer.Note{}
		n.Add("why", c.Why)
		if c.Shelved {
			n.Add("shelved", "yes")
		}
		d.recordAlarm(c.Alarm, c.Active, what, n)
		d.env.Log.Warn("alarm "+what, "alarm", c.Alarm.Name, "why", c.Why)
		if !c.Shelved {
			d.env.Notify(c)
		}
	}
}

// recordAlarm records what became of an alarm. One that ended, or was only acknowledged, does not shout.
func (d *Commander) recordAlarm(a *rules.Alarm, active bool, what string, n *buffer.Note) {
	severity := buffer.Info
	if what == "raised" {
		severity = a.Severity
	}
	n.Add("text", strings.TrimSpace(a.Text))
	d.env.Record(&buffer.Event{
		Kind: buffer.Alarm, Severity: severity, Type: buffer.Gauge, Metric: "alarm_active", Value: buffer.ZeroOne(active),
		Labels: buffer.MakeLabels("alarm", a.Name), Status: what, Note: n.String(),
	})
	d.env.Changed()
}
