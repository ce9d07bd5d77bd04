package telemetry

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// What a resend brings stands last in the ring. It is not the newest for that, stored or not.
func TestLateEventIsNotTheNewest(t *testing.T) {
	for _, c := range []struct {
		name    string
		archive Archive
	}{{"stored", &store{}}, {"stored up to the second", &store{}}, {"store that cannot be read", &unreadable{}}} {
		t.Run(c.name, func(t *testing.T) {
			s, bench := newTestServer(func(o *ServerOptions) { o.Archive = c.archive })
			for _, seq := range []int{1, 2, 4, 5, 3} {
				e := event(buffer.Reading, "m", float64(seq), float64(seq), func(e *buffer.Event) { e.Seq, e.Lane = uint64(seq), buffer.Readings })
				bench.lanes.Append(e)
				if db, ok := c.archive.(*store); ok && (c.name == "stored" || seq <= 2) {
					db.events = append(db.events, *e)
					slices.SortFunc(db.events, func(a, b buffer.Event) int { return a.Time.Compare(b.Time) })
				}
			}
			for query, want := range map[string]string{"?limit=1": "r5", "?limit=3": "r3 r4 r5", "?limit=0": "r1 r2 r3 r4 r5", "?limit=50": "r1 r2 r3 r4 r5"} {
				if got := seqs(t, s.ask(t, "GET", "/events"+query, "").Body.String()); got != want {
					t.Errorf("GET /events%s = %s, want %s", query, got, want)
				}
			}
		})
	}
}

// Whatever part of two agents' histories is stored, and in whatever order the rings got theirs: an answer is in order, has each event once,
// and misses none of the newest.
func TestJoinOfAnyHistory(t *testing.T) {
	at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		var all, stored, recent []buffer.Event
		for i := range 1 + r.IntN(12) {
			kind := []buffer.Kind{buffer.Command, buffer.Reading}[r.IntN(2)]
			e := buffer.Event{Kind: kind, Source: fmt.Sprint("line", r.IntN(2)), Boot: "b1", Time: at.Add(time.Duration(i) * time.Second), Up: time.Duration(i) * time.Second, Seq: uint64(i + 1)}
			e.Lane = buffer.For(&e)
			all = append(all, e)
			where := r.IntN(3)
			if where != 0 {
				stored = append(stored, e)
			}
			if where != 1 {
				recent = append(recent, e)
			}
		}
		r.Shuffle(len(recent), func(i, j int) { recent[i], recent[j] = recent[j], recent[i] })
		lanes := buffer.NewLanes(16, 16, 16)
		for i := range recent {
			lanes.Append(&recent[i])
		}
		for limit := range len(all) + 2 {
			boots := func() []string { return []string{"b1"} }
			order, rings := &eventOrder{boots: boots}, &ringReader{lanes, boots, lanes.Now()}
			events, more, err := join(seqOf(stored), rings.newest(buffer.Positions{}, new(buffer.Filter), order, oneMore(limit)), order, limit)
			if err != nil {
				t.Fatal(err)
			}
			var got []uint64
			for e, err := range events {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, e.Seq)
			}
			want := all
			if limit > 0 {
				want = all[max(0, len(all)-limit):]
			}
			if len(got) != len(want) || got[0] != want[0].Seq || !slices.IsSorted(got) || more != (len(want) < len(all)) {
				t.Fatalf("seed %d, limit %d: %d, more %v; want %d to %d", seed, limit, got, more, want[0].Seq, len(all))
			}
		}
	}
}

func seqOf(events []buffer.Event) iter.Seq2[buffer.Event, error] {
	return func(yield func(buffer.Event, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
	}
}
