package device

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
)

// rides are the events that a laser went on.
func (b *bench) rides() (n int) {
	for _, e := range b.told {
		if e.Metric == "agent_ride_throughs_total" && e.Severity == buffer.Warning && e.Value == 1 &&
			strings.Contains(e.Note, "away=1s") && strings.Contains(e.Note, `why="its line returned and it is as it was told"`) {
			n++
		}
	}
	return n
}

// why is what the last halt was for.
func (b *bench) why() string {
	for n := len(b.told) - 1; n >= 0; n-- {
		if b.told[n].Labels.Value("control") == "halt" {
			return b.told[n].Note
		}
	}
	return ""
}

func TestFirstThingSentToADevice(t *testing.T) {
	for _, c := range []struct {
		state string
		plan  func(*config.DevicePlan)
		bench func(*bench)
		halts int
		why   string
	}{
		{"a laser", nil, nil, 1, "not known to be off"},
		{"a laser that is only looked at", nil, func(b *bench) { b.env.ReadOnly = true }, 0, ""},
		{"a laser with on_start idle", func(p *config.DevicePlan) { p.OnStart = "idle" }, nil, 1, "on_start idle"},
		{"a valve", func(p *config.DevicePlan) { p.Model.Laser = false }, nil, 0, ""},
		{"a valve with on_start idle", func(p *config.DevicePlan) { p.Model.Laser, p.OnStart = false, "idle" }, nil, 1, "on_start idle"},
		{"a valve with on_return idle", func(p *config.DevicePlan) { p.Model.Laser, p.OnReturn = false, "idle" }, nil, 0, ""},
		{"a valve whose halt is not sent yet", func(p *config.DevicePlan) { p.Model.Laser = false }, func(b *bench) { b.unsent = &unsent{by: someone, why: "asked for"} }, 1, "asked for"},
	} {
		b := onBench(t, c.plan)
		if c.bench != nil {
			c.bench(b)
		}
		err := b.arrives(t)
		if err != nil || b.halts() != c.halts || !strings.Contains(b.why(), c.why) || b.PendingHalt() || b.count["halt"] != c.halts {
			t.Errorf("%s: %v, %d halts, %q, pending %t, counted %v; want %d for %q", c.state, err, b.halts(), b.why(), b.PendingHalt(), b.count, c.halts, c.why)
		}
		if c.halts == 1 && (b.LaserOnSince() != 0 || b.Model.Laser && len(b.commanded) != 2) {
			t.Errorf("%s: on since %v, told %v; want off and all idle", c.state, b.LaserOnSince(), b.commanded)
		}
		if err := b.arrives(t); err != nil || b.halts() != c.halts {
			t.Errorf("%s: halted %d times when it was used again, want %d", c.state, b.halts(), c.halts)
		}
	}
}

// A laser whose halt fails at the start is on, and nothing else is sent to it.
func TestFirstHaltThatFails(t *testing.T) {
	b := onBench(t, nil)
	b.beam.err = drivers.ErrTimeout
	if err := b.arrives(t); !errors.Is(err, drivers.ErrTimeout) || b.LaserOnSince() == 0 || !b.PendingHalt() || b.known || len(b.commanded) != 0 {
		t.Errorf("arrival = %v, on since %v, pending %t, told %v; want the error, and that it may be on", err, b.LaserOnSince(), b.PendingHalt(), b.commanded)
	}
	if len(b.told) != 1 {
		t.Errorf("%d events, want one", len(b.told))
	}
	b.arrives(t)
	if len(b.told) != 1 {
		t.Errorf("%d events after it failed again in the same way, want one", len(b.told))
	}
}

