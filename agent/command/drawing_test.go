package command

import (
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drawing"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

// drawnLine is a chamber with a gauge behind V1, which a pump empties through V2.
func drawnLine(t *testing.T) *bench {
	p := withRules(t)
	p.Drawing = &drawing.Line{
		Parts: []drawing.Part{
			{Name: "chamber", Kind: drawing.Volume, Size: 0.001}, {Name: "V1", Kind: drawing.Valve, Device: "V1", Point: "open"}, {Name: "middle", Kind: drawing.Volume},
			{Name: "V2", Kind: drawing.Valve, Device: "V2", Point: "open"}, {Name: "turbo", Kind: drawing.Pump}, {Name: "G", Kind: drawing.Gauge, Device: "gauge", Point: "pressure", On: "chamber"},
		},
		Pipes: []drawing.Pipe{{Ends: []string{"chamber", "V1"}}, {Ends: []string{"V1", "middle"}}, {Ends: []string{"middle", "V2"}}, {Ends: []string{"V2", "turbo"}}, {Ends: []string{"chamber", "G"}}},
	}
	p.Running = map[string]*rules.Expression{"turbo": p.Rules[0].When} // it runs while the gauge is above 1 Pa, for the test
	p.Rules = nil
	return onBench(t, p)
}

// conditions are what the regions hold, "unknown" where that is not known.
func (b *bench) conditions() (all []string) {
	for _, r := range b.Standing().Regions {
		all = append(all, string(r.Condition))
	}
	return all
}

func TestRegionsFollowValvesAndPumps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := drawnLine(t)
		wantList(t, "with a pump that nobody knows", b.conditions(), "static", "static", "unknown")
		b.reads(5)
		wantList(t, "with a pump that runs", b.conditions(), "static", "static", "pumped")
		b.reads(0.1)
		wantList(t, "with a pump that stands", b.conditions(), "static", "static", "static")
		b.plan.Drawing.Part("turbo").Assumed = true
		wantList(t, "with a pump that is taken to run", b.conditions(), "static", "static", "pumped")
		b.Command(t.Context(), order("V2", "open", 1))
		wantList(t, "with V2 open", b.conditions(), "static", "pumped")
		b.Command(t.Context(), order("V1", "open", 1))
		wantList(t, "with both open", b.conditions(), "pumped")
		b.actors["V1"].takes = time.Second
		b.asked(order("V1", "open", 0))
		wantList(t, "while V1 moves", b.conditions(), "unknown", "pumped")
		time.Sleep(time.Minute)
		wantList(t, "with valves that are not heard", b.conditions(), "unknown", "unknown", "pumped")
		delete(b.plan.Running, "turbo")
		b.plan.Drawing.Part("turbo").Assumed = false
		b.look()
		wantList(t, "with a pump that nothing speaks for", b.conditions(), "static", "unknown")
		b.plan.Drawing.Loose = true
		wantList(t, "of a line that nobody connected", b.conditions())
		if v := b.Standing().Valves; len(v) != 2 || v["V2"].State != drawing.Open {
			t.Errorf("its valves stand as %+v, want both, V2 open", v)
		}
		b.plan.Drawing = nil
		wantList(t, "without a line", b.conditions())
		if v := b.Standing().Valves; v != nil {
			t.Errorf("valves of no line = %+v", v)
		}
	})
}

// A region is as old as the moment when a valve or a pump was seen to stand otherwise, whoever looks and when.
func TestSinceWhenARegionIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := drawnLine(t)
		since := func() (all []float64) {
			for _, r := range b.Standing().Regions {
				all = append(all, r.Since)
			}
			return all
		}
		b.reads(0.1)
		time.Sleep(3 * time.Second)
		b.look()
		b.reads(0.1)
		if got := since(); !slices.Equal(got, []float64{3, 3, 3}) {
			t.Errorf("after 3 s the regions are %v s old", got)
		}
		b.Command(t.Context(), order("V1", "open", 1))
		b.look()
		time.Sleep(2 * time.Second)
		b.reads(5) // the pump
		time.Sleep(time.Second)
		if got := since(); !slices.Equal(got, []float64{3, 1}) {
			t.Errorf("3 s after V1 opened and 1 s after the pump began to run they are %v s old", got)
		}
		next := *b.plan
		other := *b.plan.Drawing
		next.Drawing = &other
		b.Adopt(&next)
		b.look()
		if b.drawn.line != &other {
			t.Error("the line of another configuration was not looked at")
		}
	})
}

