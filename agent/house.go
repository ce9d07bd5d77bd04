package main

import (
	"log/slog"
	"slices"
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

	lanes    buffer.Lanes
	present  buffer.Present
	metrics  *telemetry.Metrics
	trend    *telemetry.Trend
	capture  atomic.Bool  // readings become events
	progress atomic.Int64 // up, when the supervisor last made its round
	recordMu sync.Mutex   // orders the events of a lane by their Up

	door      *door
	services  services
	current   atomic.Pointer[Plan]
	work      *group // commands, halts, and what supervises
	notifier  *notifier
	publisher atomic.Pointer[uplink.Publisher] // nil: no broker configured

	reloadFailed atomic.Bool // the file on disk is not what runs

	mu          sync.Mutex
	instruments []*instrument // in the order of the configuration
	lines       map[string]*lineRun
	tellers     map[string]*teller // of derived devices
	owed        *debts             // halts of an earlier agent; nil = none
	boots       []string           // seen, in order of arrival
	kept        map[string]kept    // by device, what a journal has of it
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
		lanes: buffer.NewLanes(c.Ring.Audit, c.Ring.Readings, c.Ring.Ingest), lines: map[string]*lineRun{}, tellers: map[string]*teller{}, boots: []string{boot}, kept: map[string]kept{},
		notifier: newNotifier(),
	}
	h.metrics = telemetry.NewMetrics(c.Namespace, h.clock.up)
	h.capture.Store(true)
	h.current.Store(p)
	h.door = newDoor(h, p)
	return h
}

// plan is the configuration in force.
func (h *house) plan() *Plan { return h.current.Load() }

// all is every instrument in operation.
func (h *house) all() []*instrument {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.instruments)
}

// instrument is the one called name, nil if it is not in operation.
func (h *house) instrument(name string) *instrument {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, i := range h.instruments {
		if i.name == name {
			return i
		}
	}
	return nil
}
