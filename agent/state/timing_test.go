package state

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// watchedDisk is a disk that notes when the next version of a document is written, and how often it was opened.
type watchedDisk struct {
	*memoryDisk
	begun  time.Time
	writes []string
	opens  []time.Duration
	closed error // of Open
}

func newWatchedDisk() *watchedDisk {
	return &watchedDisk{memoryDisk: newMemoryDisk(), begun: time.Now()}
}

func (d *watchedDisk) Open() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opens = append(d.opens, time.Since(d.begun))
	return d.closed
}

// with changes what the disk does, while others use it.
func (d *watchedDisk) with(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}

// fails makes every write fail for a reason, "" none.
func (d *watchedDisk) fails(why string) {
	d.with(func() {
		if d.broken = nil; why != "" {
			d.broken = errors.New(why)
		}
	})
}

// list is what was written so far.
func (d *watchedDisk) list() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.writes)
}

func (d *watchedDisk) Write(name string, data []byte) error {
	d.note(name)
	return d.memoryDisk.Write(name, data)
}

func (d *watchedDisk) note(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	first := d.names[name] == nil && d.names[strings.TrimSuffix(name, ".new")+".json"] != nil
	if !first { // else it is room for the next
		d.writes = append(d.writes, fmt.Sprint(strings.TrimSuffix(name, ".new"), " ", time.Since(d.begun)))
	}
}

// When what was changed in which way is written, "one 1s" for a document and the time since the start.
func TestWhenAChangeIsWritten(t *testing.T) {
	half := 500 * time.Millisecond
	for what, c := range map[string]struct {
		do   func(s *Store, d *watchedDisk)
		want []string
	}{
		"touched":                 {func(s *Store, _ *watchedDisk) { s.Touch("one") }, []string{"one 1s"}},
		"touched again":           {func(s *Store, _ *watchedDisk) { s.Touch("one"); time.Sleep(half); s.Touch("one") }, []string{"one 1s"}},
		"touched again later":     {func(s *Store, _ *watchedDisk) { s.Touch("one"); time.Sleep(2 * time.Second); s.Touch("one") }, []string{"one 1s", "one 3s"}},
		"prompt":                  {func(s *Store, _ *watchedDisk) { s.Prompt("one") }, []string{"one 0s"}},
		"urgent":                  {func(s *Store, _ *watchedDisk) { s.Urgent("one") }, []string{"one 0s"}},
		"touched, then prompt":    {func(s *Store, _ *watchedDisk) { s.Touch("one"); time.Sleep(half); s.Prompt("one") }, []string{"one 500ms"}},
		"prompt, then touched":    {func(s *Store, _ *watchedDisk) { s.Prompt("one"); time.Sleep(half); s.Touch("one") }, []string{"one 0s", "one 1.5s"}},
		"urgent, then touched":    {func(s *Store, _ *watchedDisk) { s.Urgent("one"); time.Sleep(half); s.Touch("one") }, []string{"one 0s", "one 1.5s"}},
		"two, one of them urgent": {func(s *Store, _ *watchedDisk) { s.Touch("one"); s.Urgent("two") }, []string{"two 0s", "one 1s"}},
		"three at once, in order": {func(s *Store, _ *watchedDisk) { s.Touch("two"); s.Touch("one"); s.Touch("three") }, []string{"one 1s", "three 1s", "two 1s"}},
		"saved":                   {func(s *Store, _ *watchedDisk) { s.Save("one", "x") }, []string{"one 1s"}},
		"a disk that fails for a while": {func(s *Store, d *watchedDisk) {
			d.fails("full")
			s.Prompt("one")
			time.Sleep(3 * time.Second)
			d.fails("")
		}, []string{"one 0s", "one 5s"}},
		"touched while it is failing": {func(s *Store, d *watchedDisk) {
			d.fails("full")
			s.Urgent("one")
			time.Sleep(time.Second)
			d.fails("")
			s.Touch("one")
		}, []string{"one 0s", "one 5s"}},
		"urgent while it is failing": {func(s *Store, d *watchedDisk) {
			d.fails("full")
			s.Urgent("one")
			time.Sleep(time.Second)
			d.fails("")
			s.Urgent("one")
		}, []string{"one 0s", "one 1s"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newWatchedDisk()
			s, stop := running(t, d)
			n := 0
			for _, name := range []string{"one", "two", "three"} {
				s.Provide(name, func() any { n++; return n })
			}
			synctest.Wait()
			c.do(s, d)
			time.Sleep(20 * time.Second)
			stop()
			if !slices.Equal(d.writes, c.want) {
				t.Errorf("%s: written %q, want %q", what, d.writes, c.want)
			}
		})
	}
}

