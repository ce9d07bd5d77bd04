package main

import (
	"context"
	"errors"
	"fmt"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/task"
)

// reload puts the configuration on disk in force where it differs from the one that runs. Only devices whose settings
// changed, or that share a line with such a one, are restarted; latches, locks and rings stay. A configuration with a
// mistake changes nothing.
func (a *agent) reload(ctx context.Context, o runOptions, loops, lines *task.Group, f *device.Transport) {
	err := a.tryReload(ctx, o, loops, lines, f)
	a.reloadFailed.Store(err != nil)
	e := &buffer.Event{
		Kind: buffer.System, Severity: buffer.Info, Type: buffer.Counter, Metric: "agent_reloads_total", Value: 1, Status: "success",
		Labels: buffer.MakeLabels("result", "success"),
	}
	if err != nil {
		e.Severity, e.Status, e.Labels = buffer.Error, "the old configuration stays", buffer.MakeLabels("result", "failed")
		e.Note = "why=" + buffer.Quoted(err.Error())
	}
	a.record(e)
}

func (a *agent) tryReload(ctx context.Context, o runOptions, loops, lines *task.Group, f *device.Transport) error {
	if o.sim {
		return errors.New("a simulation cannot be reloaded; start it again")
	}
	next, data, warnings, err := config.ReadPlan(o.config)
	if err != nil {
		return err
	}
	for _, w := range warnings {
		a.log.Warn(w.String())
	}
	old := a.plan()
	change := config.Diff(old, next)
	for _, what := range change.NeedsRestart {
		a.log.Warn("a setting needs a restart", "setting", what)
	}
	var out []*device.Device
	for _, i := range a.fleet.All() {
		if change.Restart[i.Name] || change.Remove[i.Name] {
			out = append(out, i)
		}
	}
	ends := func(i *device.Device) bool { return change.Remove[i.Name] }
	halt := func(i *device.Device) error {
		return a.commander.Halter.One(context.WithoutCancel(ctx), i, buffer.AgentItself("reload"), "its configuration changed")
	}
	if err := a.fleet.Quiesce(out, ends, halt); err != nil {
		return err
	}
	if err := a.services.runtime.SaveConfig(o.config, data); err != nil {
		a.fleet.Resume(out)
		return fmt.Errorf("agent halt could not be told of it: %w", err)
	}
	a.holdCounts(out)
	a.fleet.Remove(out)
	for _, i := range out {
		if ends(i) {
			a.metrics.Forget(i.Name)
		}
	}
	a.adopt(next)
	a.adoptFile(o.config, data)
	for _, err := range a.restoreDevices(next) {
		a.recordDamage(err)
	}
	runs := map[string]bool{}
	for _, i := range a.fleet.All() {
		runs[i.Name] = true
	}
	a.fleet.Start(loops, lines, next, f, func(d *config.DevicePlan) bool { return !runs[d.Name] })
	a.log.Info("configuration reloaded", "restarted", len(change.Restart), "removed", len(change.Remove))
	return nil
}

// adopt puts a plan in force. Latches stay as they are.
func (a *agent) adopt(next *config.Plan) {
	a.commander.Adopt(next)
	a.current.Store(next.WithoutSource())
	a.notifier.Adopt(next.Receivers)
	a.metrics.Families(next.Families())
	for _, i := range a.fleet.All() {
		if p := next.Device(i.Name); p != nil {
			i.Adopt(p)
		}
	}
}
