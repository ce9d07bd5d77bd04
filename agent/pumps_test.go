package main

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drawing"
	"pychron-edge/telemetry"

	"pychron-edge/agent/command"
	"pychron-edge/agent/config"
)

// twoPumps is a line with a pump that runs by a condition, and one that nothing speaks for.
const twoPumps = `agent: {name: a, clock: trusted, listen: 127.0.0.1:0}
devices:
  - {name: V1, model: valve, pins: {solenoid: GPIO1, opened: GPIO2, closed: GPIO3}, control: true}
  - {name: ion1, model: pfeiffer-tpg, port: "serial:///dev/ion1", stale_after: 5s, options: {channels: {1: ig}}}
drawing:
  volumes: [{name: bone}]
  valves: [{valve: V1, joins: [bone, scroll]}]
  pumps: [{name: scroll, runs: ion1.ig < pa(10)}, {name: old}]
  pipes: [{ends: [bone, old]}]
`

// Whether a pump runs by a condition is known to the agent alone: what it publishes says so, at once when that changes, and that it is not known
// once what it is judged by is old.
func TestPublishedStatusHasThePumpsThatRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan, list, err := config.PlanOf("agent.yaml", []byte(twoPumps))
		if err != nil {
			t.Fatal(err, list)
		}
		h := newAgent(plan, "b001", "test", false, quiet)
		env, changes := h.commandEnv(), 0
		env.Changed = func() { changes++ }
		h.commander = command.New(env, plan)
		h.status = h.statusSource()
		read := func(pressure float64) {
			s := []buffer.Sample{{Device: "ion1", Channel: "ig", Name: "pressure", Unit: buffer.Pascals, Value: pressure, StaleAfter: 5 * time.Second, Up: h.clock.Up()}}
			h.present.Set("ion1", s)
			h.commander.Observe("ion1", s)
		}
		for i, step := range []struct {
			do    func()
			heard int // how often something changed, from the start
			want  string
		}{
			{func() {}, 1, "map[old:running scroll:unknown]"},
			{func() { read(1) }, 2, "map[old:running scroll:running]"},
			{func() { read(2) }, 2, "map[old:running scroll:running]"},
			{func() { read(20) }, 3, "map[old:running scroll:stopped]"},
			{func() { time.Sleep(6 * time.Second) }, 4, "map[old:running scroll:unknown]"},
		} {
			step.do()
			var s telemetry.StatusPayload
			if err := json.Unmarshal(h.status.Payload(true), &s); err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(s.Drawings[0].Pumps); got != step.want || changes != step.heard {
				t.Errorf("step %d: %s, said to have changed %d times; want %s, %d", i, got, changes, step.want, step.heard)
			}
		}
	})
}

// Since when a region is as it is, and how fast it rises, is known to the agent alone: what it publishes has both with the time they are of, within a second
// of a valve's move, and no more than once a second while a valve comes and goes.
func TestPublishedStatusHasSinceWhenRegionsAreSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan, list, err := config.PlanOf("agent.yaml", []byte(leakingLine))
		if err != nil {
			t.Fatal(err, list)
		}
		h := newAgent(plan, "b001", "test", false, quiet)
		env, changes := h.commandEnv(), 0
		env.Changed = func() { changes++ }
		h.commander = command.New(env, plan)
		h.status = h.statusSource()
		set := func(device, channel, name string, unit buffer.Unit, value float64) {
			s := []buffer.Sample{{Device: device, Channel: channel, Name: name, Unit: unit, Value: value, StaleAfter: time.Hour, Up: h.clock.Up()}}
			h.present.Set(device, s)
			h.commander.Observe(device, s)
		}
		bone := func() (float64, drawing.Lasting) {
			var s telemetry.StatusPayload
			if err := json.Unmarshal(h.status.Payload(true), &s); err != nil {
				t.Fatal(err)
			}
			if len(s.Drawings[0].Regions) != 0 {
				t.Errorf("regions are published: %+v", s.Drawings[0].Regions)
			}
			return s.Drawings[0].Judged, s.Drawings[0].Lasting[0]
		}
		time.Sleep(100 * time.Second)
		for _, valve := range []string{"V1", "V2"} {
			set(valve, "", "open", "", 0)
		}
		for range 60 {
			time.Sleep(time.Second)
			set("ion1", "ig", "pressure", buffer.Pascals, 1e-6+h.clock.Up().Seconds()*1e-8)
		}
		judged, r := bone()
		if r.Condition != drawing.Static || judged != 160 || r.Began != 100 || len(r.Rises) != 1 || r.Rises[0].Verdict != drawing.Rising {
			t.Errorf("at %g s the bone has been %s since %g s, and %+v; want static since 100 s at 160 s, and rising", judged, r.Condition, r.Began, r.Rises)
		}
		before := changes
		set("V1", "", "open", "", 1)
		if changes != before+1 {
			t.Errorf("%d times after V1 opened, want once", changes-before)
		}
		for i := range 40 { // 4 s
			time.Sleep(100 * time.Millisecond)
			set("V1", "", "open", "", float64(i%2))
		}
		if n := changes - before; n < 4 || n > 6 {
			t.Errorf("%d times in 4 s in which a valve went to and fro, want once a second", n)
		}
		time.Sleep(time.Second)
		before = changes
		set("ion1", "ig", "pressure", buffer.Pascals, 1e-6)
		set("ion1", "ig", "pressure", buffer.Pascals, 1e-6)
		if changes > before+1 {
			t.Errorf("%d times without a move", changes-before)
		}
	})
}
