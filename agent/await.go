package main

import (
	"context"
	"time"
)

// readUntil polls until there is an answer. An instrument that is only heard from is waited for.
func (i *instrument) readUntil(ctx context.Context) {
	i.awaitLine(ctx, openBound)
	for ctx.Err() == nil {
		i.poll(ctx)
		if c, _ := i.status(); c.success > 0 {
			return
		}
		if c, _ := i.status(); c.failures >= 2 {
			return
		}
		if wait(ctx, 100*time.Millisecond) != nil {
			return
		}
	}
}

// openBound is how long a freed line may take to open.
const openBound = 2 * time.Second

// awaitLine waits until the instrument's line is open, for at most patience, and opens the device.
func (i *instrument) awaitLine(ctx context.Context, patience time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		changed := i.changed()
		if _, open := i.lineOpens(); open {
			break
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
	}
}
