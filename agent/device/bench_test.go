package device

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/drivers/line"

	"pychron-edge/agent/clock"
	"pychron-edge/agent/config"
)

// beam is a laser in memory on a line that can be lost, with faults.
type beam struct {
	mu       sync.Mutex
	state    map[string]float64
	read     []drivers.Reading // what it says instead of its state
	err      error             // of everything
	haltTime time.Duration     // a halt takes, whatever its context says
	readTime time.Duration
	sent     []string
	line     line.State
}

func (b *beam) Controls() []drivers.Control { return nil }

func (b *beam) Read(ctx context.Context) ([]drivers.Reading, error) {
	if b.readTime > 0 {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(b.readTime):
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.read != nil || b.err != nil {
		return b.read, b.err
	}
	var all []drivers.Reading
	for _, name := range slices.Sorted(maps.Keys(b.state)) {
		all = append(all, drivers.Reading{Name: name, Value: b.state[name]})
	}
	return all, nil
}

func (b *beam) Set(_ context.Context, control string, value float64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent = append(b.sent, control)
	if b.err == nil {
		b.state[control] = value
	}
	return b.err
}

func (b *beam) Halt(ctx context.Context) error {
	if b.haltTime > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(b.haltTime):
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent = append(b.sent, "halt")
	if b.err == nil {
		clear(b.state)
		b.state["enabled"], b.state["power"] = 0, 0
	}
	return b.err
}

func (b *beam) State() line.State                                  { return b.line }
func (b *beam) Opens() (uint64, bool)                              { return b.line.Opens, b.line.Open }
func (b *beam) Changed() <-chan struct{}                           { return nil }
func (b *beam) Watch(line.Watcher)                                 {}
func (b *beam) Unwatch(line.Watcher)                               {}
func (b *beam) Trace() []line.Exchange                             { return nil }
func (b *beam) SuspectReply()                                      {}
func (b *beam) PortWith(string, drivers.LineSettings) drivers.Port { return nil }
func (b *beam) Done(err error, took time.Duration, now time.Time)  {}
func (b *beam) reads(name string, value float64, missing string) {
	b.read = append(b.read, drivers.Reading{Name: name, Value: value, Missing: missing})
}

// bench is a device made of a beam, and what was told of it.
type bench struct {
	*Device
	beam  *beam
	told  []*buffer.Event
	done  []string // halts that were told to be done
	count map[string]int
	taken int // readings that became present
}

// onBench is a laser whose line is open, before anything was sent to it.
func onBench(t *testing.T, change func(*config.DevicePlan)) *bench {
	t.Helper()
	b := &bench{beam: &beam{state: map[string]float64{"enabled": 0, "power": 0}, line: line.State{Open: true, Opens: 1, Adapter: "A"}}, count: map[string]int{}}
	env := &Env{
		Clock: clock.NewClock("trusted"), Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Present: &buffer.Present{},
		Record:  func(e *buffer.Event) { b.told = append(b.told, new(*e)) },
		Take:    func(string, []buffer.Sample) { b.taken++ },
		Opened:  func(string, *buffer.Sample) {},
		Changed: func() {}, Capture: func() bool { return false },
		IO:       func(_, operation string) IO { b.count[operation]++; return b.beam },
		Gauge:    func(string, buffer.Labels, float64) {},
		Count:    func(string, buffer.Labels, float64) {},
		Restored: func(string) Restored { return Restored{} },
		HaltDone: func(name string) { b.done = append(b.done, name) }, HaltPending: func(string) bool { return false },
	}
	plan := &config.DevicePlan{Model: drivers.Model{Name: "beam", Family: "laser", Laser: true, Asked: true}, Moves: []config.Control{
		{Control: drivers.Control{Name: "enabled", Max: 1}}, {Control: drivers.Control{Name: "power", Max: 100, Unit: drivers.Percent}},
	}}
	plan.Name, plan.RideThrough = "laser", 5*time.Second
	plan.Model.Open = func(drivers.Wires, any) (drivers.Device, error) { return b.beam, nil }
	if change != nil {
		change(plan)
	}
	b.Device = New(env, plan, b.beam, nil)
	return b
}

// arrives identifies the device, as the first that is done after its line was opened.
func (b *bench) arrives(t *testing.T) error {
	t.Helper()
	ctx, end, err := b.Use(t.Context(), b.Mark())
	if err != nil {
		t.Error(err) // not Fatal: it is called beside a test, too
		return err
	}
	defer end()
	return b.identify(ctx)
}

// set tells the laser something, as a command does.
func (b *bench) set(t *testing.T, control string, value float64) {
	t.Helper()
	ctx, end, err := b.Use(t.Context(), b.Mark())
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	c := b.Plan().Moves[slices.IndexFunc(b.Plan().Moves, func(c config.Control) bool { return c.Name == control })]
	if o := b.Set(ctx, c.Control, value, func() error { return nil }); o.Err != nil {
		t.Fatal(o.Err)
	}
}

// returns is the line's return after it was away.
func (b *bench) returns(t *testing.T, away time.Duration) {
	t.Helper()
	b.beam.line.Opens++
	b.beam.line.Away = away
	if err := b.arrives(t); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) halts() int {
	return len(slices.DeleteFunc(slices.Clone(b.beam.sent), func(s string) bool { return s != "halt" }))
}
