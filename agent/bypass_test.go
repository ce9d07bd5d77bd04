package main

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/command"
	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

// boss is an administrator who may also command.
var boss = buffer.Principal{Name: "boss", Via: "http", Rights: []string{buffer.RightCommand, buffer.RightAdmin}}

// deadGauge is a line whose gauge does not answer, so that the rule that halts the laser is tripped.
func deadGauge(t *testing.T) (h *agent, gauge, laser *fake, stop func()) {
	gauge, laser = &fake{}, &fake{}
	h, stop = testAgent(t, []*config.DevicePlan{gaugePlan("ion1", gauge), laserPlan("laser", laser, 24*time.Hour)}, pressureRule(t))
	gauge.with(func() { gauge.readErr = drivers.ErrTimeout })
	time.Sleep(8 * time.Second)
	if !h.commander.Tripped("pressure") {
		t.Fatal("not tripped by a dead gauge")
	}
	return h, gauge, laser, stop
}

// refusals are the events of refusals whose note holds a text.
func (a *agent) refusals(note string) []buffer.Event {
	return a.picked(buffer.Audit, func(e *buffer.Event) bool {
		return e.Metric == "commands_refused_total" && strings.Contains(e.Note, note)
	})
}

func TestABypassLetsOneWorkAndEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _, laser, stop := deadGauge(t)
		defer stop()
		if _, err := h.commander.Command(t.Context(), order("laser", "enabled", 1)); !errors.Is(err, buffer.ErrConflict) {
			t.Fatalf("enabling under a trip = %v, want %v", err, buffer.ErrConflict)
		}
		if err := h.commander.BypassRule(t.Context(), boss, "pressure", time.Hour, "gauge dead, spare on Monday"); err != nil {
			t.Fatal(err)
		}
		s := h.status.Status().Rules[0]
		if s.BypassedUntil == nil || time.Until(*s.BypassedUntil).Round(time.Second) != time.Hour || s.BypassedBy != "boss" || s.BypassWhy != "gauge dead, spare on Monday" {
			t.Errorf("status = %+v, want bypassed for an hour by boss and why", s)
		}
		if _, err := h.commander.Command(t.Context(), order("laser", "enabled", 1)); err != nil {
			t.Fatalf("enabling under a bypass = %v", err)
		}
		time.Sleep(59 * time.Minute)
		if laser.is("enabled") != 1 {
			t.Error("the laser was halted during the bypass")
		}
		time.Sleep(time.Minute + 500*time.Millisecond)
		if laser.is("enabled") != 0 {
			t.Error("the laser is on after the bypass")
		}
		if s := h.status.Status().Rules[0]; s.BypassedUntil != nil || s.BypassedBy != "" || !s.Tripped {
			t.Errorf("status = %+v, want tripped and not bypassed", s)
		}
		recorded := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "interlock_bypassed" })
		if len(recorded) != 2 || recorded[0].Value != 1 || recorded[0].Severity != buffer.Critical || !strings.Contains(recorded[0].Note, `who=boss via=http why="gauge dead, spare on Monday"`) ||
			recorded[1].Value != 0 || !strings.Contains(recorded[1].Note, `why="its time is over" by=boss`) {
			t.Errorf("events = %+v, want one at the begin and one at the end", recorded)
		}
	})
}

func TestABypassIsEndedBeforeItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _, laser, stop := deadGauge(t)
		defer stop()
		h.commander.BypassRule(t.Context(), boss, "pressure", time.Hour, "x")
		h.commander.Command(t.Context(), order("laser", "enabled", 1))
		if err := h.commander.BypassRule(t.Context(), boss, "pressure", 0, ""); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if laser.is("enabled") != 0 {
			t.Error("the laser is on after the bypass was ended")
		}
		recorded := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "interlock_bypassed" })
		if len(recorded) != 2 || recorded[1].Value != 0 || !strings.Contains(recorded[1].Note, `why="ended by boss"`) {
			t.Errorf("events = %+v, want one at the begin and one at the end", recorded)
		}
	})
}

func TestBypassesThatAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _, _, stop := deadGauge(t)
		defer stop()
		valves := boss
		valves.Controls = []string{"V*.open", "laser.power"}
		for n, c := range []struct {
			by   buffer.Principal
			rule string
			d    time.Duration
			why  string
			want error
		}{
			{anybody, "pressure", time.Hour, "x", buffer.ErrForbidden},
			{valves, "pressure", time.Hour, "x", buffer.ErrForbidden},
			{boss, "pressure", 8*time.Hour + 1, "x", buffer.ErrRange},
			{boss, "pressure", time.Hour, " ", buffer.ErrRange},
			{boss, "pressure", 0, "x", buffer.ErrConflict},
			{boss, command.HaltRule, time.Hour, "x", buffer.ErrForbidden},
			{boss, "max_on laser", time.Hour, "x", buffer.ErrForbidden},
			{boss, "nothing", time.Hour, "x", buffer.ErrUnknown},
		} {
			if err := h.commander.BypassRule(t.Context(), c.by, c.rule, c.d, c.why); !errors.Is(err, c.want) {
				t.Errorf("bypass %d = %v, want %v", n, err, c.want)
			}
		}
		if s := h.status.Status().Rules[0]; s.BypassedUntil != nil {
			t.Errorf("status = %+v, want not bypassed", s)
		}
		if recorded := h.refusals("call=bypass"); len(recorded) != 7 {
			t.Errorf("%d events of refusals, want 7: all but that of a rule nobody knows", len(recorded))
		}
	})
}

