package main

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/drivers/line"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/rules"
)

// furnacePlan is a heater.
func furnacePlan(name string, f *fake) *config.DevicePlan {
	p := planFor(name, "", f, []config.Control{{Control: drivers.Control{Name: "setpoint", Max: 1600, Unit: drivers.Celsius}, Enabled: true}})
	p.Model.Heats, f.state = true, map[string]float64{"setpoint": 0}
	return p
}

// halted are the devices of the halt events, and what each says.
func (a *agent) halted() (devices, notes []string) {
	for _, e := range a.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Labels.Value("control") == "halt" }) {
		devices, notes = append(devices, e.Device), append(notes, e.Note)
	}
	return devices, notes
}

// A rule halts what it names, also what is no laser and by the rule itself; of what it names, a gauge, what is not in operation and a valve
// that a halt leaves as it is are left alone.
func TestRuleHaltsWhatItNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, l, other, furnace, held := &fake{}, &fake{}, &fake{}, &fake{}, &fake{}
		rests := valvePlan("V1", held)
		rests.Moves[0].Idle, held.state["open"] = 1, 1
		r := pressureRule(t)
		r.Halt = []string{"absent", "ion1", "V1", "laser", "furnace"}
		h, stop := testAgent(t, []*config.DevicePlan{
			gaugePlan("ion1", g), laserPlan("laser", l, time.Hour), laserPlan("other", other, time.Hour), furnacePlan("furnace", furnace), rests,
		}, r)
		defer stop()
		time.Sleep(time.Second)
		for device, control := range map[string]string{"laser": "enabled", "other": "enabled", "furnace": "setpoint"} {
			if _, err := h.commander.Command(t.Context(), order(device, control, 1)); err != nil {
				t.Fatal(err)
			}
		}
		before, _ := h.halted()
		g.with(func() { g.gauge.Value = 1 })
		time.Sleep(2 * time.Second)
		devices, notes := h.halted()
		devices, notes = devices[len(before):], notes[len(before):]
		slices.Sort(devices)
		if !slices.Equal(devices, []string{"furnace", "laser"}) || strings.Count(strings.Join(notes, "\n"), `"rule pressure: `) != 2 {
			t.Errorf("halted %q by %q, want furnace and laser, each once and by the rule", devices, notes)
		}
		if trips := h.picked(buffer.Audit, kind(buffer.Trip)); len(trips) != 1 || trips[0].Value != 1 || trips[0].Labels.Value("rule") != "pressure" {
			t.Errorf("trips = %+v, want one of 1", trips)
		}
		if l.is("enabled") != 0 || furnace.is("setpoint") != 0 || other.is("enabled") != 1 || held.is("open") != 1 {
			t.Errorf("laser %v, furnace %v, other %v, V1 %v; want the first two idle", l.is("enabled"), furnace.is("setpoint"), other.is("enabled"), held.is("open"))
		}
	})
}

// What tripped is on its way to idle before anything else can begin.
func TestHaltIsBegunBeforeItRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, l := &fake{}, &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{gaugePlan("ion1", g), laserPlan("laser", l, time.Hour)}, pressureRule(t))
		defer stop()
		time.Sleep(500 * time.Millisecond)
		bad := []buffer.Sample{{Device: "ion1", Channel: "ig", Name: "pressure", Value: 1, Unit: buffer.Pascals, Time: h.clock.Now(), Up: h.clock.Up(), StaleAfter: time.Minute}}
		h.present.Set("ion1", bad)
		l.with(func() { // it cannot be made yet
			h.commander.Observe("ion1", bad)
			if !h.fleet.Find("laser").PendingHalt() {
				t.Error("no halt is under way when the rule has tripped")
			}
		})
	})
}

// What a halt leaves as it is is left by all that halt, whoever picks it.
func TestHaltOfEverythingLeavesWhatHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, held := &fake{}, &fake{}
		rests := valvePlan("V1", held)
		rests.Moves[0].Idle = 1
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour), rests, gaugePlan("ion1", &fake{})})
		defer stop()
		time.Sleep(time.Second)
		r := h.commander.Halter.All(t.Context(), anybody, "asked for", func(*device.Device) bool { return true })
		if !slices.Equal(r.Halted, []string{"laser"}) || !slices.Equal(r.Holding, []string{"V1"}) || len(held.sent()) != 0 {
			t.Errorf("all halted = %+v, V1 was sent %q; want the laser halted and V1 holding", r, held.sent())
		}
	})
}

