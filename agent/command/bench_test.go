package command

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
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

// actor is an instrument in memory: what it was told it shows.
type actor struct {
	mu      sync.Mutex
	shows   map[string]float64 // by control
	err     error              // of a Set, after it was done
	haltErr error
	stuck   bool          // what it is told changes nothing
	deaf    bool          // a halt changes nothing
	panics  bool          // at the next Set
	takes   time.Duration // of a Set
	halting time.Duration // what a Halt takes
	wire    []string      // what was sent, in order
}

func (a *actor) Read(context.Context) ([]drivers.Reading, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []drivers.Reading
	for name, value := range a.shows {
		unit := drivers.Unit("")
		if name == "power" {
			unit = drivers.Percent
		}
		all = append(all, drivers.Reading{Name: name, Value: value, Unit: unit})
	}
	return all, nil
}

func (a *actor) Controls() []drivers.Control { return nil }

func (a *actor) Set(ctx context.Context, control string, value float64) error {
	if err := task.Wait(ctx, a.takes); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.panics {
		panic("a driver's bug")
	}
	a.wire = append(a.wire, fmt.Sprint(control, " ", value))
	if !a.stuck {
		a.shows[control] = value
	}
	return a.err
}

func (a *actor) Halt(context.Context) error {
	a.mu.Lock()
	takes := a.halting
	a.mu.Unlock()
	time.Sleep(takes)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.haltErr != nil {
		return a.haltErr
	}
	a.wire = append(a.wire, "halt")
	for name := range a.shows {
		if !a.deaf {
			a.shows[name] = 0
		}
	}
	return nil
}

// with changes what the instrument does, while others use it.
func (a *actor) with(change func(*actor)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change(a)
}

func (a *actor) sent() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.wire)
}

// valve is the plan of a valve that opens only while others are closed.
func valve(name string, closed ...string) *config.DevicePlan {
	c := config.Control{Control: drivers.Control{Name: "open", Max: 1}, Enabled: true}
	for _, other := range closed {
		c.Closed = append(c.Closed, rules.Ref{Device: other, Point: "open"})
	}
	return planned(name, "valve", c)
}

// laser is the plan of one with a power in percent.
func laser(name string) *config.DevicePlan {
	d := planned(name, "laser", config.Control{Control: drivers.Control{Name: "enabled", Max: 1}, Enabled: true},
		config.Control{Control: drivers.Control{Name: "power", Max: 100, Unit: drivers.Percent}, Enabled: true})
	d.Model.Laser, d.Decoded = true, &struct{ MaxOn time.Duration }{time.Minute}
	return d
}

func planned(name, family string, moves ...config.Control) *config.DevicePlan {
	d := &config.DevicePlan{Moves: moves, Model: drivers.Model{Name: "fake", Family: family}}
	d.Name, d.Every, d.Heartbeat, d.StaleAfter = name, time.Second, time.Minute, 5*time.Second
	d.Control = len(moves) > 0
	for _, c := range moves {
		d.Points = append(d.Points, config.PointPlan{Point: drivers.Point{Name: c.Name, Unit: c.Unit}})
	}
	return d
}

// bench is a commander of instruments in memory. Nothing polls them: what they show is seen when look is called, and when they are moved.
type bench struct {
	*Commander
	t       *testing.T
	actors  map[string]*actor
	present buffer.Present
	clock   *clock.Clock
	work    *task.Group
	store   *state.Store // nil: nothing is kept
	dir     string       // of the store

	mu       sync.Mutex
	log      strings.Builder // of the commander; read when nothing runs
	told     []buffer.Event
	notified []rules.AlarmChange
	counted  map[string]float64
	changed  int   // how often the status was said to have changed
	durable  error // of a wait for the journal
	unlatch  error
	accepted string
	refuses  error // to accept
}

