package main

import (
	"log/slog"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/telemetry/metrics"

	"pychron-edge/agent/blackbox"
	"pychron-edge/agent/clock"
	"pychron-edge/agent/command"
	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/notify"
	"pychron-edge/agent/restart"
	"pychron-edge/agent/state"
	"pychron-edge/agent/status"
	"pychron-edge/agent/task"
)

// newAgent makes an agent that has not started anything. It does no I/O.
func newAgent(p *config.Plan, boot, version string, simulated bool, log *slog.Logger) *agent {
	c := &p.Config.Agent
	how := c.Clock
	if simulated {
		how = "simulated"
	}
	h := &agent{
		name: c.Name, boot: boot, version: version, simulated: simulated, log: log, clock: clock.NewClock(how),
		lanes: buffer.NewLanes(c.Ring.Audit, c.Ring.Readings, c.Ring.Ingest), reporters: map[string]*device.Reporter{}, boots: []string{boot}, inJournal: map[string]uint64{}, restored: map[string]device.Restored{},
	}
	h.long = newLong(c.Ring.Long)
	h.last = restart.New()
	h.metrics = metrics.New(c.Namespace, h.clock.Up)
	h.notifier = notify.NewNotifier(p.Receivers, notify.Options{Record: h.record, Count: h.metrics.Add, Now: h.clock.Steady, Log: log})
	h.capture.Store(true)
	h.current.Store(p.WithoutSource())
	h.fleet = device.NewFleet(h.deviceEnv(), h.plan)
	h.commander = command.New(h.commandEnv(), p)
	h.status = h.statusSource()
	h.box = blackbox.New(blackbox.Env{Source: h.name, Boot: boot, Up: h.clock.Up, ZeroWall: h.clock.ZeroWall, Lanes: h.lanes, Log: log, Plan: h.plan, Fleet: h.fleet,
		Publish: func(packed []byte) { h.publisher.Load().PublishTrip(packed) }})
	return h
}

// deviceEnv is what devices use of the agent.
func (a *agent) deviceEnv() *device.Env {
	return &device.Env{
		Clock: a.clock, Log: a.log, Present: &a.present, Record: a.record, Take: a.take, Changed: a.republish, Capture: a.capture.Load,
		Opened: func(device string, s *buffer.Sample) { a.commander.CountShot(device, s) },
		IO:     func(device, operation string) device.IO { return a.metrics.IO(device, operation) },
		Gauge:  a.metrics.Set, Count: a.metrics.Add,
		Restored:    a.restoredOf,
		HaltDone:    a.haltDone,
		HaltPending: func(device string) bool { return a.pendingHalts.Has(device) },
	}
}

// commandEnv is what the commander uses of the agent.
func (a *agent) commandEnv() command.Env {
	return command.Env{
		Source: a.name, Boot: a.boot, Clock: a.clock, Log: a.log, Present: &a.present, Fleet: a.fleet, Record: a.record, Changed: a.republish,
		Work: func() *task.Group { return a.work }, Daily: a.recordOdometers, Notify: a.notifyAlarm, Count: a.metrics.Add,
		Unlatch: func() error { return a.services.runtime.Unlatch() },
		Store:   func() *state.Store { return a.store },
		Accept:  a.lastGood.Accept,
		Durable: a.durable,
	}
}

// haltDone notes that a halt which was owed since before the start was made.
func (a *agent) haltDone(device string) {
	if err := a.pendingHalts.Done(device); err != nil {
		a.log.Warn("a halt that was made is still written down as owed", "device", device, "err", err)
	}
}

// statusSource is what a status is made of.
func (a *agent) statusSource() *status.Source {
	return &status.Source{
		Long:  a.longStatus,
		Board: a.boardStatus,
		Boots: func() []telemetry.BootStatus { return a.earlier },
		Name:  a.name, Boot: a.boot, Version: a.version, Build: thisBuild().String(), Namespace: a.metrics.Namespace(), Simulated: a.simulated,
		Clock: a.clock, Lanes: a.lanes, Present: &a.present, Fleet: a.fleet,
		Plan: a.plan, Standing: a.commander.Standing, Synced: a.synced.Load, Capture: a.capture.Load, Through: a.through, Refusal: a.lastGood.Refusal,
		Address: a.services.address, Uplink: a.services.uplinkStatus, Services: a.services.Status,
		Restart: func() (restart.Report, bool) { return a.last.Report(), a.store != nil },
	}
}
