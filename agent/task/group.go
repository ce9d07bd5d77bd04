package task

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// Group runs goroutines of the agent. The first that fails or panics is reported, so that the agent is stopped in order
// and halts what can be dangerous.
type Group struct {
	ctx    context.Context
	cancel context.CancelFunc
	Fail   func(error) // told why a goroutine failed; must not wait for the group
	Wg     sync.WaitGroup

	workers workers // for what was begun

	mu    sync.Mutex
	begun map[*begun]struct{} // and is not over; nil before the first
}

// ErrPanic is wrapped by the error of a goroutine that panicked.
var ErrPanic = errors.New("panic")

func NewGroup(ctx context.Context, fail func(error)) *Group {
	g := &Group{Fail: fail}
	g.ctx, g.cancel = context.WithCancel(ctx)
	return g
}

// Start runs f until it returns.
func (g *Group) Start(name string, f func(context.Context) error) {
	g.Wg.Go(func() { g.Report(name, Recovered(g.ctx, name, f)) })
}

// begun is what a group has begun and is not over. That its context is done it is told by a call: to hear of it, each would keep a map and a
// channel with its context.
type begun struct {
	cancel context.CancelFunc
	wake   func() // nil while it begins
}

// Beginning begins something that has a goroutine only while it has something to do: it returns at once, has each piece of its work run by
// run, and calls ended when all is over. Once ctx is done, wake is called, from any goroutine and perhaps more than once.
type Beginning func(ctx context.Context, run func(func()), ended func(error)) (wake func())

// Begin begins f. No goroutine waits for it. What Begin gives ends f alone and waits for its end.
func (g *Group) Begin(name string, f Beginning) (stop func()) {
	ctx, cancel := context.WithCancel(g.ctx)
	b, done := &begun{cancel: cancel}, make(chan struct{})
	g.Wg.Add(1)
	g.hold(b)
	wake := f(ctx, g.workers.run, func(err error) {
		defer g.Wg.Done()
		defer close(done)
		g.forget(b)
		g.Report(name, err)
	})
	g.mu.Lock()
	b.wake = wake
	g.mu.Unlock()
	if ctx.Err() != nil { // the group has ended, and could not wake it yet
		wake()
	}
	return func() {
		cancel()
		wake()
		<-done
	}
}

func (g *Group) hold(b *begun) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.begun == nil {
		g.begun = map[*begun]struct{}{}
		context.AfterFunc(g.ctx, g.wakeAll)
	}
	g.begun[b] = struct{}{}
}

func (g *Group) forget(b *begun) {
	b.cancel()
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.begun, b)
}

// wakeAll tells all that was begun that the group has ended.
func (g *Group) wakeAll() {
	g.mu.Lock()
	var wakes []func()
	for b := range g.begun {
		b.cancel() // the group's end may not have reached it yet
		if b.wake != nil {
			wakes = append(wakes, b.wake)
		}
	}
	g.mu.Unlock()
	for _, wake := range wakes {
		wake()
	}
	g.workers.end()
}

func (g *Group) Report(name string, err error) {
	if err != nil && (g.ctx.Err() == nil || errors.Is(err, ErrPanic)) {
		g.Fail(fmt.Errorf("%s: %w", name, err))
	}
}

// Stop ends the group and waits.
func (g *Group) Stop() {
	g.cancel()
	g.Wg.Wait()
}

// StopWithin ends the group and waits for at most bound. It says whether all ended.
func (g *Group) StopWithin(bound time.Duration) bool {
	done := make(chan struct{})
	go func() { // ends with the last of the group, or with the process
		g.Stop()
		close(done)
	}()
	t := time.NewTimer(bound)
	defer t.Stop()
	select {
	case <-done:
		return true
	case <-t.C:
		return false
	}
}

// Recovered runs f and turns a panic into an error with its stack.
func Recovered(ctx context.Context, name string, f func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w in %s: %v\n%s", ErrPanic, name, p, debug.Stack())
		}
	}()
	return f(ctx)
}
