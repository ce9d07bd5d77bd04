package main

import (
	"context"
	"errors"
	"fmt"

	"pychron-edge/buffer"
)

// reload puts the configuration on disk in force where it differs from the one that runs. Only devices whose settings
// changed, or that share a line with such a one, are restarted; latches, locks and rings stay. A configuration with a
// mistake changes nothing.
func (h *house) reload(ctx context.Context, o runOptions, loops, lines *group, f *fittings) {
	err := h.tryReload(ctx, o, loops, lines, f)
	h.reloadFailed.Store(err != nil)
	e := &buffer.Event{
		Kind: buffer.System, Severity: buffer.Info, Type: buffer.Counter, Metric: "agent_reloads_total", Value: 1, Status: "success",
		Labels: buffer.MakeLabels("result", "success"),
	}
	if err != nil {
		e.Severity, e.Status, e.Labels = buffer.Error, "the old configuration stays", buffer.MakeLabels("result", "failed")
		e.Note = "why=" + quoted(err.Error())
		h.log.Error("reload failed, the old configuration stays", "err", err)
	}
	h.record(e)
}

func (h *house) tryReload(ctx context.Context, o runOptions, loops, lines *group, f *fittings) error {
	if o.sim {
		return errors.New("a simulation cannot be reloaded; start it again")
	}
	next, data, warnings, err := readPlan(o.config)
	if err != nil {
		return err
	}
	for _, w := range warnings {
		h.log.Warn(w.String())
	}
	old := h.plan()
	change := diff(old, next)
	for _, what := range change.NeedsRestart {
		h.log.Warn("a setting needs a restart", "setting", what)
	}
	var out []*instrument
	for _, i := range h.fleet.all() {
		if change.Restart[i.name] || change.Remove[i.name] {
			out = append(out, i)
		}
	}
	ends := func(i *instrument) bool { return change.Remove[i.name] }
	halt := func(i *instrument) error {
		return h.door.halter.one(context.WithoutCancel(ctx), i, agentItself("reload"), "its configuration changed")
	}
	if err := h.fleet.withdraw(out, ends, halt); err != nil {
		return err
	}
	if err := h.services.runtime.saveConfig(o.config, data); err != nil {
		h.fleet.comeBack(out)
		return fmt.Errorf("agent halt could not be told of it: %w", err)
	}
	h.fleet.retire(out)
	for _, i := range out {
		if ends(i) {
			h.metrics.Forget(i.name)
		}
	}
	h.adopt(next)
	runs := map[string]bool{}
	for _, i := range h.fleet.all() {
		runs[i.name] = true
	}
	h.fleet.start(loops, lines, next, f, func(d *DevicePlan) bool { return !runs[d.Name] })
	h.log.Info("configuration reloaded", "restarted", len(change.Restart), "removed", len(change.Remove))
	return nil
}

// adopt puts a plan in force. Latches stay as they are.
func (h *house) adopt(next *Plan) {
	h.door.adopt(next)
	h.current.Store(next)
	h.metrics.Families(familiesOf(next))
	for _, i := range h.fleet.all() {
		if p := next.Device(i.name); p != nil {
			i.adopt(p)
		}
	}
}
