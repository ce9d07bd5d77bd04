package thrift

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// used is the rule of a machine with four processors, and what it sets.
func used(fixed int, trim func()) (*Processors, func() []int) {
	var mu sync.Mutex
	var all []int
	p := NewProcessors(fixed, 4, 100, trim)
	p.set = func(n int) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, n)
	}
	return p, func() []int {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(all)
	}
}

func TestAllProcessorsWhileSomebodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, set := used(0, nil)
		p.Start()
		time.Sleep(linger - 1)
		if now, limit := p.Now(); len(set()) != 0 || now != 4 || limit != 4 {
			t.Errorf("while it starts: set %v, and %d of %d, want none, 4 of 4", set(), now, limit)
		}
		time.Sleep(time.Second)
		first, second := p.Take(true), p.Take(false)
		time.Sleep(time.Second)
		first()
		time.Sleep(time.Second)
		if got := set(); !slices.Equal(got, []int{1, 4}) {
			t.Errorf("with one of two calls under way: set %v, want 1 after the start and then 4", got)
		}
		second()
		time.Sleep(linger / 2)
		p.Touch()
		time.Sleep(linger * 3 / 4)
		if now, limit := p.Now(); now != 4 || limit != 4 {
			t.Errorf("shortly after an event: %d of %d, want 4 of 4", now, limit)
		}
		time.Sleep(linger)
		if got := set(); !slices.Equal(got, []int{1, 4, 1}) {
			t.Errorf("a moment after the last: set %v, want 1 again", got)
		}
		p.Stop()
		time.Sleep(time.Hour)
		if got := set(); got[len(got)-1] != 4 {
			t.Errorf("at the end: set %v, want 4", got)
		}
	})
}

func TestFixedProcessorsStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, set := used(2, nil)
		p.Start()
		p.Touch()
		p.Take(true)()
		time.Sleep(time.Second)
		p.Stop()
		if got := set(); !slices.Equal(got, []int{2}) {
			t.Errorf("set %v, want 2 once", got)
		}
	})
}

func TestMemoryIsGivenBackAfterTheLastLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trims := make(chan time.Time, 10)
		p, _ := used(0, func() { trims <- time.Now() })
		p.Start()
		began := time.Now()
		for range 100 {
			time.Sleep(time.Second)
			p.Take(false)() // a scrape is no look
			p.Touch()
		}
		if len(trims) != 1 {
			t.Fatalf("%d times in 100 s of scrapes, want once", len(trims))
		}
		if at := (<-trims).Sub(began); at != trimAfter {
			t.Errorf("first after %v, want %v", at, trimAfter)
		}
		for range 100 {
			time.Sleep(time.Second)
			p.Take(true)()
		}
		if len(trims) != 0 {
			t.Errorf("%d times while the page was looked at, want none", len(trims))
		}
		time.Sleep(2 * trimAfter)
		if len(trims) != 1 {
			t.Errorf("%d times after it, want once", len(trims))
		}
		p.Stop()
	})
}

func TestProcessorsForManyReadings(t *testing.T) {
	for _, c := range []struct {
		machine  int
		readings float64
		want     int
	}{{1, 100, 1}, {4, 0, 1}, {4, 999, 1}, {4, 1000, 2}, {4, 2500, 3}, {4, 1e6, 4}, {2, 2500, 2}} {
		if got := Calm(c.machine, c.readings); got != c.want {
			t.Errorf("Calm(%d, %g) = %d, want %d", c.machine, c.readings, got, c.want)
		}
	}
}

func TestNoBoardLeavesAllAsItIs(t *testing.T) {
	var b *Board
	b.Touch()
	b.Take(true)()
	b.Stop()
	if used, limit, _, err := b.Status(); used != limit || used < 1 || err != nil {
		t.Errorf("Status() = %d of %d, %v, want what the runtime has", used, limit, err)
	}
}
