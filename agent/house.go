package main

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink"
)

// derivedHeartbeat is the heartbeat of what is computed: the default of what is read.
const derivedHeartbeat = time.Minute

// house is the running agent: what it knows, and the instruments it looks after.
type house struct {
	name, boot, version string
	simulated           bool
	log                 *slog.Logger
	clock               *clock
	synced              atomic.Bool // the wall can be believed

	lanes   buffer.Lanes
	present buffer.Present
	metrics *telemetry.Metrics
	trend   *telemetry.Trend
	capture atomic.Bool // readings become events

	recordMu sync.Mutex // orders the events of a lane by their Up

	door      *door
	services  services
	current   atomic.Pointer[Plan]
	work      *group // commands, halts, and what supervises
	notifier  *notifier
	publisher atomic.Pointer[uplink.Publisher] // nil: no broker configured

	reloadFailed atomic.Bool // the file on disk is not what runs

	fleet *fleet

	mu       sync.Mutex
	tellers  map[string]*teller  // of derived devices
	owed     *debts              // halts of an earlier agent; nil = none
	boots    []string            // seen, in order of arrival
	restored map[string]Restored // by device, what a journal has of it
}

// newHouse makes a house that has not started anything. It does no I/O.
func newHouse(p *Plan, boot, version string, simulated bool, log *slog.Logger) *house {
	c := &p.Config.Agent
	how := c.Clock
	if simulated {
		how = "simulated"
	}
	h := &house{
		name: c.Name, boot: boot, version: version, simulated: simulated, log: log, clock: newClock(how),
		lanes: buffer.NewLanes(c.Ring.Audit, c.Ring.Readings, c.Ring.Ingest), tellers: map[string]*teller{}, boots: []string{boot}, restored: map[string]Restored{},
	}
	h.metrics = telemetry.NewMetrics(c.Namespace, h.clock.up)
	h.notifier = newNotifier(h.record, log)
	h.capture.Store(true)
	h.current.Store(p)
	h.fleet = newFleet(h.deviceEnv(), h.plan)
	h.door = newDoor(h.commandEnv(), p)
	return h
}

// deviceEnv is what devices use of the agent.
func (h *house) deviceEnv() *Env {
	return &Env{
		Clock: h.clock, Log: h.log, Present: &h.present, Record: h.record, Take: h.take, Changed: h.republish, Capture: h.capture.Load,
		Opened: func(device string, s *buffer.Sample) { h.door.countShot(device, s) },
		IO:     func(device, operation string) IO { return h.metrics.IO(device, operation) },
		Gauge:  h.metrics.Set, Count: h.metrics.Add,
		Restored: func(device string) Restored { return h.restored[device] },
		Owed:     func(device string) bool { return h.owed.owes(device) },
	}
}

// commandEnv is what the commander uses of the agent.
func (h *house) commandEnv() commandEnv {
	return commandEnv{
		Source: h.name, Boot: h.boot, Clock: h.clock, Log: h.log, Present: &h.present, Fleet: h.fleet, Record: h.record, Changed: h.republish,
		Work: func() *group { return h.work }, Daily: h.tellOdometers, Notify: h.notifyAlarm,
		Unlatch: func() error { return h.services.runtime.unlatch() },
		Paid:    func(device string) error { return h.owed.paid(device) },
	}
}

// notifyAlarm tells the receivers of an alarm.
func (h *house) notifyAlarm(c AlarmChange) {
	what := "raised"
	if !c.Active {
		what = "ended"
	}
	h.notifier.tell(message{alarm: c.Alarm, to: h.plan().Notify[c.Alarm.Name], source: h.name, what: what, why: c.Why, time: h.clock.now()})
}

// plan is the configuration in force.
func (h *house) plan() *Plan { return h.current.Load() }
