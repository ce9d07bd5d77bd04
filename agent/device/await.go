package device

import (
	"context"
	"time"

	"pychron-edge/agent/task"
)

// ReadUntil polls until there is an answer. An instrument that is only heard from is waited for.
func (i *Device) ReadUntil(ctx context.Context) {
	i.AwaitLine(ctx, OpenBound)
	for ctx.Err() == nil {
		i.Poll(ctx)
		if c, _ := i.Status(); c.Success > 0 {
			return
		}
		if c, _ := i.Status(); c.failures >= 2 {
			return
		}
		if task.Wait(ctx, 100*time.Millisecond) != nil {
			return
		}
	}
}

// OpenBound is how long a freed line may take to open.
const OpenBound = 2 * time.Second

// AwaitLine waits until the instrument's line is open, for at most patience, and opens the device.
func (i *Device) AwaitLine(ctx context.Context, timeout time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
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
