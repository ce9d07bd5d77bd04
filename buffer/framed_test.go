package buffer_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
)

// A follower's JSON is that of the event, whatever it has in common with those before it.
func TestFollowersJSONIsThatOfTheEvent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := buffer.NewRing(buffer.Readings, 8)
		f := r.Follow(0, 3)
		one, other := anyEvent(t), anyEvent(t)
		for range 10 {
			e := rapid.SampledFrom([]buffer.Event{one, other}).Draw(t, "event")
			if own := anyEvent(t); rapid.Bool().Draw(t, "own") {
				e.Seq, e.Time, e.Up, e.Bound, e.Note = own.Seq, own.Time, own.Up, own.Bound, own.Note
			} else {
				e.Time = e.Time.Add(time.Duration(rapid.Int64Range(0, 2e6).Draw(t, "later")) * time.Microsecond)
			}
			if e.Missing == "" && rapid.Bool().Draw(t, "none") {
				e.Time = time.Time{}
			}
			r.Append(&e)
			if rapid.Bool().Draw(t, "read") {
				events, _ := f.Next()
				for n := range events {
					if got, want := string(f.AppendJSON([]byte("x"), n)), "x"+string(buffer.AppendJSON(nil, &events[n])); got != want {
						t.Fatalf("AppendJSON of a follower = %s, want %s", got, want)
					}
				}
			}
		}
	})
}

func TestFollowersJSONAllocatesNothing(t *testing.T) {
	r := buffer.NewRing(buffer.Readings, 8)
	e := reading()
	for range 3 {
		e.Seq = 0
		r.Append(&e)
	}
	f := r.Follow(0, 8)
	dst := make([]byte, 0, 1024)
	if events, _ := f.Next(); len(events) != 3 {
		t.Fatalf("%d events, want 3", len(events))
	}
	for n := range 3 {
		dst = f.AppendJSON(dst[:0], n)
	}
	if n := testing.AllocsPerRun(100, func() { dst = f.AppendJSON(dst[:0], 2) }); n > 0 {
		t.Errorf("%v allocations, want none", n)
	}
	if !slices.Equal(dst, buffer.AppendJSON(nil, &e)) {
		t.Errorf("%s is not the last event", dst)
	}
}
