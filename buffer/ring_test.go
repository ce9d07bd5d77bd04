package buffer_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
)

// numbered makes a ring with n events of value 1 .. n appended.
func numbered(size, n int) *buffer.Ring {
	r := buffer.NewRing(buffer.Readings, size)
	for i := range n {
		r.Append(&buffer.Event{Value: float64(i + 1)})
	}
	return r
}

func values(events []buffer.Event) string {
	var out []string
	for _, e := range events {
		out = append(out, fmt.Sprint(e.Value))
	}
	return strings.Join(out, " ")
}

func TestSince(t *testing.T) {
	for name, c := range map[string]struct {
		size, n, room int
		pos           uint64
		want          string
		last          uint64
	}{
		"empty":                       {4, 0, 0, 0, "", 0},
		"all":                         {4, 3, 0, 0, "1 2 3", 3},
		"after a position":            {4, 3, 0, 2, "3", 3},
		"nothing new":                 {4, 3, 0, 3, "", 3},
		"a place from another ring":   {4, 3, 0, 99, "", 3},
		"oldest overwritten":          {4, 6, 0, 0, "3 4 5 6", 6},
		"overwritten, room for two":   {4, 6, 2, 1, "3 4", 4},
		"across the end of the slots": {4, 6, 0, 3, "4 5 6", 6},
		"room for more than there is": {4, 3, 9, 1, "2 3", 3},
		"one slot":                    {0, 5, 0, 0, "5", 5},
	} {
		t.Run(name, func(t *testing.T) {
			r := numbered(c.size, c.n)
			got, last := r.Since(make([]buffer.Event, 0, c.room), c.pos)
			if values(got) != c.want || last != c.last {
				t.Errorf("Since(%d) after %d appends = [%s] %d, want [%s] %d", c.pos, c.n, values(got), last, c.want, c.last)
			}
		})
	}
}

func TestAppendStamps(t *testing.T) {
	r := buffer.NewRing(buffer.Audit, 4)
	own := buffer.Event{Source: "line1"}
	foreign := buffer.Event{Lane: buffer.Ingest, Seq: 77}
	r.Append(&foreign)
	r.Append(&own)
	if own.Lane != buffer.Audit || own.Seq != 1 {
		t.Errorf("own event has lane %v seq %d, want audit 1", own.Lane, own.Seq)
	}
	if foreign.Lane != buffer.Ingest || foreign.Seq != 77 {
		t.Errorf("foreign event has lane %v seq %d, want ingest 77", foreign.Lane, foreign.Seq)
	}
	r.Resume(100)
	r.Resume(50)
	next := buffer.Event{}
	r.Append(&next)
	if next.Seq != 101 {
		t.Errorf("seq after Resume(100), Resume(50) = %d, want 101", next.Seq)
	}
}

func TestAppendCutsStrings(t *testing.T) {
	long := strings.Repeat("é", 400)
	e := buffer.Event{Note: long, Device: "a" + long, Labels: buffer.MakeLabels("a", strings.Repeat("x", 900), "b", strings.Repeat("y", 200))}
	buffer.NewRing(buffer.Audit, 1).Append(&e)
	if len(e.Note) != 512 || len(e.Device) != 127 || strings.Contains(e.Device, "\ufffd") {
		t.Errorf("note and device are %d and %d bytes, want 512 and 127 (whole runes)", len(e.Note), len(e.Device))
	}
	if e.Labels.Len() != 1 || len(e.Labels.Value("a")) != 900 {
		t.Errorf("labels = %d, want the first alone, whole", e.Labels.Len())
	}
}

func TestWait(t *testing.T) {
	r := numbered(4, 1)
	select {
	case <-r.Wait(0):
	default:
		t.Error("Wait(0) after 1 append is open, want closed")
	}
	first, second := r.Wait(1), r.Wait(1)
	select {
	case <-first:
		t.Error("Wait(1) after 1 append is closed, want open")
	default:
	}
	r.Append(&buffer.Event{})
	<-first
	<-second
}

