package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

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
	closed  bool                          // the agent is stopping

	restricted string // why only idle values are let in; "" = everything is

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
	Kept         func(context.Context) error // waits until everything recorded so far is on disk; nil where there is no journal
	Store        func() *state.Store         // of what survives the process; nil where there is none
	Accept       func(by string) error       // the last good configuration is to count as the file
}

// queueLimit is how many commands may wait for one device.
const queueLimit = 64

func New(env Env, p *config.Plan) *Commander {
	d := &Commander{
		env: env, Halter: &Halter{env.Fleet, env.Work}, plan: p, latches: rules.Latches{}, moving: map[rules.Ref][]*job{}, latest: map[rules.Ref]uint64{}, queued: map[string]int{},
		locks: locks{}, leases: leases{}, alarms: rules.AlarmStates{}, shots: map[string]rules.PipetteCount{},
	}
	d.rates = rules.NewRates(p.Rated)
	return d
}

// job is a command that was let in.
type job struct {
	command    buffer.CommandRequest
	instrument *device.Device
	control    drivers.Control
	mark       uint64 // of the device's turn when it was let in
	number     uint64
	begun      bool // something was sent: it expires no more
	sent       bool // a Set was begun
	expires    time.Time
	same       *job // waits, and does what this one asks

	done   chan struct{} // closed when result and err are set
	result buffer.CommandResult
	err    error
}

// refusal is why a command was not let in. It wraps one of telemetry's errors.
type refusal struct {
	reason string // one word, for the metric
	err    error
}

func (r *refusal) Error() string { return r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

func refuse(reason string, is error, format string, a ...any) *refusal {
	return &refusal{reason, fmt.Errorf("%s: %w", fmt.Sprintf(format, a...), is)}
}

// Command lets a command in or refuses it, and waits for what becomes of it. A caller that leaves changes nothing. A
// command whose id was seen is answered again without acting.
func (d *Commander) Command(ctx context.Context, c buffer.CommandRequest) (buffer.CommandResult, error) {
	j, again, clash := d.seen.find(c, d.env.Clock.Now())
	if clash != nil {
		return buffer.CommandResult{}, d.refuseClash(c, clash)
	}
	if !again {
		outlives := c.ID != "" && !c.Expires.IsZero()
		if err := d.reserve(j, c); err != nil {
			d.recordRefusal(c, err)
			j.err = err
			close(j.done)
			return buffer.CommandResult{}, err
		}
		if outlives {
			d.onDisk(AnswersFile) // before anything is sent: an id is never begun twice
		}
		d.env.Work().Start("command", func(ctx context.Context) error {
			d.execute(ctx, j)
			if outlives {
				d.env.Store().Prompt(AnswersFile)
			}
			return nil
		})
	}
	select {
	case <-j.done:
		return d.kept(ctx, j.result, j.err)
	case <-ctx.Done():
		return buffer.CommandResult{Result: "unknown"}, fmt.Errorf("%s.%s: the caller left while it was under way: %w", c.Device, c.Control, buffer.ErrUnsettled)
	}
}

// reserve judges a command and reserves what it moves, in one critical section.
func (d *Commander) reserve(j *job, c buffer.CommandRequest) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.admit(c); err != nil {
		return err
	}
	i := d.env.Fleet.Find(c.Device)
	if i == nil {
		return refuse("unavailable", buffer.ErrConflict, "%s is not in operation", c.Device)
	}
	_, control, _ := d.plan.Find(c.Device, c.Control, c.Value)
	if c.Value != control.Idle && i.PendingHalt() {
		return refuse("halted", buffer.ErrConflict, "a halt of %s has not been sent yet", c.Device)
	}
	if d.queued[c.Device] >= queueLimit {
		if c.Value != control.Idle {
			return refuse("busy", buffer.ErrConflict, "%s has %d commands waiting", c.Device, queueLimit)
		}
		if j.same = d.waiting(c); j.same != nil { // a crowd does not keep anybody from switching off
			j.command = c
			return nil
		}
	}
	j.command, j.instrument, j.control, j.mark, j.expires = c, i, control.Control, i.Mark(), c.Expires
	d.number++
	j.number = d.number
	me := rules.Ref{Device: c.Device, Point: c.Control}
	d.latest[me] = j.number
	if c.Value == control.Idle {
		d.latest[rules.Ref{Device: c.Device, Point: ""}] = j.number
	}
	d.moving[me] = append(d.moving[me], j)
	d.queued[c.Device]++
	return nil
}

// admit is every reason to refuse a command, in order. The caller holds mu.
func (d *Commander) admit(c buffer.CommandRequest) error {
	now := d.env.Clock.Now()
	_, control, err := d.plan.Find(c.Device, c.Control, c.Value)
	switch {
	case d.closed:
		return refuse("stopping", buffer.ErrConflict, "the agent is stopping")
	case err != nil:
		return &refusal{reasonOf(err), err}
	case !c.Expires.IsZero() && !now.Before(c.Expires):
		return refuse("expired", buffer.ErrExpired, "%s.%s expired at %s", c.Device, c.Control, c.Expires.Format(time.RFC3339))
	case !mayCommand(c.By, c.Value == control.Idle) || !c.By.MayMove(c.Device, c.Control):
		return refuse("right", buffer.ErrForbidden, "%s may not command %s.%s", c.By.Name, c.Device, c.Control)
	}
	idle := c.Value == control.Idle
	if why := d.locks.refuses(c.Device, c.By.Name, idle, d.env.Clock.Steady()); why != "" {
		return refuse("locked", buffer.ErrConflict, "%s", why)
	}
	if d.latched != "" && !idle {
		return refuse("halted", buffer.ErrConflict, "%s; clear the rule %q first", d.latched, HaltRule)
	}
	if why := d.maxOnTripped(c.Device); why != "" && !idle {
		return refuse("interlock", buffer.ErrConflict, "%s", why)
	}
	if d.restricted != "" && !idle {
		return refuse("configuration", buffer.ErrConflict, "%s", d.restricted)
	}
	return d.judge(c)
}

