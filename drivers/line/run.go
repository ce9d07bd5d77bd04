package line

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"sync"
	"time"

	"pychron-edge/drivers"
)

// Intervals between two attempts to open a line: absentCheck while it is not plugged in, growing to backOffMax while it refuses.
const (
	absentCheck = 250 * time.Millisecond
	backOffMax  = 2 * time.Second
)

var errStopped = fmt.Errorf("%w: the line was closed", drivers.ErrPortLost)

// Run opens the line, serves it, and opens it again whenever it was lost, until ctx is done. It returns nil when the
// line is closed; only goroutines whose write does not return are left behind.
func (o *Owner) Run(ctx context.Context) error {
	ended := make(chan error, 1)
	stop := context.AfterFunc(ctx, o.Start(ctx, onItsOwn, func(err error) { ended <- err }))
	defer stop()
	return <-ended
}

// onItsOwn runs f on a goroutine of its own.
func onItsOwn(f func()) { go f() }

// Start is [Owner.Run] without a goroutine that does nothing but wait for it: it returns at once, and ended is called once, when
// the line is closed. run runs a function on a goroutine, at once. What it gives is to be called when ctx is done. A panic of the goroutine that has the line is an error that says so,
// with its stack.
func (o *Owner) Start(ctx context.Context, run func(func()), ended func(error)) (stop func()) {
	t := newTending(ctx, o, run)
	var once sync.Once
	t.end = func(err error) {
		once.Do(func() {
			o.lose(errStopped)
			ended(err)
		})
	}
	t.start(t.resume)
	return o.stop
}

// tending opens a line and serves it until ctx is done. One goroutine at a time runs it, and none while the line is open and idle: see
// session.park. Where a write does not return, its goroutine is left behind with it, and another tending goes on in its place.
type tending struct {
	owner   *Owner
	ctx     context.Context
	end     func(error)
	opened  time.Time // when the line was last opened; zero = it never was
	session *session  // nil: the line is not open
	start   func(func())
	resume  func() // run: named as a method, it would be allocated anew each time
}

func newTending(ctx context.Context, o *Owner, start func(func())) *tending {
	t := &tending{owner: o, ctx: ctx, start: start}
	t.resume = t.run
	return t
}

func (t *tending) run() {
	defer func() {
		if p := recover(); p != nil {
			t.owner.giveUpCurrent(fmt.Errorf("%w: panic: %v", drivers.ErrPortLost, p))
			t.end(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	for t.session != nil || t.open() {
		if err := t.session.run(t.ctx); errors.Is(err, errParked) || errors.Is(err, errLeft) {
			return // it is another goroutine's by now, or none's
		}
		t.session = nil
	}
	t.end(nil)
}

// open opens the line, however long that takes; false when ctx is done.
func (t *tending) open() bool {
	if !t.opened.IsZero() && !sleep(t.ctx, absentCheck-time.Since(t.opened)) { // a line that is lost as soon as it is opened
		return false
	}
	handle := t.owner.connect(t.ctx)
	if handle == nil {
		return false
	}
	t.opened = time.Now()
	t.session = newSession(t, handle)
	return true
}

// follow goes on in place of one whose goroutine was left behind.
func (t *tending) follow() {
	next := newTending(t.ctx, t.owner, t.start)
	next.end, next.opened = t.end, t.opened
	t.start(next.resume)
}

// giveUpCurrent fails the exchange under way, for nobody goes on with it.
func (o *Owner) giveUpCurrent(why error) {
	o.mu.Lock()
	r := o.current
	o.current = nil
	o.mu.Unlock()
	if r != nil {
		r.spoiled = true
		r.finish(nil, why)
	}
}

// stop cuts the exchange under way, so that Run does not wait for its deadline.
func (o *Owner) stop() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stopping = true
	if o.current != nil {
		o.cut(o.current)
	}
	o.wakeUp()
}

// connect opens the line, however long that takes. It returns nil when ctx is done.
func (o *Owner) connect(ctx context.Context) Handle {
	backOff := absentCheck
	for o.mayOpen(ctx) {
		handle, err := o.open(ctx, o.address)
		if err == nil {
			return o.awaitSettle(ctx, handle)
		}
		o.lose(fmt.Errorf("%w: %w", drivers.ErrPortLost, err))
		pause := absentCheck
		if errors.Is(err, fs.ErrNotExist) {
			backOff = absentCheck
		} else {
			pause = backOff
			backOff = min(2*backOff, backOffMax)
		}
		if !sleep(ctx, pause) {
			return nil
		}
	}
	return nil
}

// mayOpen waits while too many handles were left behind; false when ctx is done.
func (o *Owner) mayOpen(ctx context.Context) bool {
	for {
		o.mu.Lock()
		o.state.Unavailable = o.behind >= maxLeftBehind
		unavailable := o.state.Unavailable
		if unavailable && o.returned == nil {
			o.returned = make(chan struct{}, 1)
		}
		returned := o.returned
		o.mu.Unlock()
		if !unavailable || ctx.Err() != nil {
			return ctx.Err() == nil
		}
		o.lose(fmt.Errorf("%w: %d writes do not return; free the line, or restart", drivers.ErrPortLost, maxLeftBehind))
		select {
		case <-ctx.Done():
		case <-returned:
		}
	}
}

// awaitSettle waits as long as the instruments at the other end need after the line was opened, and then takes requests. It closes
// the handle and returns nil when ctx is done meanwhile.
func (o *Owner) awaitSettle(ctx context.Context, handle Handle) Handle {
	o.mu.Lock()
	o.down = nil
	settle := o.settle
	o.mu.Unlock()
	if !sleep(ctx, settle) {
		handle.Close()
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.stamp(time.Time{})
	if !o.state.Since.IsZero() {
		o.state.Away = now.Sub(o.state.Since)
	}
	o.state.Open, o.state.Err, o.state.Since = true, nil, now
	if a, ok := handle.(interface{ Adapter() string }); ok {
		o.state.Adapter = a.Adapter()
	}
	o.state.Opens++
	o.state.Reopens = o.state.Opens - 1
	o.announce()
	return handle
}

// lose refuses all requests from now on, those that wait and the Hold included.
func (o *Owner) lose(why error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.down, o.state.Err = why, why
	for p := range o.queue {
		for _, r := range o.queue[p] {
			r.finish(nil, why)
		}
		o.queue[p] = o.queue[p][:0]
	}
	if o.holder != nil && o.holder.ended == nil {
		o.endHold(o.holder, why)
	}
	o.holder = nil
	if o.state.Open {
		o.state.Open, o.state.Since = false, o.stamp(time.Time{})
		o.announce()
	}
}

// announce wakes those who wait for the line to be opened or lost. mu is held.
func (o *Owner) announce() {
	if o.changed != nil {
		close(o.changed)
		o.changed = nil
	}
	for _, w := range o.watchers {
		w.Wake()
	}
}

// sleep waits; false when ctx is done.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
