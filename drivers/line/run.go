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
	o.Start(ctx, func(err error) { ended <- err })
	return <-ended
}

// Start is [Owner.Run] without a goroutine that does nothing but wait for it: it returns at once, and ended is called once, when
// the line is closed. A panic of the goroutine that has the line is an error that says so, with its stack.
func (o *Owner) Start(ctx context.Context, ended func(error)) {
	cut := context.AfterFunc(ctx, o.stop)
	var once sync.Once
	go o.tend(ctx, time.Time{}, func(err error) {
		once.Do(func() {
			cut()
			o.lose(errStopped)
			ended(err)
		})
	})
}

// tend opens the line and serves it until ctx is done. Where a write does not return, it is left behind and another tend goes on in its
// place. opened is when the line was last opened; zero = it never was.
func (o *Owner) tend(ctx context.Context, opened time.Time, end func(error)) {
	defer func() {
		if p := recover(); p != nil {
			o.giveUpCurrent(fmt.Errorf("%w: panic: %v", drivers.ErrPortLost, p))
			end(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	for {
		if !opened.IsZero() && !sleep(ctx, absentCheck-time.Since(opened)) { // a line that is lost as soon as it is opened
			break
		}
		handle := o.connect(ctx)
		if handle == nil {
			break
		}
		opened = time.Now()
		begun := opened
		s := newSession(o, handle, func() { go o.tend(ctx, begun, end) })
		if errors.Is(s.run(ctx), errLeft) {
			return
		}
	}
	end(nil)
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
		o.mu.Unlock()
		if !unavailable || ctx.Err() != nil {
			return ctx.Err() == nil
		}
		o.lose(fmt.Errorf("%w: %d writes do not return; free the line, or restart", drivers.ErrPortLost, maxLeftBehind))
		select {
		case <-ctx.Done():
		case <-o.returned:
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
	close(o.changed)
	o.changed = make(chan struct{})
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