func TestSignal(t *testing.T) {
	r := numbered(4, 1)
	one, other := make(chan struct{}, 1), make(chan struct{}, 1)
	r.Signal(0, one)
	if len(one) != 1 {
		t.Error("Signal(0) after 1 append sends nothing, want it to send at once")
	}
	<-one
	r.Signal(1, one)
	r.Signal(1, one)
	r.Signal(1, other)
	if len(one)+len(other) != 0 {
		t.Error("Signal(1) after 1 append sends, want it to wait")
	}
	r.Append(&buffer.Event{})
	if len(one) != 1 || len(other) != 1 {
		t.Errorf("an append sends %d and %d, want one to each of two that wait", len(one), len(other))
	}
	<-one
	r.Append(&buffer.Event{})
	if len(one) != 0 {
		t.Error("the append after it sends again, want it to have forgotten")
	}
	r.Signal(3, other)
	r.Append(&buffer.Event{}) // other has no room: it must not block
	if n := testing.AllocsPerRun(10, func() { r.Signal(4, one); r.Append(&buffer.Event{}); <-one; r.Signal(0, one); <-one }); n > 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func TestReach(t *testing.T) {
	r := numbered(4, 1)
	near := r.Reach(3)
	r.Reach(4) // somebody else waits for more
	open := func(c <-chan struct{}) bool {
		select {
		case <-c:
			return false
		default:
			return true
		}
	}
	r.Append(&buffer.Event{})
	if !open(near) {
		t.Error("Reach(3) after 2 appends is closed, want open")
	}
	r.Append(&buffer.Event{})
	if open(near) {
		t.Error("Reach(3) after 3 appends is open, want closed")
	}
	far := r.Reach(4)
	if !open(far) { // it may have been closed with the nearer one: who waits looks again
		t.Error("Reach(4) after 3 appends is closed, want open")
	}
	r.Append(&buffer.Event{})
	if open(far) || open(r.Reach(4)) || open(r.Reach(1)) {
		t.Error("Reach(4) after 4 appends is open, want closed")
	}
}

func TestFollow(t *testing.T) {
	r := numbered(4, 6) // holds 3 to 6
	f := r.Follow(1, 3)
	next := func(want string) {
		t.Helper()
		events, lost := f.Next()
		got := fmt.Sprintf("lost %d:", lost)
		for _, e := range events {
			got += fmt.Sprintf(" %v", e.Value)
		}
		if got += fmt.Sprintf(" at %d", f.Position()); got != want {
			t.Errorf("Next = %q, want %q", got, want)
		}
	}
	next("lost 1: 3 4 5 at 5")
	f.Seek(4)
	next("lost 0: 5 6 at 6")
	next("lost 0: at 6")
	select {
	case <-f.Wait():
		t.Error("Wait after the last event is closed, want open")
	default:
	}
	r.Append(&buffer.Event{Value: 7})
	<-f.Wait()
	next("lost 0: 7 at 7")
	for v := range 5 {
		r.Append(&buffer.Event{Value: float64(8 + v)})
	}
	next("lost 1: 9 10 11 at 11")
}

func TestManyWritersOneReader(t *testing.T) {
	const writers, each = 4, 500
	r := buffer.NewRing(buffer.Readings, writers*each)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				r.Append(&buffer.Event{})
			}
		})
	}
	n := uint64(0)
	for f := r.Follow(0, 64); n < writers*each; {
		select {
		case <-ctx.Done():
			t.Fatalf("followed %d events, want %d", n, writers*each)
		case <-f.Wait():
		}
		events, lost := f.Next()
		for _, e := range events {
			if n++; e.Seq != n || lost > 0 {
				t.Fatalf("event %d has seq %d, %d lost before it", n, e.Seq, lost)
			}
		}
	}
	wg.Wait()
	if n != writers*each {
		t.Errorf("followed %d events, want %d", n, writers*each)
	}
}

// Whatever is appended and read in whatever portions: every event is read once, in order, or counted as overwritten.
func TestReadersLoseOnlyWhatIsCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 9).Draw(t, "size")
		r := buffer.NewRing(buffer.Readings, size)
		pos, seen, lost, appended := uint64(0), uint64(0), uint64(0), uint64(0)
		read := func(room int) {
			events, last := r.Since(make([]buffer.Event, 0, room), pos)
			lost += last - uint64(len(events)) - pos
			for i, e := range events {
				if want := last - uint64(len(events)-1-i); e.Seq != want {
					t.Fatalf("event at position %d has seq %d", want, e.Seq)
				}
			}
			seen, pos = seen+uint64(len(events)), last
		}
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			for range rapid.IntRange(0, 12).Draw(t, "appends") {
				r.Append(&buffer.Event{})
				appended++
			}
			read(rapid.IntRange(1, 12).Draw(t, "room"))
		}
		for pos < appended {
			read(9)
		}
		if seen+lost != appended {
			t.Fatalf("seen %d + overwritten %d of %d", seen, lost, appended)
		}
		if s := r.Stats(); s.Position != appended || uint64(s.Events)+s.Overwritten != appended || s.Events > s.Capacity {
			t.Fatalf("Stats() = %+v after %d appends", s, appended)
		}
	})
}

func TestAppendAllocatesNothing(t *testing.T) {
	r, e := buffer.NewRing(buffer.Readings, 64), reading()
	if n := testing.AllocsPerRun(200, func() { c := e; r.Append(&c) }); n != 0 {
		t.Errorf("Append allocates %v times, want 0", n)
	}
}

func BenchmarkAppend(b *testing.B) {
	r, e := buffer.NewRing(buffer.Readings, 4096), reading()
	b.ReportAllocs()
	for b.Loop() {
		e.Seq = 0
		r.Append(&e)
	}
}

func BenchmarkSince64(b *testing.B) {
	r := numbered(4096, 5000)
	batch := make([]buffer.Event, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		r.Since(batch, 2000)
	}
}