// The halt of max_on comes at the first look after it, once, however long it takes and however often it fails.
func TestMaxOnHaltsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Minute)})
		defer stop()
		synctest.Wait()
		begun := time.Now()
		h.commander.Command(t.Context(), order("laser", "enabled", 1))
		time.Sleep(time.Minute + 150*time.Millisecond)
		var took time.Duration
		l.with(func() { took = l.changed.Sub(begun) })
		if l.is("enabled") != 0 || took != time.Minute+100*time.Millisecond {
			t.Errorf("the laser is %v, changed after %v; want off at the first look after max_on", l.is("enabled"), took)
		}
		if devices, _ := h.halted(); len(devices) != 2 {
			t.Errorf("%d halts, want that of the start and one", len(devices))
		}
		if err := h.commander.ClearRule(t.Context(), anybody, "max_on laser"); err != nil {
			t.Fatal(err)
		}
		h.commander.Command(t.Context(), order("laser", "enabled", 1))
		l.with(func() { l.haltErr = drivers.ErrTimeout })
		time.Sleep(time.Minute + 5*time.Second)
		trips := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Kind == buffer.Trip && e.Value == 1 })
		if devices, _ := h.halted(); len(trips) != 2 || len(devices) != 3 {
			t.Errorf("%d trips and %d halts, want one trip and one halt that failed more", len(trips), len(devices))
		}
		if why := h.commander.ClearRule(t.Context(), anybody, "max_on laser"); !errors.Is(why, buffer.ErrConflict) {
			t.Errorf("cleared while it is on = %v, want %v", why, buffer.ErrConflict)
		}
	})
}

// A laser that was never heard is halted when its line is there, and not before.
func TestLaserThatWasNeverHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, l := &fake{}, newFakeLine()
		l.state = line.State{}
		h, end := onLine(t, laserPlan("laser", f, time.Second), l)
		defer end()
		time.Sleep(10 * time.Second)
		if devices, _ := h.halted(); len(devices) != 0 || h.commander.Tripped("max_on laser") {
			t.Errorf("%d halts of a laser without a line, tripped %t; want none", len(devices), h.commander.Tripped("max_on laser"))
		}
		l.be(true)
		time.Sleep(2 * time.Second)
		if devices, notes := h.halted(); len(devices) != 1 || !strings.Contains(notes[0], "not known to be off") {
			t.Errorf("halts when its line is there = %q, want one", notes)
		}
	})
}

func TestClearingOfMaxOnThatIsNotTripped(t *testing.T) {
	h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", &fake{}, time.Hour), valvePlan("V1", &fake{})})
	defer stop()
	for name, want := range map[string]error{"max_on laser": nil, "max_on V1": buffer.ErrUnknown, "max_on nothing": buffer.ErrUnknown} {
		if err := h.commander.ClearRule(t.Context(), anybody, name); !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("ClearRule(%q) = %v, want %v", name, err, want)
		}
	}
}

// A gauge that says nothing at all trips its rule once its value is stale.
func TestRuleOfASilentGaugeTrips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, l := &fake{}, &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{gaugePlan("ion1", g), laserPlan("laser", l, time.Hour)}, pressureRule(t))
		defer stop()
		time.Sleep(500 * time.Millisecond)
		if _, err := h.commander.Command(t.Context(), order("laser", "enabled", 1)); err != nil {
			t.Fatal(err)
		}
		g.with(func() { g.readTime = time.Hour })
		time.Sleep(5200 * time.Millisecond) // stale_after is 5 s
		if !h.commander.Tripped("pressure") || l.is("enabled") != 0 {
			t.Errorf("tripped %t, laser %v; want it tripped and off", h.commander.Tripped("pressure"), l.is("enabled"))
		}
	})
}

func TestHoldThatLapsesHalts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour)})
		defer stop()
		synctest.Wait()
		h.commander.Command(t.Context(), order("laser", "enabled", 1))
		if _, err := h.commander.Hold(t.Context(), buffer.HoldRequest{By: anybody, Device: "laser", For: 2 * time.Second}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(1900 * time.Millisecond)
		if l.is("enabled") != 1 {
			t.Error("the laser is off before its hold has lapsed")
		}
		time.Sleep(300 * time.Millisecond)
		if _, notes := h.halted(); l.is("enabled") != 0 || !strings.Contains(notes[len(notes)-1], "the hold of jr lapsed") {
			t.Errorf("laser %v by %q, want it off by the hold that lapsed", l.is("enabled"), notes)
		}
	})
}