// mayCommand says whether somebody may command: to the idle value also whoever may halt.
func mayCommand(by buffer.Principal, idle bool) bool {
	return by.May(buffer.RightCommand) || idle && by.May(buffer.RightHalt)
}

// Idle is the idle value of a control, false where there is no such control.
func (d *Commander) Idle(device, control string) (float64, bool) {
	p := d.inForce().Device(device)
	if p == nil {
		return 0, false
	}
	c := p.Move(control)
	if c == nil {
		return 0, false
	}
	return c.Idle, true
}

// judge looks at rules and interlocks as they stand now. The caller holds mu.
func (d *Commander) judge(c buffer.CommandRequest) error {
	d.judgeRulesLocked()
	if err := d.plan.Allows(d.situation(), c.Device, c.Control, c.Value); err != nil {
		return &refusal{reasonOf(err), err}
	}
	if why := d.skipsSlew(c); why != "" {
		return refuse("interlock", buffer.ErrConflict, "%s", why)
	}
	return nil
}

// view is what rules and interlocks see now. The caller holds mu.
func (d *Commander) view() rules.View {
	return rules.View{Present: d.env.Present, Health: d.env.Fleet.Health, Rates: d.rates, Display: buffer.Display{Unit: d.plan.Config.Agent.Units}, Now: d.env.Clock.Up()}
}

// situation counts what is reserved as moving, which is neither closed nor open. The caller holds mu.
func (d *Commander) situation() rules.Situation {
	v := d.view()
	return rules.Situation{Latches: d.latches, Valve: func(r rules.Ref) rules.ValveState {
		if len(d.moving[r]) > 0 {
			return rules.Moving
		}
		return rules.ValveIn(v, r)
	}}
}

// release ends a reservation.
func (d *Commander) release(j *job) {
	d.mu.Lock()
	defer d.mu.Unlock()
	me := rules.Ref{Device: j.command.Device, Point: j.command.Control}
	left := d.moving[me][:0]
	for _, other := range d.moving[me] {
		if other != j {
			left = append(left, other)
		}
	}
	if d.moving[me] = left; len(left) == 0 {
		delete(d.moving, me)
	}
	if d.queued[me.Device]--; d.queued[me.Device] == 0 {
		delete(d.queued, me.Device)
	}
}

// Tripped says whether a rule is tripped.
func (d *Commander) Tripped(rule string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.latches[rule]
	return l != nil && l.Tripped
}

// Close refuses every further command.
func (d *Commander) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
}

// reasonOf is the word for why a command was refused.
func reasonOf(err error) string {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.reason
	}
	for _, w := range []struct {
		is   error
		word string
	}{
		{buffer.ErrUnknown, "unknown"}, {buffer.ErrRange, "range"}, {buffer.ErrForbidden, "read-only"},
		{buffer.ErrExpired, "expired"}, {buffer.ErrConflict, "interlock"},
	} {
		if errors.Is(err, w.is) {
			return w.word
		}
	}
	return "error"
}

// inForce is the plan that commands are judged by.
func (d *Commander) inForce() *config.Plan {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.plan
}

// Adopt puts a plan in force. Latches stay as they are.
func (d *Commander) Adopt(next *config.Plan) {
	d.adoptAlarms(next)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.plan = next
	d.rates = rules.NewRates(next.Rated)
}

// Observe takes what was read of a device and is present already: it computes what is derived from it and judges the rules. It
// gives the names of the derived devices whose points it set.
func (d *Commander) Observe(device string, samples []buffer.Sample) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.rates.Add(samples)
	names := rules.Derive(d.plan.Derived, d.view(), device)
	for _, name := range names {
		d.rates.Add(d.env.Present.Device(name))
	}
	d.judgeRulesLocked()
	return names
}

// Latch keeps everything at idle for a reason, until somebody clears it; "" latches nothing.
func (d *Commander) Latch(why string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.latched = why
}

// WhyLatched is why everything is kept at idle, "" if it is not.
func (d *Commander) WhyLatched() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.latched
}

// beforeRestart stands before why a rule tripped that is tripped since before the start.
const beforeRestart = "before the restart: "

// RestoreTrip takes back the trip of a rule, or that it was cleared, from before the start.
func (d *Commander) RestoreTrip(rule string, tripped bool, why string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !tripped {
		delete(d.latches, rule)
		return
	}
	d.restoreTrip(rule, why)
}

// restoreTrip takes back the trip of a rule. The caller holds mu.
func (d *Commander) restoreTrip(rule, why string) {
	d.latches[rule] = &rules.Latch{Tripped: true, Since: d.env.Clock.Up(), Why: beforeRestart + strings.TrimPrefix(why, beforeRestart)}
}
