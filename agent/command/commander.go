package command

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	"pychron-edge/buffer"

	"pychron-edge/agent/clock"
	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/rules"
	"pychron-edge/agent/state"
	"pychron-edge/agent/task"
)

// Commander is the one way in for commands: from the page, HTTP, MQTT and Pychron alike. What a command is judged by, and the
// reservation of what it will move, change together under one lock, so that no two commands pass that forbid each other.
// The lock is never held across I/O.
type Commander struct {
	env    Env
	Halter *Halter

	alarmMu sync.Mutex // orders what is recorded and notified of alarms; taken before mu

	mu      sync.Mutex
	plan    *config.Plan
	latches rules.Latches
	rates   *rules.Rates
	moving  map[rules.Ref][]*job // reserved and not yet read back
	number  uint64               // of the command that was let in last
	latest  map[rules.Ref]uint64 // its number by control; with no control: of the last that made the device idle
	queued  map[string]int       // commands waiting or under way, by device
	locks   locks
	leases  leases
	alarms  rules.AlarmStates
	flood   rules.Flood
	shots   map[string]rules.PipetteCount // by pipette
	latched string                        // why a halt from outside keeps everything at idle; "" = it does not
	halted  *HaltStanding                 // the last HALT that nobody cleared
	closed  bool                          // the agent is stopping

	drawn      drawn
	restricted string // why only idle values are let in; "" = everything is
	before     refusedBefore

	Progress atomic.Int64 // up, when the supervisor last made its round
	seen     answers
	refused  refusals
}

// Env is what the commander uses of the agent it runs in. All of it may be called from any goroutine.
type Env struct {
	Source, Boot string // of the agent
	Clock        *clock.Clock
	Log          *slog.Logger
	Present      *buffer.Present
	Fleet        *device.Fleet
	Work         func() *task.Group      // where commands and halts run that nobody waits for
	Record       func(*buffer.Event)     // the one way an event comes to be
	Changed      func()                  // something the published status says has changed
	Notify       func(rules.AlarmChange) // something became of an alarm, and its receivers are to hear of it
	Count        func(metric string, labels buffer.Labels, by float64)
	Unlatch      func() error                // takes away the latch that agent halt left on disk
	Daily        func()                      // once a day
	Durable      func(context.Context) error // waits until everything recorded so far is on disk; nil where there is no journal
	Store        func() *state.Store         // of what survives the process; nil where there is none
	Accept       func(by string) error       // the last good configuration is to count as the file
}

// New makes the commander of an agent. It lets commands in by the plan p, and starts nothing.
func New(env Env, p *config.Plan) *Commander {
	d := &Commander{
		env: env, Halter: &Halter{env.Fleet, env.Work}, plan: p, latches: rules.Latches{}, moving: map[rules.Ref][]*job{}, latest: map[rules.Ref]uint64{}, queued: map[string]int{},
		locks: locks{}, leases: leases{}, alarms: rules.AlarmStates{}, shots: map[string]rules.PipetteCount{},
	}
	d.rates = rules.NewRates(p.Rated)
	return d
}

// Close refuses every further command.
func (d *Commander) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
}

// inForce is the plan that commands are judged by.
func (d *Commander) inForce() *config.Plan {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.plan
}
