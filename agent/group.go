package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// group runs goroutines of the house. The first that fails or panics is reported, so that the house is stopped in order
// and halts what can be dangerous.
type group struct {
	ctx    context.Context
	cancel context.CancelFunc
	fail   func(error) // told why a goroutine failed; must not wait for the group
	wg     sync.WaitGroup
}

// errPanic is wrapped by the error of a goroutine that panicked.
var errPanic = errors.New("panic")

func newGroup(ctx context.Context, fail func(error)) *group {
	g := &group{fail: fail}
	g.ctx, g.cancel = context.WithCancel(ctx)
	return g
}

// start runs f until it returns.
func (g *group) start(name string, f func(context.Context) error) {
	g.wg.Go(func() { g.report(name, guarded(g.ctx, name, f)) })
}

// startOne runs f until it returns. What it gives ends f alone and waits for it.
func (g *group) startOne(name string, f func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(g.ctx)
	done := make(chan struct{})
	g.wg.Go(func() {
		defer close(done)
		g.report(name, guarded(ctx, name, f))
	})
	return func() {
		cancel()
		<-done
	}
}

func (g *group) report(name string, err error) {
	if err != nil && (g.ctx.Err() == nil || errors.Is(err, errPanic)) {
		g.fail(fmt.Errorf("%s: %w", name, err))
	}
}

// stop ends the group and waits.
func (g *group) stop() {
	g.cancel()
	g.wg.Wait()
}

// stopWithin ends the group and waits for at most bound. It says whether all ended.
func (g *group) stopWithin(bound time.Duration) bool {
	done := make(chan struct{})
	go func() { // ends with the last of the group, or with the process
		g.stop()
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

// guarded runs f and turns a panic into an error with its stack.
func guarded(ctx context.Context, name string, f func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w in %s: %v\n%s", errPanic, name, p, debug.Stack())
		}
	}()
	return f(ctx)
}