// What a gauge of a static region reads gives how fast it rises; only exact pressures of its own point count.
func TestWhichReadingsGiveARise(t *testing.T) {
	for what, c := range map[string]struct {
		change func(*buffer.Sample)
		want   bool
	}{
		"pressures":               {func(*buffer.Sample) {}, true},
		"another unit":            {func(s *buffer.Sample) { s.Unit = buffer.Volts }, false},
		"another point":           {func(s *buffer.Sample) { s.Name = "temperature" }, false},
		"a bound":                 {func(s *buffer.Sample) { s.Bound = buffer.AtMost }, false},
		"nothing":                 {func(s *buffer.Sample) { s.Missing = "no answer" }, false},
		"another device's":        {func(s *buffer.Sample) { s.Device = "other" }, false},
		"a derived one beside it": {func(s *buffer.Sample) { s.Device = "derived" }, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := drawnLine(t)
			for n := range 60 {
				time.Sleep(time.Second)
				b.look()
				s := buffer.Sample{Device: "gauge", Name: "pressure", Unit: buffer.Pascals, Value: 0.1 + float64(n)/100}
				c.change(&s)
				b.show(s)
			}
			var rate *float64
			for _, r := range b.Standing().Regions {
				for _, rise := range r.Rises {
					if rise.Gauge == "G" {
						rate = rise.Rate
					}
				}
			}
			if (rate != nil) != c.want || rate != nil && math.Abs(*rate-0.01) > 1e-6 {
				t.Errorf("%s: rises by %v, want that by 0.01 Pa a second: %t", what, rate, c.want)
			}
		})
	}
}

// A gauge of the drawing may be a derived channel: what follows from a reading counts like one.
func TestADerivedChannelGivesARise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := drawnLine(t)
		gauge := rules.Ref{Device: "gauge", Point: "pressure"}
		value, err := rules.CompileQuantity("gauge.pressure * 2", rules.Catalogue{"gauge": {"pressure": {Ref: gauge, Unit: buffer.Pascals, StaleAfter: time.Hour}}})
		if err != nil {
			t.Fatal(err)
		}
		twice := &rules.Derived{Device: "twice", Value: value}
		twice.Point.Name, twice.Point.Unit = "pressure", buffer.Pascals
		b.plan.Derived = []*rules.Derived{twice}
		b.plan.Drawing.Part("G").Device = "twice"
		for n := range 60 {
			time.Sleep(time.Second)
			b.look()
			b.reads(0.1 + float64(n)/100)
		}
		r := b.Standing().Regions[0]
		if len(r.Rises) != 1 || r.Rises[0].Rate == nil || math.Abs(*r.Rises[0].Rate-0.02) > 1e-6 {
			t.Errorf("twice a reading that rises by 0.01 Pa a second gives the rises %+v, want one of 0.02", r.Rises)
		}
	})
}

// Which of the devices that a HALT leaves as they were are valves that nobody knows the state of.
func TestWhichValvesAreNotKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := drawnLine(t)
		names := []string{"V1", "V2", "laser", "gauge", "V9"}
		if got := b.notKnown(names); len(got) != 0 {
			t.Errorf("not known at first: %q", got)
		}
		time.Sleep(time.Minute)
		if got := b.notKnown(names); !slices.Equal(got, []string{"V1", "V2"}) {
			t.Errorf("not known once they are not heard: %q", got)
		}
		r, err := b.Halt(t.Context(), stopper)
		if err != nil || !slices.Equal(r.Holding, []string{"V1", "V2"}) || !slices.Equal(r.NotKnown, []string{"V1", "V2"}) || !slices.Equal(r.Halted, []string{"laser"}) {
			t.Errorf("halt = %+v, %v; want the laser halted, and the valves held and not known", r, err)
		}
		if _, err := b.Halt(t.Context(), reader); err == nil {
			t.Error("who may only read halts")
		}
	})
}