func TestClearingNeedsTheRightOverWhatTheRuleHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, v := &fake{}, &fake{}
		rule := pressureRule(t)
		rule.Forbid = append(rule.Forbid, rules.Ref{Device: "V1", Point: "open"})
		laser := laserPlan("laser", &fake{}, time.Hour)
		laser.Moves = append(laser.Moves, config.Control{Control: drivers.Control{Name: "pilot", Max: 1}}) // nobody may command it
		h, stop := testAgent(t, []*config.DevicePlan{gaugePlan("ion1", g), valvePlan("V1", v), laser}, rule)
		defer stop()
		g.with(func() { g.gauge.Value = 1 })
		time.Sleep(2 * time.Second)
		g.with(func() { g.gauge.Value = 1e-6 })
		time.Sleep(2 * time.Second)
		for _, controls := range [][]string{{"V*.open"}, {"laser.*"}, {"V1.open", "laser.power"}} {
			by := anybody
			by.Controls = controls
			if err := h.commander.ClearRule(t.Context(), by, "pressure"); !errors.Is(err, buffer.ErrForbidden) || !h.commander.Tripped("pressure") {
				t.Errorf("clearing with the right over %v = %v, want %v", controls, err, buffer.ErrForbidden)
			}
		}
		recorded := h.refusals("call=clear rule=pressure")
		if len(recorded) != 2 || recorded[0].Labels.Value("reason") != "right" || !strings.Contains(recorded[0].Note, "who=jr") { // the third is the first again
			t.Errorf("events of refusals = %+v, want two that name who and the rule", recorded)
		}
		by := anybody
		by.Controls = []string{"V1.open", "laser.enabled", "laser.power"}
		if err := h.commander.ClearRule(t.Context(), by, "pressure"); err != nil || h.commander.Tripped("pressure") {
			t.Errorf("clearing with the right over all = %v, want it cleared", err)
		}
	})
}

func TestClearingAHaltNeedsTheRightOverEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", &fake{}), laserPlan("laser", &fake{}, time.Hour)})
		defer stop()
		h.commander.Latch("agent halt")
		by := anybody
		by.Controls = []string{"V1.open"}
		if err := h.commander.ClearRule(t.Context(), by, command.HaltRule); !errors.Is(err, buffer.ErrForbidden) || h.commander.WhyLatched() == "" {
			t.Errorf("clearing the halt with the right over one valve = %v, want %v", err, buffer.ErrForbidden)
		}
		if len(h.refusals("call=clear rule=halt")) != 1 {
			t.Error("the refusal made no event")
		}
	})
}

func TestATripThatIsNotGoodIsNotClearedAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _, _, stop := deadGauge(t)
		defer stop()
		if err := h.commander.ClearRule(t.Context(), boss, "pressure"); !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("clearing with a dead gauge = %v, want %v", err, buffer.ErrConflict)
		}
		if recorded := h.refusals("call=clear"); len(recorded) != 1 || recorded[0].Labels.Value("reason") != "interlock" {
			t.Errorf("events of refusals = %+v, want one", recorded)
		}
	})
}

func TestARuleThatOnlyForbidsMayClearItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, v := &fake{}, &fake{}
		rule := pressureRule(t)
		rule.Halt, rule.Forbid, rule.ClearsItself = nil, append(rule.Forbid, rules.Ref{Device: "V1", Point: "open"}), true
		h, stop := testAgent(t, []*config.DevicePlan{gaugePlan("ion1", g), valvePlan("V1", v)}, rule)
		defer stop()
		g.with(func() { g.gauge.Value = 1 })
		time.Sleep(2 * time.Second)
		g.with(func() { g.gauge.Value = 1e-6 })
		time.Sleep(58 * time.Second)
		if _, err := h.commander.Command(t.Context(), order("V1", "open", 1)); !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("opening under a trip = %v, want %v", err, buffer.ErrConflict)
		}
		time.Sleep(5 * time.Second)
		if _, err := h.commander.Command(t.Context(), order("V1", "open", 1)); err != nil {
			t.Errorf("opening after 60 s of good values = %v", err)
		}
		recorded := h.picked(buffer.Audit, kind(buffer.Trip))
		if len(recorded) != 2 || recorded[1].Value != 0 || recorded[1].Status != "cleared" || !strings.Contains(recorded[1].Note, "good for 1m0s") {
			t.Errorf("trips = %+v, want one and that it cleared itself", recorded)
		}
	})
}
