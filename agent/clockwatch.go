package main

import (
	"context"
	"fmt"
	"time"

	"pychron-edge/buffer"
)

// clockStep is the change of the wall against the monotonic clock that is worth an event.
const clockStep = 500 * time.Millisecond

// clockWatch is what was last said about the clock.
type clockWatch struct {
	reported bool
	offset   time.Duration // of the wall against the one the boot began with
	synced   bool
}

// step says whether the clock's offset or its trustworthiness changed enough to be told.
func (w *clockWatch) step(offset time.Duration, synced bool) bool {
	if w.reported && synced == w.synced && (offset-w.offset).Abs() < clockStep {
		return false
	}
	*w = clockWatch{true, offset, synced}
	return true
}

// watchClock tells of every step of the wall and of every change in whether it can be believed, until ctx is done.
func (a *agent) watchClock(ctx context.Context) error {
	first := a.clock.Zero.Round(0)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var w clockWatch
	for {
		zero, synced := a.clock.ZeroWall(), a.clock.Sync()
		a.synced.Store(synced)
		a.metrics.TrustClock(synced)
		if w.step(zero.Sub(first), synced) {
			a.record(&buffer.Event{
				Kind: buffer.Clock, Severity: buffer.Info, Type: buffer.Gauge, Metric: "clock_offset_seconds", Value: w.offset.Seconds(), Unit: buffer.Seconds, Status: "success",
				Note: fmt.Sprintf("zero=%s synchronised=%t how=%s", zero.Format(time.RFC3339Nano), synced, a.clock.How),
			})
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
