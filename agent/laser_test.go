package main

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

// pressureRule halts the laser above 1e-3 Pa.
func pressureRule(t testing.TB) *rules.Rule {
	t.Helper()
	c := rules.Catalogue{"ion1": {"ig": {Ref: rules.Ref{Device: "ion1", Point: "ig"}, Unit: buffer.Pascals, StaleAfter: 5 * time.Second}}}
	e, err := rules.CompileCondition("ion1.ig > pa(1e-3)", c)
	if err != nil {
		t.Fatal(err)
	}
	return &rules.Rule{Name: "pressure", When: e, Halt: []string{"laser"}}
}

func TestMaxOnEndsALaserThatIsStillOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, 10*time.Minute)})
		defer stop()
		synctest.Wait()
		h.commander.Command(t.Context(), order("laser", "enabled", 1))
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
		_, stop := testAgent(t, []*config.DevicePlan{plan})
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
		h, stop := testAgent(t, []*config.DevicePlan{plan, laserPlan("laser", l, time.Hour)}, pressureRule(t))
		defer stop()
		synctest.Wait()
		if _, err := h.commander.Command(t.Context(), order("laser", "enabled", 1)); !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("enabling while the gauge is not heard = %v, want %v", err, buffer.ErrConflict)
		}
	})
}

func TestEveryExitHaltsTheLaser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, v := &fake{}, &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour), valvePlan("V1", v)})
		synctest.Wait()
		h.commander.Command(t.Context(), order("laser", "enabled", 1))
		h.commander.Command(t.Context(), order("V1", "open", 1))
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
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour)})
		defer stop()
		synctest.Wait()
		h.commander.Command(t.Context(), order("laser", "enabled", 1))
		l.with(func() { l.haltErr = drivers.ErrPortLost })
		r, _ := h.commander.Halt(t.Context(), anybody)
		if r.Failed["laser"] == "" {
			t.Fatalf("Halt = %+v, want it to say what could not be sent", r)
		}
		if _, err := h.commander.Command(t.Context(), order("laser", "power", 10)); !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("a command before the halt was sent = %v, want %v", err, buffer.ErrConflict)
		}
		time.Sleep(10 * time.Second)
		l.with(func() { l.haltErr = nil })
		time.Sleep(1200 * time.Millisecond)
		if l.is("enabled") != 0 {
			t.Error("the laser is on though it can be halted again")
		}
		events := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Labels.Value("control") == "halt" })
		if len(events) != 3 {
			t.Errorf("%d halt events, want 3: of the start, that it failed, and that it was done", len(events))
		}
	})
}
