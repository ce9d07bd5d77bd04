package telemetry

import (
	"context"
	"sync"
	"time"
)

// How wrong tokens are slowed down: each of an address waits longer than the one before, up to maxWait, and an address may have few
// of them waiting. Whoever comes with the right one from elsewhere waits for nothing.
const (
	firstWait   = 100 * time.Millisecond // of the second wrong token; the first is a slip
	maxWait     = 2 * time.Second
	triesForget = 10 * time.Minute // without a wrong token: an address begins anew
	maxTriers   = 1024             // addresses remembered; the one that tried longest ago goes first
	maxWaiting  = 32               // wrong tokens that wait at once; the next is answered at once
	maxOwnWait  = 4                // of one address; with so many, no token of it is looked at
)

// tries counts wrong tokens by address.
type tries struct {
	now     func() time.Time
	stop    <-chan struct{} // closed when the server ends: nobody waits any more
	waiting *capacity

	mu sync.Mutex
	by map[string]*trier
}

// trier is an address that wrong tokens came from.
type trier struct {
	wrong int
	last  time.Time
}

func newTries(now func() time.Time, stop <-chan struct{}) *tries {
	return &tries{now: now, stop: stop, waiting: newCapacity(maxWaiting, maxOwnWait), by: map[string]*trier{}}
}

// busy reports an address that has as many wrong tokens waiting as it may.
func (t *tries) busy(client string) bool { return t.waiting.full(client) }

// wrong counts a wrong token and waits as long as that address must.
func (t *tries) wrong(ctx context.Context, client string) {
	wait := t.count(client)
	if _, ok := t.waiting.take(client); !ok {
		return
	}
	defer t.waiting.give(client)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-t.stop:
	}
}

// count counts a wrong token, and gives how long it must wait.
func (t *tries) count(client string) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	one := t.by[client]
	if one == nil || now.Sub(one.last) > triesForget {
		if one == nil && len(t.by) >= maxTriers {
			delete(t.by, t.oldest())
		}
		one = &trier{}
		t.by[client] = one
	}
	one.last = now
	one.wrong++
	if one.wrong == 1 {
		return 0
	}
	return min(maxWait, firstWait<<min(one.wrong-2, 10))
}

// oldest is the address that tried longest ago. The caller holds mu.
func (t *tries) oldest() (client string) {
	var last time.Time
	for c, one := range t.by {
		if client == "" || one.last.Before(last) {
			client, last = c, one.last
		}
	}
	return client
}
