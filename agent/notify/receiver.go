package notify

import (
	"context"
	"errors"
	"sync"
	"time"

	"pychron-edge/agent/config"
	"pychron-edge/agent/task"
)

const (
	sendTimeout = 10 * time.Second // of one attempt
	firstPause  = time.Second      // after a failure, doubled with every other
	maxPause    = 5 * time.Minute
)

// receiver is one way to reach somebody, with its own queue and its own pace.
type receiver struct {
	notifier *Notifier
	wake     chan struct{}

	mu       sync.Mutex
	to       config.NotifyConfig
	queue    queue
	failures int       // in a row
	why      string    // of the last failure, "" after a success
	since    time.Time // of the first failure in a row
	paused   time.Time // nothing is sent before
	cancel   context.CancelFunc
}

func newReceiver(n *Notifier, to config.NotifyConfig) *receiver {
	return &receiver{notifier: n, to: to, wake: make(chan struct{}, 1)}
}

// run sends what waits until ctx is done.
func (r *receiver) run(ctx context.Context) error {
	for ctx.Err() == nil {
		e, to, wait := r.take()
		if e == nil {
			r.rest(ctx, wait)
			continue
		}
		attempt, cancel := context.WithTimeout(ctx, sendTimeout)
		err := r.notifier.send(attempt, to, e.Message)
		cancel()
		r.judge(e, err)
		r.notifier.touch()
	}
	return nil
}

// rest waits for so long, or until something is added; 0 = only that.
func (r *receiver) rest(ctx context.Context, wait time.Duration) {
	var after <-chan time.Time
	if wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		after = t.C
	}
	select {
	case <-ctx.Done():
	case <-r.wake:
	case <-after:
	}
}

// add queues a message. It does no I/O.
func (r *receiver) add(m Message) {
	now := r.notifier.o.Now()
	r.mu.Lock()
	m.Queued = now
	if m.State == Raised {
		m.Due = now.Add(r.to.Delay)
	}
	superseded, dropped := r.queue.add(m)
	r.mu.Unlock()
	r.notifier.count(m.To, "superseded", superseded)
	if dropped != nil {
		r.notifier.dropped(*dropped, "more wait than the receiver's queue takes")
	}
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// take gives the next message to send and where to, or how long to wait.
func (r *receiver) take() (*entry, config.NotifyConfig, time.Duration) {
	now := r.notifier.o.Now()
	r.mu.Lock()
	old := r.queue.expire(now)
	wait := r.queue.remind(now, r.to.Repeat)
	var e *entry
	if left := r.paused.Sub(now); left > 0 {
		wait = left
	} else {
		var until time.Duration
		e, until = r.queue.take(now)
		wait = sooner(wait, until)
	}
	to := r.to
	r.mu.Unlock()
	for _, m := range old {
		r.notifier.dropped(m, "it could not be sent for a day")
	}
	return e, to, wait
}

// judge notes how an attempt ended.
func (r *receiver) judge(e *entry, err error) {
	now := r.notifier.o.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.queue.done(e, now)
		r.failures, r.why, r.paused = 0, "", time.Time{}
		r.notifier.count(e.To, "sent", 1)
		return
	}
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{err: err}
	}
	r.notifier.count(e.To, "superseded", r.queue.failed(e, f.uncertain))
	if r.why == "" {
		r.since = now
	}
	r.why = err.Error()
	if f.refused {
		e.refusals++
		e.next = now.Add(pauseAfter(e.refusals, f.after))
		return
	}
	r.failures++
	r.paused = now.Add(pauseAfter(r.failures, f.after))
}

// pauseAfter is how long to wait after so many failures in a row: what the receiver asked for, else 1 s doubling to 5 min.
func pauseAfter(failures int, asked time.Duration) time.Duration {
	if asked > 0 {
		return min(asked, maxAge)
	}
	return min(firstPause<<min(failures-1, 16), maxPause)
}

// start begins to send, once.
func (r *receiver) start(ctx context.Context, wg *sync.WaitGroup, fail func(error)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cancel != nil {
		return
	}
	ctx, r.cancel = context.WithCancel(ctx)
	wg.Go(func() {
		if err := task.Recovered(ctx, "receiver "+r.to.Name, r.run); err != nil {
			fail(err)
		}
	})
}

func (r *receiver) name() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.to.Name
}

// adopt takes other settings, and tries at once: they may be what was wrong.
func (r *receiver) adopt(to config.NotifyConfig) {
	r.mu.Lock()
	r.to, r.paused, r.failures = to, time.Time{}, 0
	for _, e := range r.queue.waiting {
		e.next = time.Time{}
	}
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// end stops sending and gives what still waits.
func (r *receiver) end() (left []Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cancel != nil {
		r.cancel()
	}
	for _, e := range r.queue.waiting {
		left = append(left, e.Message)
	}
	return left
}
