package main

import (
	"flag"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var (
	histories = flag.Int("histories", 100, "histories of TestNoHistoryBreaksASimulatedLine")
	firstSeed = flag.Uint64("seed", 0, "the one history of TestNoHistoryBreaksASimulatedLine to replay; 0 = all")
)

// For no history is anything on that must not be, or is anybody told what is not so: two lasers and three valves on simulated
// instruments, a gauge, agents that are stopped, killed or lose their power at any moment, lost and late answers, commands by several
// clients, locks, trips, clears, reloads and a wall clock that steps. Each history is decided by its seed, in fake time; one that
// fails is printed and replayed by -seed.
func TestNoHistoryBreaksASimulatedLine(t *testing.T) {
	oneProcessor(t)
	first, last := uint64(1), uint64(*histories)
	if *firstSeed > 0 {
		first, last = *firstSeed, *firstSeed
	}
	steps, starts, simulated := 0, 0, time.Duration(0)
	for seed := first; seed <= last; seed++ {
		synctest.Test(t, func(t *testing.T) {
			w := newSimWorld(t, seed)
			begun := time.Now()
			w.live()
			steps, starts, simulated = steps+w.steps, starts+w.boots, simulated+time.Since(begun)
			if !w.fine() {
				t.Errorf("history %d (-seed=%d replays it): %s\n%s", seed, seed, w.broken, w.history())
			}
		})
		if t.Failed() {
			break
		}
	}
	t.Logf("%d histories, %d steps, %d starts, %v simulated", last-first+1, steps, starts, simulated.Round(time.Second))
}

// oneProcessor lets one goroutine run at a time: what happens at one instant of a bubble then happens in one order.
func oneProcessor(t *testing.T) {
	was := runtime.GOMAXPROCS(1)
	t.Cleanup(func() { runtime.GOMAXPROCS(was) })
}

// live is one history, until all of it has come to its end.
func (w *simWorld) live() {
	w.start()
	w.pass(1500 * time.Millisecond)
	for range 15 + w.chance.IntN(30) {
		if !w.fine() {
			break
		}
		w.step()
	}
	w.setPressure(simGood)
	w.clearUp()
	w.pass(12 * time.Second) // max_on is over
	w.revive()
	w.agent.die()
	for _, a := range w.all {
		a.ended()
	}
	w.clients.Wait()
}

// TestHistoryIsReplayedByItsSeed compares what happened, and what became of the instruments, in two runs of one seed.
func TestHistoryIsReplayedByItsSeed(t *testing.T) {
	oneProcessor(t)
	for seed := uint64(1); seed <= 12; seed++ {
		var was [2]string
		for n := range was {
			synctest.Test(t, func(t *testing.T) {
				w := newSimWorld(t, seed)
				begun := time.Now()
				w.live()
				was[n] = w.trace(begun)
			})
		}
		if was[0] != was[1] {
			t.Errorf("history %d differs when it is replayed: %s", seed, whereTracesDiffer(was[0], was[1]))
		}
	}
}

// trace is what happened, and what each instrument was, with the times to a tick.
func (w *simWorld) trace(begun time.Time) string {
	lines := slices.Clone(w.told)
	for control, was := range w.truth {
		for _, c := range was {
			lines = append(lines, fmt.Sprintf("%s %v at %v", control, c.value, c.at.Sub(begun).Round(simTick)))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func whereTracesDiffer(a, b string) string {
	one, two := strings.Split(a, "\n"), strings.Split(b, "\n")
	for n := range min(len(one), len(two)) {
		if one[n] != two[n] {
			return fmt.Sprintf("%q, then %q", one[n], two[n])
		}
	}
	return fmt.Sprintf("%d lines, then %d", len(one), len(two))
}