// What must be so before a valve may open, one by one, as it is now.
func TestConditionsOfAValve(t *testing.T) {
	of := func(b *bench, name string) ControlStanding { return b.Standing().Devices[name].Controls["open"] }
	words := func(s ControlStanding) (all []string) {
		for _, c := range s.Conditions {
			all = append(all, c.What+": "+c.Now+": "+map[bool]string{true: "good", false: "bad"}[c.Good])
		}
		return all
	}
	synctest.Test(t, func(t *testing.T) {
		p := threeDevices()
		p.Devices[1].Moves[0].Enabled = false
		p.Devices = append(p.Devices, valve("V3"))
		p.Devices[3].Model.Manual = true
		b := onBench(t, p)
		wantList(t, "of V1", words(of(b, "V1")), "V2 verified closed: closed: good", "lock: none: good")
		wantList(t, "of a valve that may not be commanded", words(of(b, "V2")))
		wantList(t, "of a valve moved by hand", words(of(b, "V3")))
		if s := of(b, "V1"); s.State != "closed" || s.Told || s.Forbidden != "" || s.Moving {
			t.Errorf("V1 stands %+v, want closed as it shows, and free", s)
		}
		if s := of(b, "V3"); s.State != "closed" || !s.Told {
			t.Errorf("V3 stands %+v, want closed as a person said", s)
		}
		if s := b.Standing().Devices["laser"].Controls["enabled"]; s.State != "" || s.Conditions != nil {
			t.Errorf("what is no valve stands %+v", s)
		}
		b.Lock(t.Context(), buffer.LockRequest{By: kl, Device: "V1", Reason: "sample in"})
		b.Latch("agent halt")
		b.Restrict("the file is refused")
		wantList(t, "of V1, locked, halted and restricted", words(of(b, "V1")), "V2 verified closed: closed: good", "lock: V1 is locked by kl: sample in: bad", "the agent: agent halt: bad", "the agent: the file is refused: bad")
		time.Sleep(time.Minute)
		for _, name := range []string{"V1", "V3"} {
			if s := of(b, name); s.State != "unknown" || s.Told {
				t.Errorf("%s stands %+v once it is not heard, want unknown", name, s)
			}
		}
		b.actors["V3"].shows["open"] = 1
		b.look()
		if s := of(b, "V3"); s.State != "open" || !s.Told {
			t.Errorf("V3 stands %+v, want open as a person said", s)
		}
		if l := b.Standing().Devices["V2"].Lock; l != nil {
			t.Errorf("V2 is locked: %+v", l)
		}
		if l := b.Standing().Devices["V1"].Lock; l == nil || l.Owner != "kl" || l.Reason != "sample in" {
			t.Errorf("its lock = %+v", l)
		}
	})
}

// A valve that is only told closed, and closes without power, is closed enough for another, but not for a vent or what is hazardous.
func TestWhatIsClosedEnough(t *testing.T) {
	for _, c := range []struct{ vent, hazard, good bool }{{false, false, true}, {true, false, false}, {false, true, false}, {true, true, false}} {
		synctest.Test(t, func(t *testing.T) {
			p := threeDevices()
			p.Devices[0].Moves[0].Vent, p.Devices[0].Moves[0].Hazard = c.vent, c.hazard
			p.Devices[1].Points[0].Told, p.Devices[1].Unpowered = true, "closed"
			b := onBench(t, p)
			if all := b.Standing().Devices["V1"].Controls["open"].Conditions; len(all) != 2 || all[0].Good != c.good || all[0].Now != "told closed" {
				t.Errorf("vent %t, hazard %t: %+v, want good %t", c.vent, c.hazard, all, c.good)
			}
		})
	}
}

// A valve that is drawn and not configured is not known, and nobody told it anything.
func TestAValveThatIsOnlyDrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := drawnLine(t)
		b.plan.Drawing.Parts = append(b.plan.Drawing.Parts, drawing.Part{Name: "V9", Kind: drawing.Valve, Device: "V9", Point: "open"})
		b.show(buffer.Sample{Device: "V9", Name: "open"})
		if s := b.Standing().Valves["V9"]; s != (drawing.Standing{State: drawing.Closed}) {
			t.Errorf("it stands %+v", s)
		}
	})
}

