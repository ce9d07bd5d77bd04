package main

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/agent/state"
)

// HALT makes idle what burns, and leaves what would harm by being stopped: a closed foreline, a sealed trap, a turbo without backing.
func TestHaltIdlesWhatBurnsAndHoldsTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, furnace, valve, turbo, silent := &fake{}, &fake{}, &fake{}, &fake{}, &fake{}
		heater := planFor("furnace", "", furnace, []config.Control{{Control: drivers.Control{Name: "setpoint", Max: 1600, Unit: drivers.Celsius}, Enabled: true}})
		heater.Model.Heats, furnace.state = true, map[string]float64{"setpoint": 0}
		pump := planFor("turbo", "", turbo, []config.Control{{Control: drivers.Control{Name: "motor", Max: 1}, Enabled: true}})
		turbo.state = map[string]float64{"motor": 0}
		vent := valvePlan("V2", silent)
		vent.OnHalt = "idle"
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour), heater, valvePlan("V1", valve), pump, vent})
		defer stop()
		synctest.Wait()
		for device, control := range map[string]string{"laser": "enabled", "furnace": "setpoint", "V1": "open", "turbo": "motor", "V2": "open"} {
			if _, err := h.commander.Command(t.Context(), order(device, control, 1)); err != nil {
				t.Fatal(err)
			}
		}
		silent.with(func() { silent.readErr = drivers.ErrTimeout })
		r, err := h.commander.Halt(t.Context(), anybody)
		if err != nil || !slices.Equal(r.Halted, []string{"furnace", "laser"}) || !slices.Equal(r.Holding, []string{"V1", "turbo"}) || len(r.Failed) != 0 ||
			!slices.Equal(slices.Collect(maps.Keys(r.Unconfirmed)), []string{"V2"}) {
			t.Errorf("Halt = %+v, %v; want furnace and laser confirmed idle, V2 told and not confirmed, V1 and turbo holding", r, err)
		}
		if l.is("enabled") != 0 || furnace.is("setpoint") != 0 || silent.is("open") != 0 || valve.is("open") != 1 || turbo.is("motor") != 1 {
			t.Errorf("laser %v, furnace %v, V2 %v, V1 %v, turbo %v", l.is("enabled"), furnace.is("setpoint"), silent.is("open"), valve.is("open"), turbo.is("motor"))
		}
	})
}

// A halt is no command: it makes a laser and a heater idle that nobody may command, and neither moves anything else nor asks for a right to.
// docs/security.md says so.
func TestHaltOfWhatMayNotBeCommanded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, furnace, valve := &fake{}, &fake{}, &fake{}
		heater := planFor("furnace", "", furnace, []config.Control{{Control: drivers.Control{Name: "setpoint", Max: 1600, Unit: drivers.Celsius}, Enabled: true}})
		heater.Model.Heats = true
		plans := []*config.DevicePlan{laserPlan("laser", l, time.Hour), heater, valvePlan("V1", valve)}
		for _, p := range plans {
			p.Control = false
		}
		furnace.state, valve.state = map[string]float64{"setpoint": 900}, map[string]float64{"open": 1}
		h, stop := testAgent(t, plans)
		defer stop()
		synctest.Wait()
		l.with(func() { l.state["enabled"] = 1 }) // by its own key: one that is on at a start is halted there
		for device, control := range map[string]string{"laser": "enabled", "furnace": "setpoint", "V1": "open"} {
			if _, err := h.commander.Command(t.Context(), order(device, control, 1)); err == nil {
				t.Errorf("%s takes a command without control: true", device)
			}
		}
		if l.is("enabled") != 1 || furnace.is("setpoint") != 900 || valve.is("open") != 1 {
			t.Fatalf("laser %v, furnace %v, V1 %v moved before the halt", l.is("enabled"), furnace.is("setpoint"), valve.is("open"))
		}
		if _, err := h.commander.Halt(t.Context(), anybody); err != nil {
			t.Fatal(err)
		}
		if l.is("enabled") != 0 || furnace.is("setpoint") != 0 || valve.is("open") != 1 {
			t.Errorf("after the halt: laser %v, furnace %v, V1 %v; want what burns idle and the valve as it was", l.is("enabled"), furnace.is("setpoint"), valve.is("open"))
		}
	})
}

func TestAgentHaltWithoutItsDirectory(t *testing.T) {
	s := newSite(t)
	s.fire()
	s.agent.Process.Kill()
	s.agent.Wait()
	if err := os.Remove(state.RuntimeDir(s.run).Config()); err != nil {
		t.Fatal(err)
	}
	code, said := s.halt()
	if code != exitFine || s.board.on() || !strings.Contains(said, "using the file on disk, "+s.config) || !strings.Contains(said, "confirmed idle") {
		t.Errorf("agent halt without a running configuration = %d, on %t: %s", code, s.board.on(), said)
	}
}

// A latch that cannot be written stops nothing.
func TestAgentHaltWhoseLatchCannotBeWritten(t *testing.T) {
	s := newSite(t)
	s.fire()
	s.agent.Process.Kill()
	s.agent.Wait()
	if err := os.Mkdir(state.RuntimeDir(s.run).Latch(), 0o700); err != nil { // as a full or read-only directory would be to root
		t.Fatal(err)
	}
	code, said := s.halt()
	if s.board.on() || code != exitFine || !strings.Contains(said, "honours no latch") {
		t.Errorf("agent halt = %d, on %t: %s", code, s.board.on(), said)
	}
}

func TestAgentHaltThatKnowsNothing(t *testing.T) {
	var out, problems bytes.Buffer
	err := haltOutside(t.Context(), state.RuntimeDir(filepath.Join(t.TempDir(), "none")), false, &out, &problems)
	if err == nil || errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "what to halt is not known") {
		t.Errorf("agent halt where no agent ran = %v, want it to say that it does not know what to halt", err)
	}
}