// What changes while it is being written is written once more, as soon as it would be otherwise.
func TestAChangeWhileItIsWritten(t *testing.T) {
	for what, c := range map[string]struct {
		change func(*Store)
		want   []string
	}{
		"touched": {func(s *Store) { s.Touch("one") }, []string{"one 1s", "one 2s"}}, "prompt": {func(s *Store) { s.Prompt("one") }, []string{"one 1s", "one 1s"}},
		"urgent": {func(s *Store) { s.Urgent("one") }, []string{"one 1s", "one 1s"}}, "nothing": {func(*Store) {}, []string{"one 1s"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newWatchedDisk()
			s, stop := running(t, d)
			n := 0
			s.Provide("one", func() any {
				if n++; n == 1 {
					c.change(s)
				}
				return n
			})
			s.Touch("one")
			time.Sleep(20 * time.Second)
			stop()
			if !slices.Equal(d.writes, c.want) {
				t.Errorf("%s: written %q, want %q", what, d.writes, c.want)
			}
		})
	}
}

// At the end everything is written that was not.
func TestWhatIsLeftIsWrittenAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newWatchedDisk()
		s, stop := running(t, d)
		s.Save("one", 1)
		s.Save("two", 2)
		synctest.Wait()
		if stop(); !slices.Equal(d.writes, []string{"one 0s", "two 0s"}) {
			t.Errorf("written %q, want both", d.writes)
		}
	})
}

// How long a caller of Sync waits, and what it hears.
func TestHowLongSyncWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newWatchedDisk()
		s := opened(t, d) // and nobody writes
		s.Provide("one", func() any { return 1 })
		begun := time.Now()
		if err := s.Sync("one"); err == nil || time.Since(begun) != syncBound || !strings.Contains(err.Error(), "state one is not on disk") {
			t.Errorf("Sync = %v after %v, want that it is not on disk after %v", err, time.Since(begun), syncBound)
		}
		s.Flush()
		s, stop := running(t, d)
		defer stop()
		s.Provide("one", func() any { return 2 })
		d.with(func() { d.failAt = d.steps + 1 })
		begun = time.Now()
		if err := s.Sync("one"); err == nil || time.Since(begun) != 0 || !strings.Contains(err.Error(), "write one: input/output error") {
			t.Errorf("Sync on a disk that fails = %v after %v, want why at once", err, time.Since(begun))
		}
		done := make(chan error)
		for range 3 {
			go func() { done <- s.Sync("one") }()
		}
		for range 3 {
			if err := <-done; err != nil || time.Since(begun) != 0 {
				t.Errorf("one of three = %v after %v, want it on disk", err, time.Since(begun))
			}
		}
	})
}

// A directory that could not be opened is tried each five seconds; whoever asked hears that it is there before anything is written.
func TestADirectoryThatComesLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newWatchedDisk()
		d.closed = errors.New("no such device")
		s := NewStore(d)
		if err := s.State(); err == nil || err.Error() != "not opened" {
			t.Errorf("state before it is opened = %v", err)
		}
		if err := s.Open(); err == nil || err.Error() != "state directory: no such device" {
			t.Errorf("Open = %v", err)
		}
		late, told := []string{}, 0
		s.OnLate(func() { late = append(late, fmt.Sprint(time.Since(d.begun), " ", len(d.list()))) })
		s.OnWrite(func() { told++ })
		stop := ran(t, s)
		s.Save("one", 1)
		if err := s.Load("one", new(int)); err != nil {
			t.Errorf("Load = %v, want nothing there", err)
		}
		if err := s.Sync("one"); err == nil || !strings.Contains(err.Error(), "no such device") || told != 0 {
			t.Errorf("Sync = %v, told of %d writes; want why, and none", err, told)
		}
		time.Sleep(14 * time.Second)
		d.with(func() { d.closed = nil })
		time.Sleep(6 * time.Second)
		stop()
		if !slices.Equal(late, []string{"15s 0"}) || len(d.writes) != 1 || s.State() != nil {
			t.Errorf("late %q, written %q, state %v; want it told once at 15 s, before it is written", late, d.writes, s.State())
		}
		if n := len(d.opens); n < 4 || n > 7 {
			t.Errorf("opened at %v, want about each five seconds", d.opens)
		}
	})
}

