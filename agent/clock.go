package main

import (
	"context"
	"fmt"
	"syscall"
	"time"

	"pychron-edge/buffer"
)

// clock is the time of one boot of the program: monotonic since its start, and what the wall says. A board has no battery
// behind its clock, so the wall may jump by years; up never does.
type clock struct {
	zero time.Time        // the start, with its monotonic reading
	wall func() time.Time // what the wall says now
	how  string           // adjtimex, trusted, simulated
	sync func() bool      // whether the wall can be believed
}

// clockStep is the change of the wall against the monotonic clock that is worth an event.
const clockStep = 500 * time.Millisecond

// newClock starts a boot's clock. how is "" (the kernel says whether the wall can be believed), "trusted" or "simulated".
func newClock(how string) *clock {
	c := &clock{zero: time.Now(), wall: time.Now, how: how, sync: func() bool { return true }}
	if how == "" {
		c.how, c.sync = "adjtimex", kernelSynchronised
	}
	return c
}

// up is the monotonic time since the start, in whole microseconds.
func (c *clock) up() time.Duration { return time.Since(c.zero).Truncate(time.Microsecond) }

// now is the wall's time, UTC.
func (c *clock) now() time.Time { return c.wall().Round(0).UTC() }

// steady is the wall's time as the start believed it: a step of the wall does not move it. Time limits are counted on it.
func (c *clock) steady() time.Time { return c.zero.Round(0).UTC().Add(c.up()) }

// zeroWall is what the wall now says the start was.
func (c *clock) zeroWall() time.Time { return c.now().Add(-c.up()) }

// kernelSynchronised asks adjtimex(2) whether something disciplines the clock.
func kernelSynchronised() bool {
	const timeError, unsynchronised = 5, 0x40
	var t syscall.Timex
	state, err := syscall.Adjtimex(&t)
	return err == nil && state != timeError && t.Status&unsynchronised == 0
}

// clockWatch is what was last said about the clock.
type clockWatch struct {
	told   bool
	offset time.Duration // of the wall against the one the boot began with
	synced bool
}

// step says whether the clock's offset or its trustworthiness changed enough to be told.
func (w *clockWatch) step(offset time.Duration, synced bool) bool {
	if w.told && synced == w.synced && (offset-w.offset).Abs() < clockStep {
		return false
	}
	*w = clockWatch{true, offset, synced}
	return true
}

// watchClock tells of every step of the wall and of every change in whether it can be believed, until ctx is done.
func (h *house) watchClock(ctx context.Context) error {
	first := h.clock.zero.Round(0)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var w clockWatch
	for {
		zero, synced := h.clock.zeroWall(), h.clock.sync()
		h.synced.Store(synced)
		h.metrics.TrustClock(synced)
		if w.step(zero.Sub(first), synced) {
			h.record(&buffer.Event{
				Kind: buffer.Clock, Severity: buffer.Info, Type: buffer.Gauge, Metric: "clock_offset_seconds", Value: w.offset.Seconds(), Unit: buffer.Seconds, Status: "success",
				Note: fmt.Sprintf("zero=%s synchronised=%t how=%s", zero.Format(time.RFC3339Nano), synced, h.clock.how),
			})
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
