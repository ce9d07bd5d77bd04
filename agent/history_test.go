package main

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

// For no history of readings, failures, commands of several clients at once, halts, clears, leases and restarts is a
// forbidden control on in the running agent: the laser while its rule may be violated or is not cleared, after it could not
// be judged for too long, beyond max_on, or after a halt; two valves that exclude each other away from closed; V3 while a
// rule forbids it. The whole agent runs, in fake time. -rapid.checks=10000 runs the full number.
func TestNoHistoryOfTheRunningAgentLeavesAForbiddenControlOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(inBubbleTB{t}, func(rt *rapid.T) {
			w := newWorld(t, rt)
			defer func() { w.stop() }()
			w.pass(1500 * time.Millisecond)
			for range rapid.IntRange(5, 40).Draw(rt, "steps") {
				w.step(rapid.SampledFrom(deeds).Draw(rt, "what"))
				w.look()
			}
			w.see(1)
			w.pass(6 * time.Second) // whatever was left over has come to its end
			w.look()
		})
	})
}

var deeds = []string{
	"good", "good", "bad", "over", "off", "lose gauge", "fire", "fire", "fire", "power", "cut", "both valves", "both valves", "open V3", "close V3",
	"clear", "clear", "halt", "lose laser", "find laser", "hold", "pass", "pass", "restart", "by hand",
}

const (
	worldMaxOn = 8 * time.Second
	worldLease = 2 * time.Second
	// worldGrace is by when a halt has ended: the time of the supervisor's round, of a Set that is cut, and of a try again.
	worldGrace = 1500 * time.Millisecond
)

// world is an agent on instruments in memory, and what must be true of them.
type world struct {
	t     *testing.T
	rt    *rapid.T
	h     *agent
	stop  func()
	gauge *fake
	laser *fake
	valve map[string]*fake

	lost      bool      // the laser's line is
	mustSince time.Time // since when the laser must be off; zero = it may be on
	found     time.Time // when it was last there again
	onSince   time.Time // when the laser was switched on, or could be seen to be
	lastGood  time.Time // when the gauge last read a good value
	leaseEnds time.Time // zero = none
}

func newWorld(t *testing.T, rt *rapid.T) *world {
	w := &world{t: t, rt: rt, gauge: &fake{}, laser: &fake{setTime: 20 * time.Millisecond}, valve: map[string]*fake{}}
	for _, name := range []string{"V1", "V2", "V3"} {
		w.valve[name] = &fake{setTime: 30 * time.Millisecond}
	}
	w.start()
	w.lastGood = time.Now()
	return w
}

// start starts an agent on the instruments as they stand.
func (w *world) start() {
	before := map[*fake]map[string]float64{} // making a plan puts its instrument where it began
	for _, f := range w.actuators() {
		before[f] = f.state
	}
	gauge, laser := gaugePlan("ion1", w.gauge), laserPlan("laser", w.laser, worldMaxOn)
	r := pressureRule(w.t)
	r.Forbid = []rules.Ref{{Device: "V3", Point: "open"}}
	w.h = quietAgent([]*config.DevicePlan{gauge, laser, valvePlan("V1", w.valve["V1"], "V2"), valvePlan("V2", w.valve["V2"], "V1"), valvePlan("V3", w.valve["V3"])}, r)
	for f, state := range before {
		if state != nil {
			f.state = state
		}
	}
	w.stop = w.h.runLoops(w.t)
}

func (w *world) actuators() []*fake {
	return []*fake{w.laser, w.valve["V1"], w.valve["V2"], w.valve["V3"]}
}

func (w *world) pass(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(50*time.Millisecond, time.Until(end)))
		w.look()
	}
}

// see makes the gauge read a value in units of the rule's limit.
func (w *world) see(times float64) {
	w.gauge.with(func() {
		w.gauge.readErr, w.gauge.gauge = nil, drivers.Reading{Channel: "ig", Name: "pressure", Value: times * 0.9e-3, Unit: drivers.Pascals}
	})
}

func (w *world) command(device, control string, value float64) error {
	_, err := w.h.commander.Command(w.t.Context(), order(device, control, value))
	return err
}

