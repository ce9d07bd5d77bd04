package main

import (
	"os"
	"runtime/debug"
	"sync"
	"time"
)

// How far the heap grows over what lives in it before it is collected, in percent. With a broker for a hundred agents in the process, collecting
// earlier than usual saves a third of the memory for a few percent of the time; while much comes at once it would be a fifth of the time.
const (
	usual      = 100
	withBroker = 30
	whileStart = 48 << 20 // bytes of memory from which it is collected while the viewer starts

	muchAtOnce = 200             // events in a batch, which is all that waits: a crowd of agents that stand still makes a few
	muchFor    = 5 * time.Second // after the last of them
)

// collector is how this process's memory is collected. What GOGC and GOMEMLIMIT say goes before: then it does nothing.
type collector struct {
	none    bool
	percent int   // where nothing special is going on
	limit   int64 // of memory, once the viewer has started

	mu      sync.Mutex
	started bool
	much    *time.Timer // runs while much comes at once; nil = it does not
}

// spareMemory has nothing collected while the viewer starts: what is allocated then is little, and most of it stays.
func spareMemory(broker bool) *collector {
	c := &collector{none: os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "", percent: usual}
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
	debug.SetGCPercent(c.percent)
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
	case c.much != nil:
		c.much.Reset(muchFor)
	default:
		debug.SetGCPercent(usual)
		c.much = time.AfterFunc(muchFor, c.calm)
	}
}

// calm ends that much comes at once.
func (c *collector) calm() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.much = nil
	debug.SetGCPercent(c.percent)
}

// Stop ends what it waits for.
func (c *collector) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.much != nil {
		c.much.Stop()
	}
}