// Why a control may not leave its idle value now, the first of all reasons; whatever its range is.
func TestWhyAControlIsForbidden(t *testing.T) {
	for what, c := range map[string]struct {
		make    func(*bench)
		control string
		want    string // the beginning
	}{
		"nothing":                       {func(*bench) {}, "enabled", ""},
		"a rule":                        {func(b *bench) { b.reads(5) }, "enabled", `rule "beam" forbids it`},
		"a lock":                        {func(b *bench) { b.locks["laser"] = lock{by: "kl"} }, "enabled", "laser is locked by kl"},
		"one who owns it":               {func(b *bench) { b.locks["laser"] = lock{by: "kl", owner: "jr"} }, "enabled", "laser is owned by jr"},
		"max_on":                        {func(b *bench) { b.tripMaxOn(b.env.Fleet.Find("laser"), "on for max_on") }, "enabled", `rule "` + maxOnPrefix + `laser" forbids it`},
		"a halt":                        {func(b *bench) { b.Latch("agent halt") }, "enabled", "agent halt"},
		"the last good file":            {func(b *bench) { b.Restrict("the file is refused") }, "enabled", "the file is refused"},
		"its power, too":                {func(b *bench) { b.Restrict("the file is refused") }, "power", "the file is refused"},
		"of one that rests at its most": {func(b *bench) { c := b.plan.Device("laser").Move("power"); c.Idle = c.Max; b.reads(5) }, "power", `rule "beam" forbids it`},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := withRules(t)
			b := onBench(t, p)
			b.reads(0.1)
			c.make(b)
			got := b.Standing().Devices["laser"].Controls[c.control].Forbidden
			if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
				t.Errorf("%s: forbidden for %q, want %q", what, got, c.want)
			}
		})
	}
}

// The first of what stands since it tripped.
func TestWhatStandsTripped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		b.reads(0.1)
		want := func(what, want string) {
			t.Helper()
			if got := b.Tripping(); got != want {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
		}
		want("nothing", "")
		b.latches["pump"].Tripped, b.latches["pump"].Why = true, "5 Pa"
		want("a rule", "pump: 5 Pa")
		b.actors["V1"].haltErr = drivers.ErrTimeout
		b.Halter.One(t.Context(), b.env.Fleet.Find("V1"), jr, "asked for")
		want("a valve whose halt is not sent, too", "pump: 5 Pa")
		b.actors["laser"].haltErr = drivers.ErrTimeout
		b.Halter.One(t.Context(), b.env.Fleet.Find("laser"), jr, "asked for")
		want("a laser whose halt is not sent, too", "halt: laser may be on, its halt is not sent yet")
		b.tripMaxOn(b.env.Fleet.Find("laser"), "on for 1m")
		want("its max_on, too", maxOnPrefix+"laser: on for 1m")
		b.Halt(t.Context(), stopper)
		want("a HALT, too", HaltRule+": asked for by stopper")
		b.Latch("agent halt")
		want("a latch, too", HaltRule+": agent halt")
		if s := b.Standing(); s.Latched != "agent halt" || s.Halted == nil || s.Halted.By.Name != "stopper" || len(s.Rules) != 3 || !s.Rules[2].Latch.Tripped {
			t.Errorf("standing = %+v", s)
		}
	})
}

// A rate is known of what was read twice, of points that are read and of those that are derived.
func TestRatesOfWhatIsReadAndDerived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := withRules(t)
		gauge, derived := rules.Ref{Device: "gauge", Point: "pressure"}, rules.Ref{Device: "twice", Point: "pressure"}
		of := rules.Catalogue{"gauge": {"pressure": {Ref: gauge, Unit: buffer.Pascals, StaleAfter: time.Hour}}, "twice": {"pressure": {Ref: derived, Unit: buffer.Pascals, StaleAfter: time.Hour}}}
		quantity := func(text string) *rules.Expression {
			e, err := rules.CompileQuantity(text, of)
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		p.Rated = []rules.Ref{gauge, derived}
		p.Derived = []*rules.Derived{{Device: "twice", Point: config.PointPlan{}.Point, Value: quantity("gauge.pressure * 2")}}
		p.Derived[0].Point.Name, p.Derived[0].Point.Unit = "pressure", buffer.Pascals
		b := onBench(t, p)
		next := *p
		for _, adopted := range []bool{false, true} {
			if adopted {
				b.Adopt(&next)
			}
			b.reads(1)
			time.Sleep(time.Second)
			b.reads(2)
			v := b.view()
			for text, want := range map[string]float64{`rate("gauge.pressure")`: 1, `rate("twice.pressure")`: 2} {
				e, err := rules.CompileCondition(text+" == pa(1) / seconds(1)", of)
				if err != nil {
					t.Fatal(err)
				}
				if holds, known := e.Holds(v); !known || holds != (want == 1) {
					t.Errorf("adopted %t: %s is 1: %t, known %t; want %v", adopted, text, holds, known, want)
				}
			}
		}
		if got := b.Observe("gauge", b.present.Device("gauge")); !slices.Equal(got, []string{"twice"}) {
			t.Errorf("derived names = %q", got)
		}
		if got := b.Derive("gauge", b.present.Device("gauge")); !slices.Equal(got, []string{"twice"}) {
			t.Errorf("derived names of a look = %q", got)
		}
	})
}