// Of several documents that were touched those are written that are not as they were.
func TestOnlyWhatDiffersIsWritten(t *testing.T) {
	d := newWatchedDisk()
	s := opened(t, d)
	values := map[string]int{"one": 1, "two": 2, "three": 3}
	for name := range values {
		s.Provide(name, func() any { return values[name] })
	}
	touched := func() {
		for name := range values {
			s.Touch(name)
		}
		if err := s.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	touched()
	d.writes, values["two"] = nil, 5
	if touched(); len(d.writes) != 1 || !strings.HasPrefix(d.writes[0], "two ") {
		t.Errorf("written %q, want two alone", d.writes)
	}
}

// What was prompt or urgent is so still when it is touched before it is written.
func TestATouchTakesNothingBack(t *testing.T) {
	for what, change := range map[string]func(*Store){
		"prompt": func(s *Store) { s.Prompt("one"); s.Touch("one") }, "urgent": func(s *Store) { s.budget.take(burst, time.Now()); s.Urgent("one"); s.Touch("one") },
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newWatchedDisk()
			s := opened(t, d)
			s.Provide("one", func() any { return 1 })
			change(s)
			stop := ran(t, s)
			synctest.Wait()
			if len(d.list()) != 1 {
				t.Errorf("%s: written %q at once, want it", what, d.list())
			}
			stop()
		})
	}
}

// Of a directory that is not ours nothing is read.
func TestNothingIsReadOfWhatIsNotOurs(t *testing.T) {
	d := newWatchedDisk()
	s := opened(t, d)
	s.Save("one", 7)
	s.Flush()
	d.closed = ErrTaken
	s = NewStore(d)
	got := 3
	if err := s.Load("one", &got); err != nil || got != 3 {
		t.Errorf("before it is opened = %d, %v; want nothing", got, err)
	}
	if err := s.Open(); !errors.Is(err, ErrTaken) || s.Load("one", &got) != nil || got != 3 {
		t.Errorf("once it is another's = %d, %v; want nothing", got, err)
	}
}

// Where nothing is to be written the directory is tried all the same.
func TestADirectoryIsTriedThoughNothingIsToBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newWatchedDisk()
		d.closed = errors.New("no such device")
		stop := ran(t, NewStore(d))
		time.Sleep(21 * time.Second)
		if stop(); len(d.opens) != 5 || d.opens[4] != 20*time.Second {
			t.Errorf("opened at %v, want each five seconds", d.opens)
		}
		d = newWatchedDisk()
		s, stop := running(t, d)
		time.Sleep(time.Hour)
		if stop(); len(d.opens) != 1 || s.State() != nil {
			t.Errorf("one that is there was opened at %v, want once", d.opens)
		}
	})
}

// ran runs a store until what it gives is called.
func ran(t *testing.T, s *Store) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); s.Run(ctx) }()
	return func() { cancel(); <-done }
}

func TestTheBudget(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	var b budget
	for _, c := range []struct {
		after time.Duration
		take  int
		has   float64
	}{{0, 20_000, 50_000}, {0, 20_000, 30_000}, {0, 30_000, 10_000}, {0, 0, -20_000}, {30 * time.Minute, 0, 5_000}, {time.Hour, 0, 50_000}, {time.Hour, 50_000, 50_000}} {
		now = now.Add(c.after)
		if got := b.has(now); got != c.has {
			t.Errorf("has %v, want %v", got, c.has)
		}
		b.take(c.take, now)
	}
	for n, want := range map[int]time.Duration{0: 0, 25_000: 30 * time.Minute, 50_000: time.Hour, 500_000: time.Hour} {
		if got := b.wait(n, now); got != want {
			t.Errorf("%d bytes wait for %v, want %v", n, got, want)
		}
	}
	if got := b.wait(500, now.Add(time.Hour)); got != 0 {
		t.Errorf("with enough left they wait for %v", got)
	}
}

// What is prompt waits for the budget, what is urgent does not and takes nothing of it.
func TestWhatTheBudgetHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newWatchedDisk()
		s, stop := running(t, d)
		n := 0
		s.Provide("one", func() any { n++; return fmt.Sprint(n, strings.Repeat("x", 24_000)) })
		for range 10 {
			s.Urgent("one")
			synctest.Wait()
		}
		s.Prompt("one")
		synctest.Wait()
		s.Prompt("one")
		synctest.Wait()
		s.Prompt("one")
		synctest.Wait()
		if len(d.list()) != 12 {
			t.Errorf("written %d times, want ten that are urgent and two that the budget has room for", len(d.list()))
		}
		time.Sleep(26 * time.Minute)
		if len(d.list()) != 12 {
			t.Errorf("written %q, want it to wait for the budget", d.list()[12:])
		}
		time.Sleep(time.Minute)
		if len(d.list()) != 13 {
			t.Errorf("written %q, want one once there is room", d.list()[12:])
		}
		stop()
	})
}
