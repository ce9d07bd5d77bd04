package rawline

import (
	"context"
	"sync"
	"time"
)

// ask is one request of a client that waits for the line.
type ask struct {
	from    *client
	request string // without its end
}

// queue are the requests that wait, in the order in which they came.
type queue struct {
	mu   sync.Mutex
	asks []ask
	wake chan struct{} // buffered 1
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

func (q *queue) put(a ask) {
	q.mu.Lock()
	q.asks = append(q.asks, a)
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// take takes the requests out that pick picks, at most n of them.
func (q *queue) take(n int, pick func(ask) bool) (taken []ask) {
	q.mu.Lock()
	defer q.mu.Unlock()
	others := q.asks[:0]
	for _, a := range q.asks {
		if len(taken) < n && pick(a) {
			taken = append(taken, a)
		} else {
			others = append(others, a)
		}
	}
	q.asks = others
	return taken
}

// await waits for a request that pick picks, until ctx is done or the time is over; a limit of 0 is none.
func (q *queue) await(ctx context.Context, limit time.Duration, pick func(ask) bool) (ask, bool) {
	var over <-chan time.Time
	if limit > 0 {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		over = timer.C
	}
	for {
		if got := q.take(1, pick); len(got) > 0 {
			return got[0], true
		}
		select {
		case <-ctx.Done():
			return ask{}, false
		case <-over:
			return ask{}, false
		case <-q.wake:
		}
	}
}
