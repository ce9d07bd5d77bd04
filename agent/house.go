package main

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/telemetry/metrics"
	"pychron-edge/uplink"

	"pychron-edge/agent/clock"
	"pychron-edge/agent/command"
	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/notify"
	"pychron-edge/agent/rules"
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

	fleet *device.Fleet

	mu           sync.Mutex
	reporters    map[string]*device.Reporter // of derived devices
	pendingHalts *state.PendingHalts         // halts of an earlier agent; nil = none
	boots        []string                    // seen, in order of arrival
	restored     map[string]device.Restored  // by device, what a journal has of it
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
		lanes: buffer.NewLanes(c.Ring.Audit, c.Ring.Readings, c.Ring.Ingest), reporters: map[string]*device.Reporter{}, boots: []string{boot}, restored: map[string]device.Restored{},
	}
	h.metrics = metrics.New(c.Namespace, h.clock.Up)
	h.notifier = notify.NewNotifier(h.record, log)
	h.capture.Store(true)
	h.current.Store(p)
	h.fleet = device.NewFleet(h.deviceEnv(), h.plan)
	h.commander = command.New(h.commandEnv(), p)
	return h
}

// deviceEnv is what devices use of the agent.
func (h *agent) deviceEnv() *device.Env {
	return &device.Env{
		Clock: h.clock, Log: h.log, Present: &h.present, Record: h.record, Take: h.take, Changed: h.republish, Capture: h.capture.Load,
		Opened: func(device string, s *buffer.Sample) { h.commander.CountShot(device, s) },
		IO:     func(device, operation string) device.IO { return h.metrics.IO(device, operation) },
		Gauge:  h.metrics.Set, Count: h.metrics.Add,
		Restored:    func(device string) device.Restored { return h.restored[device] },
		HaltPending: func(device string) bool { return h.pendingHalts.Has(device) },
	}
}

// commandEnv is what the commander uses of the agent.
func (h *agent) commandEnv() command.Env {
	return command.Env{
		Source: h.name, Boot: h.boot, Clock: h.clock, Log: h.log, Present: &h.present, Fleet: h.fleet, Record: h.record, Changed: h.republish,
		Work: func() *task.Group { return h.work }, Daily: h.recordOdometers, Notify: h.notifyAlarm,
		Unlatch:  func() error { return h.services.runtime.Unlatch() },
		HaltDone: func(device string) error { return h.pendingHalts.Done(device) },
	}
}

// notifyAlarm tells the receivers of an alarm.
func (h *agent) notifyAlarm(c rules.AlarmChange) {
	what := "raised"
	if !c.Active {
		what = "ended"
	}
	h.notifier.Send(notify.Message{Alarm: c.Alarm, To: h.plan().Notify[c.Alarm.Name], Source: h.name, What: what, Why: c.Why, Time: h.clock.Now()})
}

// plan is the configuration in force.
func (h *agent) plan() *config.Plan { return h.current.Load() }
