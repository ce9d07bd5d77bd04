package main

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/telemetry"
)

// pressureRule halts the laser above 1e-3 Pa.
func pressureRule(t *testing.T) *Rule {
	t.Helper()
	c := Catalogue{"ion1": {"ig": {Ref: Ref{"ion1", "ig"}, Unit: buffer.Pascals, StaleAfter: 5 * time.Second}}}
	e, err := compileCondition("ion1.ig > pa(1e-3)", c)
	if err != nil {
		t.Fatal(err)
	}
	return &Rule{Name: "pressure", When: e, Halt: []string{"laser"}}
}

// TestFaultWhileTheLaserIsOn is the table of what goes wrong while the laser fires: whether it goes off, by when, and
// which event says so. Kill, SIGSTOP and a line that is gone are the business of agent halt, the watchdog and the wiring.
func TestFaultWhileTheLaserIsOn(t *testing.T) {
	const poll = time.Second
	for _, c := range []struct {
		state string
		fault func(h *house, gauge, laser *fake)
		off   time.Duration // by when; 0 = never within the 15 minutes
		says  string        // in the note of an event
	}{
		{"client silent for 15 minutes", func(*house, *fake, *fake) {}, 0, ""},
		{"bad reading", func(_ *house, g, _ *fake) { g.gauge.Value = 1 }, poll + 10*time.Millisecond, "rule pressure"},
		{"over range", func(_ *house, g, _ *fake) { g.gauge.Value, g.gauge.Bound = 1e-4, drivers.AtLeast }, poll + 10*time.Millisecond, "rule pressure"},
		{"under range", func(_ *house, g, _ *fake) { g.gauge.Value, g.gauge.Bound = 1e-4, drivers.AtMost }, 0, ""},
		{"sensor off", func(_ *house, g, _ *fake) { g.gauge.Missing = "sensor off" }, 7 * time.Second, "sensor off"},
		{"stale reading", func(_ *house, g, _ *fake) { g.readErr = drivers.ErrTimeout }, 8 * time.Second, "rule pressure"},
		{"one lost reply", func(_ *house, g, _ *fake) {
			g.readErr = drivers.ErrTimeout
			go func() { time.Sleep(1500 * time.Millisecond); g.with(func() { g.readErr = nil }) }()
		}, 0, ""},
		{"laser no longer heard", func(_ *house, _, l *fake) { l.readErr = drivers.ErrTimeout }, 8 * time.Second, "not heard"},
		{"line unplugged for 20 s", func(_ *house, _, l *fake) {
			l.readErr, l.haltErr = drivers.ErrPortLost, drivers.ErrPortLost
			go func() { time.Sleep(20 * time.Second); l.with(func() { l.readErr, l.haltErr = nil, nil }) }()
		}, 22 * time.Second, "not heard"},
		{"lease lapsed", func(h *house, _, _ *fake) {
			h.door.Hold(t.Context(), telemetry.HoldRequest{By: anybody, Device: "laser", For: 2 * time.Second})
		}, 2200 * time.Millisecond, "lapsed"},
		{"clock jumps by a year", func(*house, *fake, *fake) { wallShift.Store(int64(365 * 24 * time.Hour)) }, 0, ""},
		{"halt asked for", func(h *house, _, _ *fake) { h.door.Halt(t.Context(), anybody) }, time.Millisecond, "who=jr"},
	} {
		t.Run(c.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				defer wallShift.Store(0)
				g, l := &fake{}, &fake{}
				h, stop := testHouse(t, []*DevicePlan{gaugePlan("ion1", g), laserPlan("laser", l, time.Hour)}, pressureRule(t))
				defer stop()
				time.Sleep(1100 * time.Millisecond)
				if _, err := h.door.Command(t.Context(), order("laser", "enabled", 1)); err != nil {
					t.Fatalf("enabling the laser = %v, want nil", err)
				}
				begun := time.Now()
				if c.state == "lease lapsed" || c.state == "halt asked for" {
					c.fault(h, g, l)
				} else {
					g.with(func() { l.with(func() { c.fault(h, g, l) }) })
				}
				for l.is("enabled") == 1 && time.Since(begun) < 15*time.Minute {
					time.Sleep(time.Millisecond)
				}
				took := time.Since(begun)
				switch on := l.is("enabled") == 1; {
				case c.off == 0 && !on:
					t.Fatalf("the laser went off after %v; it must stay on", took)
				case c.off != 0 && (on || took > c.off):
					t.Fatalf("the laser was on=%t after %v, want off by %v", on, took, c.off)
				}
				synctest.Wait()
				if c.says != "" && len(h.picked(buffer.Audit, func(e *buffer.Event) bool {
					return e.Labels.Value("control") == "halt" && strings.Contains(e.Note, c.says)
				})) == 0 {
					t.Errorf("no halt event says %q", c.says)
				}
			})
		})
	}
}

func TestMaxOnEndsALaserThatIsStillOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{}
		h, stop := testHouse(t, []*DevicePlan{laserPlan("laser", l, 10*time.Minute)})
		defer stop()
		synctest.Wait()
		h.door.Command(t.Context(), order("laser", "enabled", 1))
		time.Sleep(10*time.Minute - time.Second)
		if l.is("enabled") != 1 {
			t.Fatal("the laser was cut before max_on")
		}
		time.Sleep(1200 * time.Millisecond)
		if l.is("enabled") != 0 {
			t.Error("the laser is on after max_on")
		}
	})
}

func TestLaserFoundOnIsBoundByMaxOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{}
		plan := laserPlan("laser", l, time.Minute)
		l.state["enabled"] = 1
		_, stop := testHouse(t, []*DevicePlan{plan})
		defer stop()
		time.Sleep(61 * time.Second)
		if l.is("enabled") != 0 {
			t.Error("a laser that was on at the start is still on after max_on")
		}
	})
}

func TestLaserNeedsItsRulesToBeGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, l := &fake{}, &fake{}
		plan := gaugePlan("ion1", g)
		g.readErr = drivers.ErrTimeout
		h, stop := testHouse(t, []*DevicePlan{plan, laserPlan("laser", l, time.Hour)}, pressureRule(t))
		defer stop()
		synctest.Wait()
		if _, err := h.door.Command(t.Context(), order("laser", "enabled", 1)); !errors.Is(err, telemetry.ErrConflict) {
			t.Errorf("enabling while the gauge is not heard = %v, want %v", err, telemetry.ErrConflict)
		}
	})
}

func TestEveryExitHaltsTheLaser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, v := &fake{}, &fake{}
		h, stop := testHouse(t, []*DevicePlan{laserPlan("laser", l, time.Hour), valvePlan("V1", v)})
		synctest.Wait()
		h.door.Command(t.Context(), order("laser", "enabled", 1))
		h.door.Command(t.Context(), order("V1", "open", 1))
		stop()
		if l.is("enabled") != 0 {
			t.Error("the laser is on after the end")
		}
		if v.is("open") != 1 {
			t.Error("a valve that says nothing of its exit was moved by it")
		}
	})
}

func TestHaltThatCannotBeSentIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{}
		h, stop := testHouse(t, []*DevicePlan{laserPlan("laser", l, time.Hour)})
		defer stop()
		synctest.Wait()
		h.door.Command(t.Context(), order("laser", "enabled", 1))
		l.with(func() { l.haltErr = drivers.ErrPortLost })
		r, _ := h.door.Halt(t.Context(), anybody)
		if r.Failed["laser"] == "" {
			t.Fatalf("Halt = %+v, want it to say what could not be sent", r)
		}
		if _, err := h.door.Command(t.Context(), order("laser", "power", 10)); !errors.Is(err, telemetry.ErrConflict) {
			t.Errorf("a command before the halt was sent = %v, want %v", err, telemetry.ErrConflict)
		}
		time.Sleep(10 * time.Second)
		l.with(func() { l.haltErr = nil })
		time.Sleep(1200 * time.Millisecond)
		if l.is("enabled") != 0 {
			t.Error("the laser is on though it can be halted again")
		}
		events := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Labels.Value("control") == "halt" })
		if len(events) != 2 {
			t.Errorf("%d halt events, want 2: that it failed, and that it was done", len(events))
		}
	})
}
