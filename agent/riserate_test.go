package main

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drawing"
	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/task"
)

// leakingLine is a bone whose walls and seals give 2e-10 Pa m³/s into 1 l, as the simulation has it, between two valves that are closed.
const leakingLine = `agent: {name: a, clock: trusted, listen: 127.0.0.1:0}
devices:
  - {name: V1, model: valve, pins: {solenoid: GPIO1, opened: GPIO2, closed: GPIO3}, control: true}
  - {name: V2, model: valve, pins: {solenoid: GPIO4, opened: GPIO5, closed: GPIO6}, control: true}
  - {name: ion1, model: pfeiffer-tpg, port: "serial:///dev/ion1?baud=9600", every: 500ms, options: {channels: {1: ig}}}
drawing:
  volumes: [{name: bone, volume: 1 l}, {name: chamber}]
  valves: [{valve: V1, joins: [bone, turbo]}, {valve: V2, joins: [bone, chamber]}]
  pumps: [{name: turbo}]
  gauges: [{point: ion1.ig, on: bone}]
`

const (
	leak    = 2e-10       // Pa m³/s
	leaking = leak / 1e-3 // Pa/s
)

// The rate of rise of a known leak is right within 10 % after 3 minutes, and nothing is said before there is something to say.
func TestRateOfRiseOfTheSimulatedLeak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan, list, err := config.PlanOf("agent.yaml", []byte(leakingLine))
		if err != nil {
			t.Fatal(err, list)
		}
		bench := newSimBench(t, plan, 7)
		lines, peer := drivertest.InMemory(t)
		peer.Answer = func(request []byte) { peer.Send(string(bench.Answer("ion1", request))) }
		h := newAgent(plan, "b001", "test", false, quiet)
		report := func(err error) { t.Error(err) }
		h.work = task.NewGroup(t.Context(), report)
		loops, owners := task.NewGroup(t.Context(), report), task.NewGroup(t.Context(), report)
		h.begin()
		h.fleet.Start(loops, owners, plan, &device.Transport{Lines: lines, Chips: func() (drivers.Chips, error) { return bench.Chips(), nil }}, func(*config.DevicePlan) bool { return true })
		defer func() {
			loops.Stop()
			h.work.Stop()
			owners.Stop()
		}()
		bone := func(period time.Duration) drawing.Region {
			for range period / (20 * time.Millisecond) {
				time.Sleep(20 * time.Millisecond)
				bench.Step(20 * time.Millisecond)
			}
			return h.commander.Standing().Regions[0]
		}
		r := bone(20 * time.Second)
		if r.Condition != drawing.Static || len(r.Rises) != 1 || r.Rises[0].Verdict != drawing.NotYet || r.Rises[0].Rate != nil {
			t.Fatalf("after 20 s the bone is %s and %+v, want static and not yet", r.Condition, r.Rises)
		}
		r = bone(160 * time.Second)
		rise := r.Rises[0]
		if rise.Verdict != drawing.Rising || rise.Rate == nil {
			t.Fatalf("after 3 minutes: %+v, want a rate", rise)
		}
		if math.Abs(*rise.Rate/leaking-1) > 0.1 {
			t.Errorf("rate of rise = %.3g ± %.2g Pa/s, want %.3g within 10 %%", *rise.Rate, *rise.Error, leaking)
		}
		if math.Abs(*rise.Rate-leaking) > 3**rise.Error || *rise.Error > 0.1*leaking {
			t.Errorf("rate of rise = %.3g ± %.2g Pa/s, want %.3g within what it says", *rise.Rate, *rise.Error, leaking)
		}
		if math.Abs(*rise.Leak/leak-1) > 0.1 {
			t.Errorf("leak = %.3g Pa m³/s, want %.3g within 10 %%", *rise.Leak, leak)
		}
	})
}
