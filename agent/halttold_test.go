package main

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/agent/config"
)

// A HALT is told, with who and what became of it, until somebody clears it; a second one takes its place. Nothing moves by that.
func TestHaltIsToldUntilItIsCleared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour), valvePlan("V1", &fake{})})
		defer stop()
		synctest.Wait()
		told := func() *haltTold { return toldOf(h) }
		if got := told(); got != nil {
			t.Fatalf("%+v before anybody halted, want none", got)
		}
		if _, err := h.commander.Command(t.Context(), order("laser", "enabled", 1)); err != nil {
			t.Fatal(err)
		}
		if s := h.commander.Standing(); s.Halted != nil {
			t.Errorf("%+v, want no HALT", s.Halted)
		}
		if _, err := h.commander.Halt(t.Context(), anybody); err != nil {
			t.Fatal(err)
		}
		if got := told(); got == nil || got.by != anybody.Name || !slices.Equal(got.halted, []string{"laser"}) || !slices.Equal(got.holding, []string{"V1"}) {
			t.Errorf("told %+v, want laser idle and V1 holding, by %s", got, anybody.Name)
		}
		if _, err := h.commander.Command(t.Context(), order("V1", "open", 1)); err != nil {
			t.Errorf("a valve after a HALT: %v; want it to move, for a HALT forbids nothing to a person", err)
		}
		if err := h.commander.ClearRule(t.Context(), anybody, "halt"); err != nil {
			t.Fatal(err)
		}
		if got := told(); got != nil || l.is("enabled") != 0 {
			t.Errorf("told %+v, laser %v; want nothing told and the laser as it was", got, l.is("enabled"))
		}
	})
}

type haltTold struct {
	by              string
	halted, holding []string
}

// toldOf is what GET /status says of the last HALT, nil if nothing.
func toldOf(h *agent) *haltTold {
	s := h.status.Status()
	if s.Halted == nil {
		return nil
	}
	return &haltTold{s.Halted.By, s.Halted.Halted, s.Halted.Holding}
}
