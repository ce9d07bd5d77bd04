package state

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// spent is a store that nobody runs yet, with documents of 1000 bytes and nothing left of the hour's budget.
func spent(t *testing.T, d Disk) *Store {
	t.Helper()
	s := opened(t, d)
	n := 0
	s.Provide("state", func() any { n++; return []any{n, strings.Repeat("x", 1000)} })
	s.Touch("state")
	s.Flush()
	s.budget.take(burst, time.Now())
	return s
}

// What is urgent stays so whatever changes before it is written.
func TestAnOrdinaryChangeAfterAnUrgentOneDoesNotDelayIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newMemoryDisk()
		s := spent(t, d)
		before := d.written
		s.Urgent("state")
		s.Touch("state")
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- s.Run(ctx) }()
		synctest.Wait()
		if d.written == before {
			t.Error("an urgent change waits for the budget, for an ordinary one came after it")
		}
		cancel()
		<-done
	})
}

// Who may not spend more than the budget does not wait for it either, and nobody after him.
func TestAChangeThatWaitsForTheBudgetIsNotAwaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newMemoryDisk()
		s := spent(t, d)
		before, begun := d.written, time.Now()
		for range 2 {
			if kept, err := s.await("state", s.change("state", true, false)); err != nil || kept || time.Since(begun) != 0 || d.written != before {
				t.Errorf("await = %v after %v with %d bytes written; want nil at once, and nothing written", err, time.Since(begun), d.written-before)
			}
		}
	})
}

func TestWhatIsNotWrittenCostsNothingOfTheBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := opened(t, newMemoryDisk())
		s.Save("locks", "the same")
		s.Flush()
		left := s.budget.has(time.Now())
		for range 10 {
			s.Save("locks", "the same")
			s.Flush()
		}
		if got := s.budget.has(time.Now()); got != left {
			t.Errorf("%v bytes are left, want the %v that were", got, left)
		}
	})
}
