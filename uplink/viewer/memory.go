package main

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

// How far the heap grows over what lives in it before it is collected, in percent. With a broker for a hundred agents in the process, collecting
// earlier than usual saves a third of the memory for a few percent of the time; while much comes at once it would be a fifth of the time.
const (
	usual      = 100
	maxPercent = 400
	withBroker = 30
	whileStart = 48 << 20 // bytes of memory from which it is collected while the viewer starts

	muchAtOnce = 128             // events in a batch, which is all that came in some 10 ms: a crowd of agents that stand still makes a few
	muchFor    = 5 * time.Second // after the last of them
	muchGrowth = 16 << 20        // bytes that the heap may grow by meanwhile
	minPercent = 60              // percent that it may grow by at least: of a thousand agents so much lives that 30 would be a quarter of the time

	adaptInterval = 100 * time.Millisecond
)

// collector is how this process's memory is collected. What GOGC and GOMEMLIMIT say goes before: then it does nothing.
type collector struct {
	none    bool
	percent int   // where nothing special is going on
	limit   int64 // of memory, once the viewer has started

	live func() uint64 // bytes of the heap that were in use when it was last collected
	free func()        // gives memory back

	mu      sync.Mutex
	started bool
	present int         // percent
	adapted time.Time   // when that was looked at, while much comes at once
	much    *time.Timer // runs while much comes at once; nil = it does not
}

// spareMemory has nothing collected while the viewer starts: what is allocated then is little, and most of it stays.
func spareMemory(broker bool) *collector {
	c := &collector{none: os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "", percent: usual, live: liveHeap, free: debug.FreeOSMemory}
	if broker {
		c.percent = withBroker
	}
	if !c.none {
		debug.SetGCPercent(-1)
		c.limit = debug.SetMemoryLimit(whileStart)
	}
	return c
}

// Started ends that nothing is collected. It may be called again.
func (c *collector) Started() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.none || c.started {
		return
	}
	c.started = true
	c.set(c.percent)
	debug.SetMemoryLimit(c.limit)
}

// Batch is told how many events were stored at once.
func (c *collector) Batch(events int) {
	if c.none || c.percent == usual || events < muchAtOnce {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case !c.started:
		return
	case c.much != nil:
		c.much.Reset(muchFor)
	default:
		c.much = time.AfterFunc(muchFor, c.calm)
	}
	c.adapt()
}

// adapt sets the percent while much comes at once, for what lives grows with it. A change waits for the end of a collection: a small one is not made.
// The caller holds mu.
func (c *collector) adapt() {
	now := time.Now()
	if now.Sub(c.adapted) < adaptInterval {
		return
	}
	c.adapted = now
	if p := c.percentFor(muchGrowth); p > c.present*5/4 || p < c.present*4/5 {
		c.set(p)
	}
}

func (c *collector) set(percent int) {
	c.present = percent
	debug.SetGCPercent(percent)
}

// percentFor is at how many percent over what lives in it the heap is collected where it may grow by so many bytes, but at least by minPercent, and no
// less than where nothing special is going on.
func (c *collector) percentFor(growth uint64) int {
	return max(c.percent, minPercent, int(min(growth*100/max(c.live(), 1), maxPercent)))
}

// liveHeap is how much of the heap was in use when it was last collected, in bytes.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// calm ends that much comes at once.
func (c *collector) calm() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.much = nil
	c.set(c.percent)
	c.free()
}

// Stop ends what it waits for.
func (c *collector) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.much != nil {
		c.much.Stop()
	}
}