func TestLaserWhoseLineReturns(t *testing.T) {
	for _, c := range []struct {
		state string
		away  time.Duration
		plan  func(*config.DevicePlan)
		while func(*bench)
		why   string // "" = it goes on
	}{
		{"after a glitch", time.Second, nil, nil, ""},
		{"after exactly its ride_through", time.Second, func(p *config.DevicePlan) { p.RideThrough = time.Second }, nil, ""},
		{"later", time.Second, func(p *config.DevicePlan) { p.RideThrough = time.Second - 1 }, nil, "more than its ride_through"},
		{"without a ride_through", time.Second, func(p *config.DevicePlan) { p.RideThrough = 0 }, nil, "whether it is off is not known"},
		{"with on_return idle", time.Second, func(p *config.DevicePlan) { p.OnReturn = "idle" }, nil, "on_return idle"},
		{"opened twice", time.Second, nil, func(b *bench) { b.beam.line.Opens++ }, "its line was away"},
		{"on another adapter", time.Second, nil, func(b *bench) { b.beam.line.Adapter = "B" }, "another adapter"},
		{"with another level", time.Second, nil, func(b *bench) { b.beam.state["power"] = 60 }, "power is 60 instead of 50"},
		{"with about its level", time.Second, nil, func(b *bench) { b.beam.state["power"] = 50.5 }, ""},
		{"off", time.Second, nil, func(b *bench) { b.beam.state["enabled"] = 0 }, "enabled is 0 instead of 1"},
		{"saying nothing of its level", time.Second, nil, func(b *bench) { b.beam.reads("enabled", 1, "") }, "it does not say what power is"},
		{"with its level missing", time.Second, nil, func(b *bench) { b.beam.reads("enabled", 1, ""); b.beam.reads("power", 50, "no answer") }, "it does not say what power is"},
		{"with a level that is no number", time.Second, nil, func(b *bench) { b.beam.reads("enabled", 1, ""); b.beam.reads("power", math.NaN(), "") }, "it does not say what power is"},
		{"with a bound for its level", time.Second, nil, func(b *bench) {
			b.beam.reads("enabled", 1, "")
			b.beam.read = append(b.beam.read, drivers.Reading{Name: "power", Value: 50, Bound: drivers.AtMost})
		}, "it does not say what power is"},
		{"with a channel of that name", time.Second, nil, func(b *bench) {
			b.beam.reads("enabled", 1, "")
			b.beam.read = append(b.beam.read, drivers.Reading{Channel: "one", Name: "power", Value: 50})
		}, "it does not say what power is"},
		{"when what it was told is not known", time.Second, nil, func(b *bench) { delete(b.commanded, "power") }, "what power was told is not known"},
		{"with a pulse that is not known", time.Second, func(p *config.DevicePlan) { p.Moves[1].Pulse = true }, func(b *bench) { delete(b.commanded, "power") }, ""},
		{"answering late", time.Second, nil, func(b *bench) { b.beam.readTime = 251 * time.Millisecond }, "does not say how it is"},
		{"answering in time", time.Second, nil, func(b *bench) { b.beam.readTime = 250*time.Millisecond - 1 }, ""},
		{"without being asked, differing", time.Second, func(p *config.DevicePlan) { p.Model.Asked = false }, func(b *bench) { b.beam.state["power"] = 60 }, ""},
	} {
		t.Run(c.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := onBench(t, c.plan)
				if err := b.arrives(t); err != nil {
					t.Fatal(err)
				}
				if !b.Plan().Moves[1].Pulse {
					b.set(t, "power", 50)
				}
				b.set(t, "enabled", 1)
				before := b.halts()
				if c.while != nil {
					c.while(b)
				}
				b.returns(t, c.away)
				if goes := b.halts() == before; goes != (c.why == "") || !goes && !strings.Contains(b.why(), c.why) {
					t.Errorf("it goes on: %t, the last halt for %q; want a halt for %q", goes, b.why(), c.why)
				}
				if on := b.LaserOnSince() > 0; on != (c.why == "") {
					t.Errorf("it counts as on: %t", on)
				}
				want := 0
				if c.why == "" {
					want = 1
				}
				if b.rides() != want {
					t.Errorf("%d events of its going on, want %d", b.rides(), want)
				}
			})
		})
	}
}

// A laser that was halted goes on being off, and nothing is told of that.
func TestLineOfALaserThatIsOffReturns(t *testing.T) {
	b := onBench(t, nil)
	if err := b.HaltAndReport(t.Context(), someone, "asked for"); err != nil {
		t.Fatal(err)
	}
	b.arrives(t)
	before := b.halts()
	b.returns(t, time.Second)
	if b.halts() != before || b.rides() != 0 {
		t.Errorf("%d halts and %d events of going on, want none", b.halts()-before, b.rides())
	}
}

func TestLineOfAValveReturns(t *testing.T) {
	for _, c := range []struct {
		start, back  string
		first, again int // halts
	}{{"", "", 0, 0}, {"idle", "", 1, 1}, {"", "idle", 0, 1}, {"idle", "idle", 1, 2}} {
		v := onBench(t, func(p *config.DevicePlan) { p.Model.Laser, p.OnStart, p.OnReturn = false, c.start, c.back })
		if err := v.arrives(t); err != nil || v.halts() != c.first {
			t.Errorf("on_start %q: %d halts, %v; want %d", c.start, v.halts(), err, c.first)
		}
		v.returns(t, time.Second)
		if v.halts() != c.again || v.halts() > c.first && !strings.Contains(v.why(), "on_return idle") {
			t.Errorf("on_start %q, on_return %q: %d halts, the last for %q; want %d", c.start, c.back, v.halts(), v.why(), c.again)
		}
	}
}

// onlyReads is what cannot be told anything.
type onlyReads struct{ b *beam }

func (o onlyReads) Read(ctx context.Context) ([]drivers.Reading, error) { return o.b.Read(ctx) }

func TestWhatCannotBeToldIsNotHalted(t *testing.T) {
	b := onBench(t, nil)
	b.open = func() (drivers.Device, error) { return onlyReads{b.beam}, nil }
	if err := b.arrives(t); err != nil || len(b.told) != 0 {
		t.Errorf("arrival of what only reads = %v with %d events, want nil and none", err, len(b.told))
	}
	if err := b.HaltAndReport(t.Context(), someone, "asked for"); !errors.Is(err, errInert) {
		t.Errorf("its halt = %v, want %v", err, errInert)
	}
	b = onBench(t, nil)
	b.open = func() (drivers.Device, error) { return nil, drivers.ErrPortLost }
	if err := b.HaltAndReport(t.Context(), someone, "asked for"); !errors.Is(err, drivers.ErrPortLost) || !b.PendingHalt() {
		t.Errorf("the halt of what cannot be opened = %v, pending %t; want %v, and tried again", err, b.PendingHalt(), drivers.ErrPortLost)
	}
}

// The first halt of a start is under way while it lasts.
func TestFirstHaltIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, nil)
		b.beam.haltTime = time.Second
		ctx, end, err := b.Use(t.Context(), b.Mark())
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			defer end()
			b.identify(ctx)
		}()
		synctest.Wait()
		if !b.PendingHalt() || b.BeginHaltOnce() {
			t.Error("a halt at the start is not under way")
		}
	})
}