// onBench puts devices on a bench, in a bubble of synctest. What runs ends with the test.
func onBench(t *testing.T, p *config.Plan) *bench {
	b := &bench{t: t, actors: map[string]*actor{}, clock: clock.NewClock("trusted"), counted: map[string]float64{}}
	b.work = task.NewGroup(context.Background(), func(err error) { b.record(&buffer.Event{Metric: "failed", Status: err.Error()}) })
	if p.Config == nil {
		p.Config = &config.Config{}
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	log := slog.New(slog.NewTextHandler(&b.log, nil))
	env := &device.Env{
		Clock: b.clock, Log: quiet, Present: &b.present, Record: b.record, Changed: func() {}, Capture: func() bool { return false },
		Take:   func(name string, samples []buffer.Sample) { b.present.Set(name, samples); b.Observe(name, samples) },
		Opened: func(name string, s *buffer.Sample) { b.CountShot(name, s) },
		IO:     func(string, string) device.IO { return noIO{} }, Gauge: func(string, buffer.Labels, float64) {}, Count: b.count,
		Restored: func(string) device.Restored { return device.Restored{} }, HaltDone: func(string) {}, HaltPending: func(string) bool { return false },
	}
	fleet := device.NewFleet(env, func() *config.Plan { return p })
	b.Commander = New(Env{
		Source: "test", Boot: "b1", Clock: b.clock, Log: log, Present: &b.present, Fleet: fleet, Record: b.record, Changed: func() { b.with(func() { b.changed++ }) },
		Work: func() *task.Group { return b.work }, Notify: b.notify, Count: b.count, Daily: func() {},
		Unlatch: func() error { return b.unlatch }, Store: func() *state.Store { return b.store },
		Durable: func(context.Context) error { return b.durable }, Accept: func(by string) error { b.accepted = by; return b.refuses },
	}, p)
	for _, d := range p.Devices {
		a := &actor{shows: map[string]float64{}}
		for _, c := range d.Moves {
			a.shows[c.Name] = c.Idle
		}
		b.actors[d.Name] = a
		d.Model.Open = func(drivers.Wires, any) (drivers.Device, error) { return a, nil }
		fleet.Add(device.New(env, d, nil, nil))
	}
	t.Cleanup(func() {
		b.work.Stop()
		for what, lock := range map[string]*sync.Mutex{"commander": &b.Commander.mu, "alarms": &b.alarmMu, "ids": &b.seen.mu, "refusals": &b.refused.mu} {
			if !lock.TryLock() {
				t.Errorf("the lock of the %s is held at the end", what)
				continue
			}
			lock.Unlock()
		}
	})
	b.look()
	return b
}

type noIO struct{}

func (noIO) Done(error, time.Duration, time.Time) {}

func (b *bench) record(e *buffer.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e.Seq = uint64(len(b.told) + 1)
	b.told = append(b.told, *e)
}

func (b *bench) with(do func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	do()
}

func (b *bench) notify(c rules.AlarmChange) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notified = append(b.notified, c)
}

func (b *bench) count(metric string, _ buffer.Labels, by float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.counted[metric] += by
}

// look reads every instrument that shows something.
func (b *bench) look() {
	for _, i := range b.env.Fleet.All() {
		if readings, _ := b.actors[i.Name].Read(b.t.Context()); len(readings) > 0 {
			i.Accept(readings)
		}
	}
}

// puts makes a reading present, which nobody has judged.
func (b *bench) puts(pascals float64) {
	b.present.Set("gauge", []buffer.Sample{{Device: "gauge", Name: "pressure", Unit: buffer.Pascals, Value: pascals, Up: b.clock.Up(), Time: b.clock.Now(), StaleAfter: time.Hour}})
}

// show puts a reading beside what is present.
func (b *bench) show(s buffer.Sample) {
	s.Up, s.Time, s.StaleAfter = b.clock.Up(), b.clock.Now(), 5*time.Second
	b.present.Set(s.Device, []buffer.Sample{s})
	b.Observe(s.Device, b.present.Device(s.Device))
}

// events are those of a metric.
func (b *bench) events(metric string) []buffer.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(b.told), func(e buffer.Event) bool { return e.Metric != metric })
}

// order is a command of somebody who may command everything.
func order(device, control string, value float64) buffer.CommandRequest {
	return buffer.CommandRequest{By: jr, Device: device, Control: control, Value: value}
}

var (
	jr      = buffer.Principal{Name: "jr", Via: "http", Rights: []string{buffer.RightCommand}}
	kl      = buffer.Principal{Name: "kl", Via: "http", Rights: []string{buffer.RightCommand}}
	boss    = buffer.Principal{Name: "boss", Via: "http", Rights: []string{buffer.RightAdmin, buffer.RightCommand}}
	stopper = buffer.Principal{Name: "stopper", Via: "http", Rights: []string{buffer.RightHalt}}
	reader  = buffer.Principal{Name: "reader", Via: "http", Rights: []string{buffer.RightRead}}
)

// only is somebody who may move what the patterns say.
func only(by buffer.Principal, patterns ...string) buffer.Principal {
	by.Controls = patterns
	return by
}

// outside is somebody who asks from outside the bench's networks.
func outside(by buffer.Principal) buffer.Principal {
	by.Away = true
	return by
}
