package device

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/agent/task"
)

func TestOneOperationAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSession()
		inner, end, err := s.take(t.Context(), s.mark())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, _, err := s.take(ctx, s.mark()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a second turn = %v, want %v", err, context.DeadlineExceeded)
		}
		end()
		if inner.Err() == nil {
			t.Error("the context of an operation that ended is not done")
		}
		for range 64 { // it is chance whether the turn or the end of the context comes first
			if _, _, err := s.take(ctx, s.mark()); !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("a turn for who has given up = %v, want %v", err, context.DeadlineExceeded)
			}
		}
		if len(s.token) != 0 {
			t.Error("who has given up keeps the turn")
		}
	})
}

// A halt announces itself for as long as it lasts, and is refused nothing by one that went before or was given up.
func TestHaltAnnouncesItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSession()
		_, end, _ := s.take(t.Context(), s.mark())
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := s.halt(ctx, time.Second, nil); !errors.Is(err, context.DeadlineExceeded) || s.halting != 0 {
			t.Errorf("a halt whose time is over = %v, %d announced; want %v and none", err, s.halting, context.DeadlineExceeded)
		}
		end()
		err := s.halt(t.Context(), time.Second, func(context.Context) error {
			if s.halting != 1 {
				t.Errorf("%d halts announced while one runs, want 1", s.halting)
			}
			return errBusy
		})
		if !errors.Is(err, errBusy) || s.halting != 0 || len(s.token) != 0 {
			t.Errorf("halt = %v, %d announced, turn taken %d; want its own error and nothing left", err, s.halting, len(s.token))
		}
	})
}

func TestQuiesce(t *testing.T) {
	for _, c := range []struct {
		state string
		lasts func(ctx context.Context) // an operation
		took  time.Duration
	}{
		{"nothing under way", nil, 0},
		{"what ends in time", func(ctx context.Context) { time.Sleep(time.Second) }, time.Second},
		{"what ends when it is cut", func(ctx context.Context) { task.Wait(ctx, time.Hour) }, 2 * time.Second},
		{"what does not end", func(ctx context.Context) { time.Sleep(time.Minute) }, 2*time.Second + haltTimeout},
	} {
		t.Run(c.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSession()
				if c.lasts != nil {
					inner, end, err := s.take(t.Context(), s.mark())
					if err != nil {
						t.Fatal(err)
					}
					go func() {
						defer end()
						c.lasts(inner)
					}()
				}
				begun := time.Now()
				if s.quiesce(2 * time.Second); time.Since(begun) != c.took {
					t.Errorf("it took %v, want %v", time.Since(begun), c.took)
				}
				time.Sleep(time.Minute)
				for range 2 {
					if _, _, err := s.take(t.Context(), s.mark()); !errors.Is(err, errGone) {
						t.Errorf("a turn = %v, want %v", err, errGone)
					}
				}
				halted := false
				if err := s.halt(t.Context(), time.Second, func(context.Context) error { halted = true; return nil }); err != nil || !halted {
					t.Errorf("a halt = %v, made %t; want it made", err, halted)
				}
				s.resume()
				if _, end, err := s.take(t.Context(), s.mark()); err != nil {
					t.Errorf("a turn afterwards = %v, want nil", err)
				} else {
					end()
				}
			})
		})
	}
}

// A halt that is under way is not cut where the device is to be put to rest.
func TestQuiesceWaitsForAHalt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSession()
		var made error
		go s.halt(t.Context(), time.Second, func(ctx context.Context) error { made = task.Wait(ctx, 2500*time.Millisecond); return made })
		synctest.Wait()
		begun := time.Now()
		if s.quiesce(2 * time.Second); made != nil || time.Since(begun) != 2500*time.Millisecond {
			t.Errorf("the halt ended with %v after %v, want nil after 2.5s", made, time.Since(begun))
		}
	})
}
