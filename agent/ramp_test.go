package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
)

func TestPowerRisesByItsSlew(t *testing.T) {
	for _, c := range []struct {
		state  string
		during func(h *agent, l *fake) // 250 ms after it began
		wire   string
		result string
		is     error
	}{
		{"in steps of a tenth of a second", func(*agent, *fake) {}, "power 1, power 2, power 3, power 4, power 5", "success", nil},
		{"a halt ends it", func(h *agent, _ *fake) { h.commander.Halt(context.Background(), anybody) }, "power 1, power 2, power 3, halt", "failed", buffer.ErrConflict},
		{"switching off ends it, and does not wait for it", func(h *agent, _ *fake) { h.commander.Command(context.Background(), order("laser", "enabled", 0)) },
			"power 1, power 2, power 3, enabled 0", "failed", buffer.ErrFailed},
		{"a lower power ends it", func(h *agent, _ *fake) { h.commander.Command(context.Background(), order("laser", "power", 1)) }, "power 1, power 2, power 3, power 1", "failed", buffer.ErrFailed},
		{"its expiry does not end what has begun", func(*agent, *fake) {}, "power 1, power 2, power 3, power 4, power 5", "success", nil},
	} {
		t.Run(c.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &fake{setTime: time.Millisecond}
				plan := laserPlan("laser", l, time.Hour)
				plan.Slew = 10
				h, stop := testAgent(t, []*config.DevicePlan{plan})
				defer stop()
				synctest.Wait()
				l.with(func() { l.wire = nil })
				time.AfterFunc(250*time.Millisecond, func() { c.during(h, l) })
				o := order("laser", "power", 5)
				if strings.Contains(c.state, "expiry") {
					o.Expires = time.Now().Add(100 * time.Millisecond)
				}
				begun := time.Now()
				r, err := h.commander.Command(t.Context(), o)
				time.Sleep(time.Second)
				got := strings.Join(slices.DeleteFunc(l.sent(), func(s string) bool { return s == "" }), ", ")
				if got != c.wire || r.Result != c.result || !errors.Is(err, c.is) {
					t.Errorf("on the wire %s; result %q, %v; want %s; %q, %v", got, r.Result, err, c.wire, c.result, c.is)
				}
				if took := time.Since(begun) - time.Second; c.result == "success" && took < 400*time.Millisecond {
					t.Errorf("it took %v, want 400 ms for four steps", took)
				}
			})
		})
	}
}

func TestPowerFallsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{}
		plan := laserPlan("laser", l, time.Hour)
		plan.Slew = 1
		h, stop := testAgent(t, []*config.DevicePlan{plan})
		defer stop()
		synctest.Wait()
		l.with(func() { l.wire, l.state["power"] = nil, 90 }) // by a hand at its panel
		time.Sleep(1500 * time.Millisecond)
		if _, err := h.commander.Command(t.Context(), order("laser", "enabled", 1)); !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("enabling at 90 %% that should rise slowly = %v, want %v", err, buffer.ErrConflict)
		}
		if _, err := h.commander.Command(t.Context(), order("laser", "power", 0)); err != nil {
			t.Fatal(err)
		}
		if _, err := h.commander.Command(t.Context(), order("laser", "enabled", 1)); err != nil {
			t.Errorf("enabling at nothing = %v, want nil", err)
		}
		if sent := strings.Join(l.sent(), ", "); sent != "power 0, enabled 1" {
			t.Errorf("sent %s, want power 0, enabled 1", sent)
		}
	})
}

func TestSlewIsChecked(t *testing.T) {
	laser := "devices: [{name: laser, model: fusions-co2, port: \"tcp://127.0.0.1:1\", control: true, options: {max_on: 1m}, slew: "
	gauge := "devices: [{name: ion1, model: pfeiffer-tpg, port: \"tcp://127.0.0.1:1\", options: {channels: {1: ig}}, slew: "
	for text, want := range map[string]string{
		laser + "10}]": "", laser + "0.001}]": "must be 0.167 percent per second or more", laser + "-1}]": "must be 0.167", gauge + "10}]": "only reads",
	} {
		_, list, _ := config.PlanOf("agent.yaml", []byte("agent: {name: bench}\n"+text))
		all := ""
		for _, p := range list {
			if !p.Warning {
				all += p.String()
			}
		}
		if want == "" && all != "" || !strings.Contains(all, want) {
			t.Errorf("%s: %q, want %q", text, all, want)
		}
	}
}
