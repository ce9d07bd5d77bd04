package task

import (
	"sync"
	"testing"
	"testing/synctest"
)

// Each piece of work runs at once, beside those that are under way; the next ones run on goroutines that are there, of which not more are
// kept than may be, nor longer than they are needed, and none after the end.
func TestWorkersAreKeptAndEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &workers{}
		idle := func() int {
			synctest.Wait()
			w.mu.Lock()
			defer w.mu.Unlock()
			return len(w.idle)
		}
		for range 100 {
			w.run(func() {})
			if n := idle(); n != 1 {
				t.Fatalf("%d are kept after one piece after the other, want 1", n)
			}
		}
		var under sync.WaitGroup
		under.Add(3 * maxIdle)
		release := make(chan struct{})
		for range 3 * maxIdle {
			w.run(func() {
				under.Done()
				<-release
			})
		}
		under.Wait() // or one has waited for another
		if n := idle(); n != 0 {
			t.Errorf("%d have nothing to do while all work", n)
		}
		close(release)
		if n := idle(); n != maxIdle {
			t.Errorf("%d are kept after many at once, want %d", n, maxIdle)
		}
		for range 2 * maxPieces {
			w.run(func() {})
			synctest.Wait()
		}
		if n := idle(); n != 1 {
			t.Errorf("%d are kept long after many at once, want the one that works", n)
		}
		w.end()
		ran := false
		w.run(func() { ran = true })
		if n := idle(); n != 0 || !ran {
			t.Errorf("after the end %d are kept, and a piece of work ran: %v; want none, and that it ran", n, ran)
		}
	}) // which fails if a goroutine is left
}
