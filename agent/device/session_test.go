package device

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/agent/task"
)

func TestTurn(t *testing.T) {
	ctx := context.Background()
	t.Run("a halt cuts what is under way and runs alone", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newSession()
			inner, end, err := s.take(ctx, s.mark())
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				<-inner.Done()
				time.Sleep(10 * time.Millisecond) // a driver that needs a moment to give up
				end()
			}()
			ran := false
			if err := s.halt(ctx, time.Second, func(context.Context) error { ran = true; return nil }); err != nil || !ran {
				t.Errorf("halt = %v, ran %t; want nil, true", err, ran)
			}
			if inner.Err() == nil {
				t.Error("the operation under way was not cancelled")
			}
		})
	})
	t.Run("what was asked for before a halt does not begin after it", func(t *testing.T) {
		s := newSession()
		mark := s.mark()
		s.halt(ctx, time.Second, func(context.Context) error { return nil })
		if _, _, err := s.take(ctx, mark); !errors.Is(err, errHalted) {
			t.Errorf("take with an old mark = %v, want %v", err, errHalted)
		}
		if _, end, err := s.take(ctx, s.mark()); err != nil {
			t.Errorf("take with a new mark = %v, want nil", err)
		} else {
			end()
		}
	})
	t.Run("an operation that does not end makes the halt say so within its patience", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newSession()
			_, end, _ := s.take(ctx, s.mark())
			begun := time.Now()
			err := s.halt(ctx, time.Second, func(context.Context) error { return nil })
			if !errors.Is(err, errBusy) || time.Since(begun) != time.Second {
				t.Errorf("halt = %v after %v, want %v after 1s", err, time.Since(begun), errBusy)
			}
			end()
		})
	})
	t.Run("a halt's own context is not cut by the next halt", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newSession()
			var first error
			go s.halt(ctx, time.Second, func(ctx context.Context) error { first = task.Wait(ctx, 100*time.Millisecond); return first })
			synctest.Wait()
			if err := s.halt(ctx, time.Second, func(context.Context) error { return nil }); err != nil || first != nil {
				t.Errorf("second halt = %v, first ended with %v; want nil, nil", err, first)
			}
		})
	})
}

func TestTurnIsNotTakenWhileAHaltWaitsForIt(t *testing.T) {
	s := newSession()
	s.halting = 1 // between its announcing itself and its queueing
	if _, _, err := s.take(t.Context(), s.mark()); !errors.Is(err, errHalted) {
		t.Errorf("take = %v, want %v: the halt would wait for it, and not cut it", err, errHalted)
	}
	s.halting = 0
	if _, end, err := s.take(t.Context(), s.mark()); err != nil {
		t.Errorf("take after it = %v, want nil", err)
	} else {
		end()
	}
}

// The polls of a loop have one context, which costs nothing, until a halt cuts one of them: the next has another.
func TestContextOfPolls(t *testing.T) {
	s := newSession()
	poll := func(ctx context.Context) (context.Context, func()) {
		t.Helper()
		inner, end, err := s.takePoll(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return inner, end
	}
	first, end := poll(t.Context())
	end()
	if first.Err() != nil {
		t.Errorf("the context of polls after one = %v, want it to go on", first.Err())
	}
	if allocations := testing.AllocsPerRun(100, func() { _, end := poll(t.Context()); end() }); allocations != 0 {
		t.Errorf("%g allocations for the turn of a poll, want none", allocations)
	}
	second, end := poll(t.Context())
	if second != first {
		t.Error("the next poll has another context")
	}
	_ = s.halt(t.Context(), 0, nil) // it cuts the poll, and does not wait for its end
	if second.Err() == nil {
		t.Error("a poll that a halt cut goes on")
	}
	end()
	third, end := poll(t.Context())
	if third.Err() != nil {
		t.Errorf("the context of the poll after a halt = %v, want another one", third.Err())
	}
	_ = s.halt(t.Context(), 0, nil)
	if third.Err() == nil {
		t.Error("the second poll that a halt cut goes on")
	}
	end()
	loop, stop := context.WithCancel(t.Context())
	fourth, end := poll(loop)
	end()
	stop()
	if fourth.Err() == nil {
		t.Error("polls go on after the end of their loop")
	}
	if _, _, err := s.takePoll(loop); !errors.Is(err, context.Canceled) {
		t.Errorf("a poll of a loop that has ended = %v, want context.Canceled", err)
	}
}
