package main

import (
	"flag"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

var (
	histories = flag.Int("histories", 100, "histories of TestNoHistoryBreaksASimulatedLine")
	fromSeed  = flag.Uint64("from", 1, "the first of them")
	firstSeed = flag.Uint64("seed", 0, "the one history of TestNoHistoryBreaksASimulatedLine to replay; 0 = all")
)

// For no history is anything on that must not be, or is anybody told what is not so: two lasers and three valves on simulated
// instruments, a gauge, agents that are stopped, killed or lose their power at any moment, lost and late answers, commands by several
// clients, locks, trips, clears, reloads and a wall clock that steps. What is done, and when, is decided by its seed, in fake time; one that
// fails is printed and replayed by -seed.
func TestNoHistoryBreaksASimulatedLine(t *testing.T) {
	oneProcessor(t)
	first, last := *fromSeed, *fromSeed+uint64(*histories)-1
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
	w.startAgent()
	w.agent.die()
	for _, a := range w.all {
		a.ended()
	}
	w.clients.Wait()
}
