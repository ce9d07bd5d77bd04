package telemetry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pychron-edge/buffer"
)

// store is an Archive with events.
type store struct {
	Trend
	events []buffer.Event
	asked  buffer.Filter
	err    error
}

func (s *store) Events(_ context.Context, f buffer.Filter) (iter.Seq2[buffer.Event, error], error) {
	s.asked = f
	return func(yield func(buffer.Event, error) bool) {
		for _, e := range s.events {
			if f.Match(&e) && !yield(e, nil) {
				return
			}
		}
		if s.err != nil {
			yield(buffer.Event{}, s.err)
		}
	}, nil
}

func TestStoreAndRingAreJoined(t *testing.T) {
	archive := &store{}
	s, bench := newTestServer(func(o *ServerOptions) { o.Archive = archive })
	for i := range 5 {
		e := event(buffer.Reading, "m", float64(i), float64(i), func(e *buffer.Event) { e.Seq, e.Lane = uint64(i+1), buffer.Readings })
		archive.events = append(archive.events, *e)
		if i >= 3 {
			bench.lanes.Append(e)
		}
	}
	bench.lanes.Append(event(buffer.Reading, "m", 5, 5, func(e *buffer.Event) { e.Seq = 6 }))
	for query, want := range map[string]string{
		"?since=0":            "r1 r2 r3 r4 r5 r6",
		"?since=0&limit=0":    "r1 r2 r3 r4 r5 r6",
		"?since=0&limit=4":    "r3 r4 r5 r6",
		"?since=0&limit=2":    "r5 r6",
		"":                    "r1 r2 r3 r4 r5 r6", // no time asked for: all
		"?limit=6":            "r1 r2 r3 r4 r5 r6",
		"?limit=5":            "r2 r3 r4 r5 r6",
		"?until=1795370401":   "r1",
		"?since=0&q=elephant": "",
	} {
		if got := seqs(t, s.ask(t, "GET", "/events"+query, "").Body.String()); got != want {
			t.Errorf("GET /events%s = %s, want %s", query, got, want)
		}
	}
	archive.err = errors.New("database is gone")
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("half of an answer must be cut off, not end well")
		}
	}()
	s.ask(t, "GET", "/events?since=0&limit=0", "")
}

func TestWhatIsCutIsTold(t *testing.T) {
	archive := &store{}
	withStore, _ := newTestServer(func(o *ServerOptions) { o.Archive = archive })
	withRing, bench := newTestServer()
	for i := range buffer.DefaultLimit + 1 {
		archive.events = append(archive.events, *event(buffer.Reading, "m", 0, float64(i), func(e *buffer.Event) { e.Seq, e.Lane = uint64(i+1), buffer.Readings }))
	}
	for range 3 {
		bench.lanes.Append(event(buffer.Reading, "m", 0, 0))
	}
	for _, c := range []struct {
		s         *Server
		query     string
		cut, item bool
	}{
		{withRing, "", false, false}, {withRing, "?limit=3", false, false}, {withRing, "?limit=2", true, false}, {withRing, "?limit=0", false, false},
		{withStore, "", true, true}, {withStore, "?format=ndjson", true, true}, {withStore, "?format=csv", true, false},
		{withStore, "?limit=0", false, false}, {withStore, "?limit=1001", false, false}, {withStore, "?limit=1000", true, false},
	} {
		w := c.s.ask(t, "GET", "/events"+c.query, "")
		if got := w.Header().Get(cutHeader); (got != "") != c.cut || c.cut && !strings.Contains(got, "limit is") {
			t.Errorf("GET /events%s: header %q, want one: %v", c.query, got, c.cut)
		}
		if got := strings.Contains(w.Body.String(), `{"cut":"`); got != c.item {
			t.Errorf("GET /events%s: said in the list %v, want %v", c.query, got, c.item)
		}
	}
}

// A store that cannot be read leaves what is in memory, and that is told.
func TestUnreadableStoreLeavesTheRings(t *testing.T) {
	archive := &unreadable{}
	s, bench := newTestServer(func(o *ServerOptions) { o.Archive = archive })
	fill(bench)
	w := s.ask(t, "GET", "/events?limit=100&since=0", "")
	if w.Code != http.StatusOK || !strings.Contains(w.Header().Get(cutHeader), "from memory alone: the history cannot be read now: disk") {
		t.Fatalf("GET /events = %d, %q, want the events in memory, and why", w.Code, w.Header().Get(cutHeader))
	}
	var list []map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || len(list) != 8 || list[0]["cut"] == nil {
		t.Errorf("%d entries, %v, want 7 events after why there are not more: %s", len(list), err, w.Body)
	}
}

// unreadable is an Archive in trouble.
type unreadable struct{ Trend }

func (u *unreadable) Events(context.Context, buffer.Filter) (iter.Seq2[buffer.Event, error], error) {
	return nil, fmt.Errorf("%w: disk", ErrNoHistory)
}

func TestRingOverwrittenWhileReadIsNotReadTwice(t *testing.T) {
	s, bench := newTestServer()
	for i := range 100 { // the ring holds 16
		bench.lanes.Append(event(buffer.Reading, "m", float64(i), float64(i)))
	}
	var want []string
	for i := 85; i <= 100; i++ {
		want = append(want, fmt.Sprintf("r%d", i))
	}
	if got := strings.Fields(seqs(t, s.ask(t, "GET", "/events", "").Body.String())); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	merge := newMerge(s.Lanes, bench.Boots, buffer.Positions{Readings: 50}, nil)
	merge.next()
	if want := []gap{{"readings", 51, 84}}; !slices.Equal(merge.lost, want) {
		t.Errorf("lost %v, want %v", merge.lost, want)
	}
}

func TestMergeEndsWhereItWasToEnd(t *testing.T) {
	s, bench := newTestServer()
	fill(bench)
	end := s.Lanes.Now()
	merge := newMerge(s.Lanes, bench.Boots, buffer.Positions{}, &end)
	merge.next()
	fill(bench)
	n := 1
	for merge.next() != nil {
		n++
	}
	if n != 7 || merge.positions() != end {
		t.Errorf("%d events to %v, want 7 to %v: what was appended meanwhile is another's", n, merge.positions(), end)
	}
	merge.again()
	for merge.next() != nil {
		n++
	}
	if n != 7 {
		t.Errorf("%d events when asked again, want 7", n)
	}
}
