package main

import (
	"runtime/debug"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// percentNow is how far the heap grows before it is collected.
func percentNow() int {
	now := debug.SetGCPercent(100)
	debug.SetGCPercent(now)
	return now
}

// keepCollector has the collector of the test's own process as it was afterwards.
func keepCollector(t *testing.T) {
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(-1)
	t.Cleanup(func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	})
}

// While much comes at once the heap may grow by muchGrowth, whatever lives in it; of so much that minPercent percent of it is more, by that.
func TestMemoryIsCollectedLaterWhileMuchComesAtOnce(t *testing.T) {
	keepCollector(t)
	synctest.Test(t, func(t *testing.T) {
		c := spareMemory(true)
		defer c.Stop()
		live, freed := uint64(muchGrowth), new(atomic.Int32)
		c.live, c.free = func() uint64 { return live }, func() { freed.Add(1) }
		want := func(what string, percent int, given int32) {
			t.Helper()
			synctest.Wait()
			if got := percentNow(); got != percent || freed.Load() != given {
				t.Errorf("%s: %d percent and given back %d times, want %d and %d", what, got, freed.Load(), percent, given)
			}
		}
		want("while it starts", -1, 0)
		c.Batch(muchAtOnce)
		want("while it starts, much at once", -1, 0)
		c.Started()
		want("started", withBroker, 0)
		c.Batch(muchAtOnce - 1)
		want("a little at once", withBroker, 0)
		c.Batch(muchAtOnce)
		want("much at once", 100, 0)
		live = 2 * muchGrowth
		c.Batch(muchAtOnce)
		want("more lives, just after", 100, 0)
		time.Sleep(muchFor - 1)
		c.Batch(muchAtOnce)
		c.Started()
		want("more lives", minPercent, 0)
		time.Sleep(muchFor - 1)
		want("until five seconds later", minPercent, 0)
		time.Sleep(time.Nanosecond)
		want("five seconds later", withBroker, 1)
		live = 10 * muchGrowth
		c.Batch(muchAtOnce)
		want("the next time, where a lot lives", minPercent, 1)
		time.Sleep(adaptInterval)
		live = 1
		c.Batch(muchAtOnce)
		want("next to nothing lives", maxPercent, 1)
	})
}

func TestMemoryIsCollectedAsUsualWithoutABrokerAndAsTheEnvironmentSays(t *testing.T) {
	keepCollector(t)
	synctest.Test(t, func(t *testing.T) {
		c := spareMemory(false)
		c.Started()
		c.Batch(muchAtOnce)
		if got := percentNow(); got != usual || c.much != nil {
			t.Errorf("without a broker: %d percent, want %d always", got, usual)
		}
	})
	t.Setenv("GOGC", "70")
	debug.SetGCPercent(70)
	c := spareMemory(true)
	c.Batch(muchAtOnce)
	c.Started()
	c.Batch(muchAtOnce)
	if got := percentNow(); got != 70 {
		t.Errorf("GOGC=70: %d percent", got)
	}
}
