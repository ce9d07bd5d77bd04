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

// Begin starts what has goroutines of its own: f returns at once, and calls ended when all is over. No goroutine waits for it. What it gives
// ends f alone and waits for its end.
func (g *Group) Begin(name string, f func(ctx context.Context, ended func(error))) (stop func()) {
	ctx, cancel := context.WithCancel(g.ctx)
	done := make(chan struct{})
	g.Wg.Add(1)
	f(ctx, func(err error) {
		defer g.Wg.Done()
		defer close(done)
		g.Report(name, err)
	})
	return func() {
		cancel()
		<-done
	}
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
