package main

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/journal"
	"pychron-edge/telemetry"
	"pychron-edge/telemetry/metrics"
	"pychron-edge/uplink"

	"pychron-edge/agent/clock"
	"pychron-edge/agent/command"
	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/notify"
	"pychron-edge/agent/state"
	"pychron-edge/agent/task"
)

// derivedHeartbeat is the heartbeat of what is computed: the default of what is read.
const derivedHeartbeat = time.Minute

// agent is the running agent: what it knows, and the instruments it looks after.
type agent struct {
	name, boot, version string
	simulated           bool
	log                 *slog.Logger
	clock               *clock.Clock
	synced              atomic.Bool // the wall can be believed

	lanes   buffer.Lanes
	present buffer.Present
	metrics *metrics.Metrics
	trend   *telemetry.Trend
	capture atomic.Bool // readings become events

	recordMu sync.Mutex // orders the events of a lane by their Up

	commander *command.Commander
	services  services
	current   atomic.Pointer[config.Plan]
	work      *task.Group // commands, halts, and what supervises
	notifier  *notify.Notifier
	publisher atomic.Pointer[uplink.Publisher] // nil: no broker configured

	reloadFailed atomic.Bool // the file on disk is not what runs
	lastGood     lastGood

	fleet   *device.Fleet
	journal atomic.Pointer[journal.Journal] // nil: none configured, or it cannot be opened

	mu           sync.Mutex
	reporters    map[string]*device.Reporter // of derived devices
	pendingHalts *state.PendingHalts         // halts of an earlier agent; nil = none
	store        *state.Store                // of what survives the process; nil = nothing does
	boots        []string                    // seen, in order of arrival
	inJournal    map[string]uint64           // by earlier boot, the last audit event that a journal has of it
	earlier      []telemetry.BootStatus      // starts before this one, oldest first; not changed once anything is published
	restored     map[string]device.Restored  // by device, what a journal has of it
	last         *lastStates
}

// newAgent makes a house that has not started anything. It does no I/O.
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
	h.last = newLastStates()
	h.metrics = metrics.New(c.Namespace, h.clock.Up)
	h.notifier = notify.NewNotifier(p.Receivers, notify.Options{Record: h.record, Count: h.metrics.Add, Now: h.clock.Steady, Log: log})
	h.capture.Store(true)
	h.current.Store(p)
	h.fleet = device.NewFleet(h.deviceEnv(), h.plan)
	h.commander = command.New(h.commandEnv(), p)
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
		Accept:  a.lastGood.accept,
		Kept:    a.kept,
	}
}

// plan is the configuration in force.
func (a *agent) plan() *config.Plan { return a.current.Load() }

// haltDone notes that a halt which was owed since before the start was made.
func (a *agent) haltDone(device string) {
	if err := a.pendingHalts.Done(device); err != nil {
		a.log.Warn("a halt that was made is still written down as owed", "device", device, "err", err)
	}
}
