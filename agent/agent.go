package main

import (
	"log/slog"
	"sync"
	"sync/atomic"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
	"pychron-edge/buffer/journal"
	"pychron-edge/telemetry"
	"pychron-edge/telemetry/metrics"
	"pychron-edge/uplink"

	"pychron-edge/agent/clock"
	"pychron-edge/agent/command"
	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/lastgood"
	"pychron-edge/agent/notify"
	"pychron-edge/agent/restart"
	"pychron-edge/agent/state"
	"pychron-edge/agent/status"
	"pychron-edge/agent/task"
	"pychron-edge/agent/thrift"
)

// agent is the running agent: what it knows, and the instruments it looks after.
type agent struct {
	name, boot, version string
	simulated           bool
	log                 *slog.Logger
	clock               *clock.Clock
	synced              atomic.Bool // the wall can be believed

	lanes   buffer.Lanes
	long    *block.Ring // readings that the ring has overwritten
	present buffer.Present
	metrics *metrics.Metrics
	trend   *telemetry.Trend
	capture atomic.Bool // readings become events

	board    *thrift.Board // nil: the board is used as the runtime does
	recordMu sync.Mutex    // orders the events of a lane by their Up

	commander *command.Commander
	services  services
	status    *status.Source
	current   atomic.Pointer[config.Plan]
	work      *task.Group // commands, halts, and what supervises
	notifier  *notify.Notifier
	publisher atomic.Pointer[uplink.Publisher] // nil: no broker configured

	reloadFailed atomic.Bool // the file on disk is not what runs
	lastGood     lastgood.Configuration

	fleet   *device.Fleet
	journal atomic.Pointer[journal.Journal] // nil: none configured, or it cannot be opened

	mu           sync.Mutex
	reporters    map[string]*device.Reporter // of derived devices
	pendingHalts *state.PendingHalts         // halts of an earlier agent; nil = none
	store        *state.Store                // of what survives the process; nil = nothing does
	boots        []string                    // seen, in order of arrival
	inJournal    map[string]uint64           // by earlier boot, the last audit event that a journal has of it
	earlier      []telemetry.BootStatus      // starts before this one, oldest first; not changed once anything is published
	acknowledged uplink.EventID              // up to which the broker had the audit lane at the last start
	restored     map[string]device.Restored  // by device, what a journal has of it
	last         *restart.States
}

// plan is the configuration in force.
func (a *agent) plan() *config.Plan { return a.current.Load() }
