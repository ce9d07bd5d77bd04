package uplink

import (
	"context"
	"math/rand/v2"
	"time"
)

// keepConnected calls connect, which makes one connection and uses it until it ends, again and again until ctx is done. connect
// returns whether the connection was established.
func keepConnected(ctx context.Context, link *linkState, connect func(context.Context) (established bool, err error)) {
	lost := time.Now()
	for ctx.Err() == nil {
		begun := time.Now()
		established, err := connect(ctx)
		if established {
			lost = time.Now()
		}
		link.ended(established, time.Since(begun), err)
		pause(ctx, time.Since(lost), time.Since(begun))
	}
}

// pause waits between two attempts, given for how long the broker has been away and how long the last attempt took. Attempts begin
// at most 1.5 s apart in the first five minutes and at most 5 s apart later, and never at once: two clients with the same id end
// each other's connection.
func pause(ctx context.Context, away, took time.Duration) {
	wait := 400*time.Millisecond + rand.N(600*time.Millisecond)
	if away > 5*time.Minute {
		wait = 2*time.Second + rand.N(3*time.Second)
	}
	timer := time.NewTimer(max(wait-took, 100*time.Millisecond))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