// Who may halt everything, and who may stop one device.
func TestWhoMayHaltAndStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, v := &fake{}, &fake{readErr: drivers.ErrTimeout}
		valve := valvePlan("V1", v)
		valve.Points = []config.PointPlan{{Point: drivers.Point{Name: "open"}}}
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour), valve, gaugePlan("ion1", &fake{})})
		defer stop()
		time.Sleep(time.Second)
		with := func(right string, controls ...string) buffer.Principal {
			return buffer.Principal{Name: "kl", Rights: []string{right}, Controls: controls}
		}
		made := func() int { devices, _ := h.halted(); return len(devices) }
		for _, c := range []struct {
			by   buffer.Principal
			want error
		}{{with(buffer.RightRead), buffer.ErrForbidden}, {with(buffer.RightHalt), nil}, {with(buffer.RightAdmin), nil}, {with(buffer.RightCommand, "V1.*"), nil}} {
			before := made()
			r, err := h.commander.Halt(t.Context(), c.by)
			if !errors.Is(err, c.want) || c.want == nil && err != nil || (made() > before) != (c.want == nil) {
				t.Errorf("Halt by %v = %v with %d halts, want %v", c.by.Rights, err, made()-before, c.want)
			}
			if c.want == nil && !slices.Equal(r.NotKnown, []string{"V1"}) {
				t.Errorf("not known are %q, want the valve that does not answer", r.NotKnown)
			}
		}
		for _, c := range []struct {
			by      buffer.Principal
			device  string
			want    error
			refused int // events
		}{
			{with(buffer.RightCommand), "laser", nil, 0}, {with(buffer.RightHalt, "V1.*"), "laser", nil, 0},
			{with(buffer.RightRead), "laser", buffer.ErrForbidden, 1},
			{with(buffer.RightCommand), "ion1", buffer.ErrConflict, 0}, {with(buffer.RightHalt), "absent", buffer.ErrConflict, 0},
		} {
			before := made()
			refused := func() int {
				return len(h.picked(buffer.Audit, func(e *buffer.Event) bool {
					return strings.Contains(e.Note, "stop") || e.Labels.Value("control") == "stop"
				}))
			}
			already := refused()
			err := h.commander.Stop(t.Context(), c.by, c.device)
			if !errors.Is(err, c.want) || c.want == nil && err != nil || (made() > before) != (c.want == nil) {
				t.Errorf("Stop of %s by %v = %v with %d halts, want %v", c.device, c.by, err, made()-before, c.want)
			}
			if got := refused() - already; c.refused > 0 && got != c.refused {
				t.Errorf("Stop of %s by %v: %d events of it, want %d", c.device, c.by.Rights, got, c.refused)
			}
		}
	})
}

// Only of a laser is it told that it may be on, where its halt is not sent yet.
func TestHaltThatIsNotSentYetIsToldOfALaser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, furnace := &fake{}, &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour), furnacePlan("furnace", furnace)})
		defer stop()
		time.Sleep(time.Second)
		for _, c := range []struct {
			of   *fake
			name string
			want string
		}{{furnace, "furnace", ""}, {l, "laser", "halt: laser may be on, its halt is not sent yet"}} {
			c.of.with(func() { c.of.haltErr = drivers.ErrPortLost })
			h.commander.Stop(t.Context(), anybody, c.name)
			if got := h.commander.Tripping(); got != c.want {
				t.Errorf("Tripping() with the halt of %s not sent = %q, want %q", c.name, got, c.want)
			}
			c.of.with(func() { c.of.haltErr = nil })
			time.Sleep(2 * time.Second)
		}
	})
}

// What was refused again and again is told at the end, with its count.
func TestRefusalsAreToldAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", &fake{})})
		time.Sleep(time.Second)
		o := order("V1", "open", 1)
		o.By.Rights = []string{buffer.RightRead}
		for range 3 {
			if _, err := h.commander.Command(t.Context(), o); !errors.Is(err, buffer.ErrForbidden) {
				t.Fatal(err)
			}
		}
		stop()
		again := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "commands_refused_again_total" })
		if len(again) != 1 || again[0].Value != 2 {
			t.Errorf("told at the end %+v, want two refusals more", again)
		}
	})
}

// What is carried on once a day is: not sooner, and once.
func TestCountsAreCarriedOnEveryDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, stop := testAgent(t, nil)
		defer stop()
		h.plan().Pipettes = []*rules.Pipette{{Name: "air"}}
		h.commander.RestoreShots("air", 3, 0)
		noted := func() int {
			return len(h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Labels.Value("pipette") == "air" }))
		}
		time.Sleep(24*time.Hour - time.Second)
		if n := noted(); n != 0 {
			t.Errorf("carried on %d times before a day is over, want none", n)
		}
		time.Sleep(2 * time.Second)
		if n := noted(); n != 1 {
			t.Errorf("carried on %d times after a day, want once", n)
		}
	})
}