// step does one thing to the world.
func (w *world) step(what string) {
	switch what {
	case "good":
		w.see(0.5)
	case "bad":
		w.see(2)
	case "over":
		w.see(0.5)
		w.gauge.with(func() { w.gauge.gauge.Bound = drivers.AtLeast })
	case "off":
		w.gauge.with(func() { w.gauge.readErr, w.gauge.gauge.Missing = nil, "sensor off" })
	case "lose gauge":
		w.gauge.with(func() { w.gauge.readErr = drivers.ErrTimeout })
	case "fire":
		w.command("laser", "enabled", 1)
	case "power":
		w.command("laser", "power", 50)
	case "cut":
		err := w.command("laser", "enabled", 0) // a halt may cut it, or forestall it
		if err != nil && !w.lost && !errors.Is(err, buffer.ErrConflict) && !errors.Is(err, buffer.ErrUnsettled) {
			w.rt.Fatalf("switching off = %v", err)
		}
	case "both valves":
		w.bothValves()
	case "open V3":
		w.openV3()
	case "close V3":
		if err := w.command("V3", "open", 0); err != nil {
			w.rt.Fatalf("closing V3 = %v; closing is never refused", err)
		}
	case "clear":
		w.h.commander.ClearRule(w.t.Context(), anybody, "pressure")
	case "halt":
		r, err := w.h.commander.Halt(w.t.Context(), anybody)
		if w.laser.is("enabled") == 1 && r.Failed["laser"] == "" {
			w.rt.Fatalf("the laser is on after a halt that gave %+v, %v", r, err)
		}
	case "lose laser":
		w.loseLaser(drivers.ErrPortLost)
	case "find laser":
		w.loseLaser(nil)
	case "hold":
		if _, err := w.h.commander.Hold(w.t.Context(), buffer.HoldRequest{By: anybody, Device: "laser", For: worldLease}); err == nil {
			w.leaseEnds = time.Now().Add(worldLease)
		}
	case "pass":
		w.pass(time.Duration(rapid.IntRange(1, 4000).Draw(w.rt, "ms")) * time.Millisecond)
	case "restart":
		w.loseLaser(nil)
		w.stop()
		if w.laser.is("enabled") == 1 {
			w.rt.Fatal("the laser is on after the end of the agent")
		}
		w.leaseEnds, w.lastGood = time.Time{}, time.Now()
		before := w.positions()
		w.start()
		w.pass(1200 * time.Millisecond)
		if after := w.positions(); after != before {
			w.rt.Fatalf("a restart moved %s to %s", before, after)
		}
	case "by hand": // at its panel, whatever the agent thinks of it
		w.laser.with(func() { w.laser.noteChange("enabled", 1); w.laser.state["enabled"] = 1 })
	}
}

func (w *world) positions() string {
	return fmt.Sprint(w.valve["V1"].is("open"), w.valve["V2"].is("open"), w.valve["V3"].is("open"))
}

// bothValves tells V1 and V2 to open at one instant, or to close.
func (w *world) bothValves() {
	value := float64(rapid.IntRange(0, 1).Draw(w.rt, "value"))
	var two sync.WaitGroup
	for _, name := range []string{"V1", "V2"} {
		two.Go(func() { w.command(name, "open", value) })
	}
	two.Wait()
}

func (w *world) openV3() {
	tripped := w.h.commander.Tripped("pressure")
	if err := w.command("V3", "open", 1); err == nil && tripped && w.h.commander.Tripped("pressure") {
		w.rt.Fatal("V3 was opened though the tripped rule forbids it")
	}
}

func (w *world) loseLaser(err error) {
	if w.lost && err == nil {
		w.found = time.Now()
	}
	w.lost = err != nil
	w.laser.with(func() { w.laser.readErr, w.laser.haltErr, w.laser.cut = err, err, err })
}

// look compares what is with what must be.
func (w *world) look() {
	if w.valve["V1"].is("open") == 1 && w.valve["V2"].is("open") == 1 {
		w.rt.Fatal("V1 and V2 are both open")
	}
	var clashed bool
	w.laser.with(func() { clashed = w.laser.clashed })
	if clashed {
		w.rt.Fatal("two goroutines were in the laser's driver at once")
	}
	now := time.Now()
	on := w.laser.is("enabled") == 1
	w.laser.with(func() { w.onSince = w.laser.changed })
	if w.found.After(w.onSince) {
		w.onSince = w.found // nobody could see it before
	}
	why := w.mustBeOff(now, on)
	switch {
	case why == "" || !on || w.lost:
		w.mustSince = time.Time{}
	case w.mustSince.IsZero():
		w.mustSince = now
	case now.Sub(w.mustSince) > worldGrace:
		w.rt.Fatalf("the laser is on for %v though %s", now.Sub(w.mustSince), why)
	}
}

// mustBeOff says why the laser may not be on now.
func (w *world) mustBeOff(now time.Time, on bool) string {
	w.gauge.with(func() {
		g := w.gauge.gauge
		if w.gauge.readErr == nil && g.Missing == "" && g.Bound == drivers.Exact && g.Value <= 1e-3 {
			w.lastGood = now
		}
	})
	g := w.gauge.gauge
	switch {
	case w.gauge.readErr == nil && g.Missing == "" && (g.Value > 1e-3 || g.Bound == drivers.AtLeast):
		return "the gauge says that it may not be"
	case now.Sub(w.lastGood) > 5*time.Second+2*time.Second: // stale_after, and the polls that back off
		return "nothing is known of the pressure"
	case w.h.commander.Tripped("pressure"):
		return "its rule is tripped"
	case on && now.Sub(w.onSince) > worldMaxOn+time.Second:
		return "max_on is over"
	case on && !w.leaseEnds.IsZero() && now.After(w.leaseEnds) && w.onSince.Before(w.leaseEnds):
		return "the lease lapsed"
	}
	return ""
}

// inBubbleTB is a test without a deadline, which a bubble does not let it ask for.
type inBubbleTB struct{ rapid.TB }
