package main

import (
	"context"
	"fmt"
	"slices"

	"pychron-edge/buffer"

	"pychron-edge/agent/notify"
	"pychron-edge/agent/rules"
	"pychron-edge/agent/service"
)

// notifyAlarm informs the receivers of an alarm of what became of it.
func (a *agent) notifyAlarm(c rules.AlarmChange) {
	state := c.What
	switch {
	case state == rules.AlarmResumed && c.Acknowledged:
		return
	case state == rules.AlarmUnshelved, state == rules.AlarmResumed:
		state = notify.Raised // who takes it for active is not sent it again
	}
	a.notifier.Send(notify.Message{
		Source: a.name, Alarm: c.Alarm.Name, State: state, Priority: c.Alarm.Priority, Severity: c.Alarm.Severity.String(), Text: c.Alarm.Text,
		Cause: c.Alarm.Cause, Consequence: c.Alarm.Consequence, Action: c.Alarm.Action, Why: c.Why, Time: a.clock.Now(),
	}, a.plan().Notify[c.Alarm.Name]...)
}

// beginAlarms takes back what the receivers were sent before the start, and shows every alarm from the start. An alarm that
// somebody takes for active is active until it is judged to be over, so that its end is sent, too.
func (a *agent) beginAlarms() {
	if err := a.notifier.Restore(a.services.messages); err != nil {
		a.log.Error("messages of alarms from before the start are lost", "err", err)
	}
	for _, name := range a.notifier.Announced() {
		a.takeBackAlarm(name)
	}
	for _, alarm := range a.plan().Alarms {
		labels := buffer.MakeLabels("alarm", alarm.Name)
		a.metrics.Set("alarm_active", labels, buffer.ZeroOne(a.commander.AlarmState(alarm.Name).Active))
		a.metrics.Add("alarms_raised_total", labels, 0)
	}
}

// takeBackAlarm makes an alarm active that was when an earlier process ended. One that nobody judges any more ends here.
func (a *agent) takeBackAlarm(name string) {
	p := a.plan()
	if name == rules.FloodAlarm.Name || slices.ContainsFunc(p.Alarms, func(x *rules.Alarm) bool { return x.Name == name }) {
		if !a.commander.AlarmState(name).Active {
			a.commander.RestoreAlarm(name, rules.AlarmState{Active: true, Since: a.clock.Up(), Why: "before the restart"})
		}
		return
	}
	for _, r := range p.Receivers {
		a.notifier.Send(notify.Message{Source: a.name, Alarm: name, State: notify.Ended, Why: "it is not judged since the restart", Time: a.clock.Now()}, r.Name)
	}
}

// notifierState is the health of the receivers.
func (a *agent) notifierState() (int, string) {
	if why := a.notifier.Health(); why != "" {
		return service.Degraded, why
	}
	return service.Healthy, ""
}

// NotifyTest sends a test message to the receiver called name, or to all with "". It needs the right to command. A receiver
// that did not get it is no error: its result reports that.
func (a *agent) NotifyTest(ctx context.Context, by buffer.Principal, name string) ([]buffer.NotifyResult, error) {
	if !by.May(buffer.RightCommand) {
		return nil, fmt.Errorf("%s may not test receivers: %w; must be somebody with the right command", by.Name, buffer.ErrForbidden)
	}
	results, err := notify.Test(ctx, a.plan().Receivers, name, a.name, a.clock.Now())
	if err != nil {
		return nil, err
	}
	n := buffer.NoteOf(by)
	status := "success"
	for _, r := range results {
		n.Add(r.Receiver, r.Result)
		if !r.Sent {
			status = "not sent"
		}
	}
	a.record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Info, Type: buffer.Counter, Metric: "agent_notify_tests_total", Value: 1, Status: status, Note: n.String(),
	})
	return results, nil
}
