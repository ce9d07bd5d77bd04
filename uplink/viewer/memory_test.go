package main

import (
	"runtime/debug"
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

func TestMemoryIsCollectedLaterWhileMuchComesAtOnce(t *testing.T) {
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	synctest.Test(t, func(t *testing.T) {
		c := spareMemory(true)
		defer c.Stop()
		want := func(what string, percent int) {
			t.Helper()
			synctest.Wait()
			if got := percentNow(); got != percent {
				t.Errorf("%s: %d percent, want %d", what, got, percent)
			}
		}
		want("while it starts", -1)
		c.Batch(muchAtOnce)
		want("while it starts, much at once", -1)
		c.Started()
		want("started", withBroker)
		c.Batch(muchAtOnce - 1)
		want("a little at once", withBroker)
		c.Batch(muchAtOnce)
		want("much at once", usual)
		time.Sleep(muchFor - 1)
		c.Batch(muchAtOnce)
		c.Started()
		time.Sleep(muchFor - 1)
		want("and again", usual)
		time.Sleep(1)
		want("five seconds later", withBroker)
		c.Batch(muchAtOnce)
		want("the next time", usual)
	})
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
