package store

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// edge is shortly before a month ends: what is stored of it begins in one and ends in the next, if its clock is set.
var edge = time.Date(2026, 11, 30, 23, 10, 0, 0, time.UTC)

// history makes the events of two agents, of which some come late, again, never, or before their clock is set.
type history struct {
	next   map[string]uint64
	up     time.Duration
	late   []buffer.Event
	stored []buffer.Event
}

// batch is what arrives next.
func (h *history) batch(t *rapid.T) (batch []buffer.Event) {
	for range rapid.IntRange(1, 25).Draw(t, "events") {
		e := h.event(t)
		switch rapid.IntRange(0, 9).Draw(t, "fate") {
		case 0: // lost
		case 1, 2:
			h.late = append(h.late, e)
		default:
			batch = append(batch, e)
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "late") {
		if n := len(h.late); n > 0 {
			i := rapid.IntRange(0, n-1).Draw(t, "which")
			batch = append(batch, h.late[i])
			h.late = slices.Delete(h.late, i, i+1)
		}
	}
	if n := len(h.stored); n > 0 && rapid.Bool().Draw(t, "again") {
		batch = append(batch, h.stored[rapid.IntRange(0, n-1).Draw(t, "which")])
	}
	h.stored = append(h.stored, batch...)
	return batch
}

func (h *history) event(t *rapid.T) buffer.Event {
	e := filterEvent(t, 0)
	e.Device, e.Point, e.Metric = rapid.SampledFrom([]string{"d1", "d2"}).Draw(t, "device"), rapid.SampledFrom([]string{"p1", "p2"}).Draw(t, "point"), "m"
	e.Kind = rapid.SampledFrom([]buffer.Kind{buffer.Reading, buffer.Reading, buffer.Reading, buffer.State, buffer.Command, buffer.Clock}).Draw(t, "kind")
	e.Lane = rapid.SampledFrom([]buffer.Lane{buffer.Readings, buffer.Readings, buffer.Readings, buffer.Audit, buffer.Ingest}).Draw(t, "lane")
	e.Labels = buffer.MakeLabels("channel", e.Point)
	e.Value = rapid.SampledFrom([]float64{0, 1, 1.25e-7, -3, 1e9}).Draw(t, "value")
	e.Bound = buffer.Bound(rapid.IntRange(0, 2).Draw(t, "bound"))
	if e.Missing != "" {
		e.Bound = buffer.Exact
	}
	h.up += time.Duration(rapid.SampledFrom([]int{0, 1, 1000, 4e8, 2e9}).Draw(t, "step")) * time.Microsecond
	e.Up = h.up
	e.Time = edge.Add(e.Up)
	if e.Kind == buffer.Clock {
		e.Lane = buffer.Audit
		e.Value = float64(rapid.SampledFrom([]int{0, 3600, 3601, -50, 7e4}).Draw(t, "offset"))
		e.Time = e.Time.Add(time.Duration(e.Value) * time.Second)
	} else if rapid.IntRange(0, 3).Draw(t, "clock is set") == 0 {
		e.Time = e.Time.Add(time.Hour)
	}
	k := fmt.Sprint(e.Source, e.Boot, e.Lane)
	h.next[k]++
	e.Seq = h.next[k]
	return e
}

// forms: whatever the history, and however far it is packed or migrated, a store gives the same answers as one that has rows alone.
func forms(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	rows, _ := fresh(t)
	blocks, _ := fresh(t)
	blocks.limits = limits{packed: 7, parts: 3, moved: 2}
	now := func() time.Time { return zero }
	rows.now, blocks.now = now, now
	packed := 0
	rapid.Check(t, func(rt *rapid.T) {
		h := history{next: map[string]uint64{}}
		empty(rt, rows)
		empty(rt, blocks)
		for i := range rapid.IntRange(1, 4).Draw(rt, "batches") {
			both(rt, h.batch(rt), rows, blocks)
			if i == 0 && rapid.Bool().Draw(rt, "earlier form") {
				if err := makeEarlier(t.Context(), blocks); err != nil {
					rt.Fatal(err)
				}
				must(rt, blocks.migrate(t.Context()))
				must(rt, blocks.dict.load(t.Context(), blocks.read))
			}
			for range rapid.IntRange(0, 6).Draw(rt, "steps") {
				_, err := blocks.packStep(t.Context(), edge.Add(24*time.Hour))
				must(rt, err)
			}
			if rapid.IntRange(0, 3).Draw(rt, "divided?") == 0 {
				must(rt, undivide(t.Context(), blocks))
			}
			for range rapid.IntRange(0, 2).Draw(rt, "moves") {
				_, err := blocks.moveStep(t.Context())
				must(rt, err)
			}
			alike(rt, rows, blocks)
		}
		var n int
		must(rt, blocks.read.QueryRow(`SELECT count(*) FROM block`).Scan(&n))
		packed += n
	})
	if packed == 0 {
		t.Error("nothing was packed: the test compares nothing")
	}
}

func must(t *rapid.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

// both stores a batch, and perhaps a gap, in two stores.
func both(t *rapid.T, batch []buffer.Event, stores ...*Store) {
	g := Gap{Source: "line1", Boot: "b1", Lane: buffer.Readings, Noticed: zero.Add(time.Duration(len(batch)) * time.Second)}
	g.First = uint64(rapid.IntRange(1, 30).Draw(t, "gap from"))
	g.Last = g.First + uint64(rapid.IntRange(0, 9).Draw(t, "gap length"))
	g.Declared = rapid.Bool().Draw(t, "declared")
	note := rapid.IntRange(0, 2).Draw(t, "gap?") == 0
	var added []int64
	for _, s := range stores {
		n, err := s.Append(context.Background(), batch)
		must(t, err)
		added = append(added, n)
		if note {
			must(t, s.NoteGap(context.Background(), g))
		}
	}
	if added[0] != added[1] {
		t.Fatalf("%d events are new to rows, %d to blocks", added[0], added[1])
	}
}

// alike compares all answers.
func alike(t *rapid.T, rows, blocks *Store) {
	for range 2 {
		f := formsFilter(t)
		want, got := answer(t, rows, f), answer(t, blocks, f)
		if !slices.Equal(want, got) {
			t.Fatalf("%+v:\nrows   %+v\nblocks %+v", f, want, got)
		}
		compareSeries(t, rows, blocks)
		compareAgain(t, rows, blocks)
	}
	for _, ask := range []func(*Store) any{
		func(s *Store) any { gaps, err := s.Gaps(context.Background(), "", 1000); return []any{gaps, err} },
		func(s *Store) any {
			n, err := s.FirstMissing(context.Background(), "line1", "b1", buffer.Readings)
			return []any{n, err}
		},
		func(s *Store) any {
			n, err := s.Last(context.Background(), "line1", "b1", buffer.Readings)
			return []any{n, err}
		},
	} {
		if want, got := fmt.Sprint(ask(rows)), fmt.Sprint(ask(blocks)); want != got {
			t.Fatalf("rows   %s\nblocks %s", want, got)
		}
	}
}

func formsFilter(t *rapid.T) buffer.Filter {
	f := drawFilter(t)
	if f.Devices != nil {
		f.Devices = []string{"d1"}
	}
	for _, at := range []*time.Time{&f.Since, &f.Until} {
		if !at.IsZero() {
			*at = at.Add(edge.Sub(zero) + time.Duration(rapid.IntRange(-90, 600).Draw(t, "minutes"))*time.Minute)
		}
	}
	return f
}

func answer(t *rapid.T, s *Store, f buffer.Filter) (all []buffer.Event) {
	events, err := s.Events(context.Background(), f)
	must(t, err)
	for e, err := range events {
		must(t, err)
		all = append(all, e)
	}
	return all
}

func compareSeries(t *rapid.T, rows, blocks *Store) {
	q := telemetry.SeriesQuery{Device: "d1", Point: "p1", Points: rapid.SampledFrom([]int{1, 7, 40, 2000}).Draw(t, "points")}
	q.Since = edge.Add(time.Duration(rapid.IntRange(-4000, 40000).Draw(t, "since")) * time.Second)
	q.Until = q.Since.Add(time.Duration(rapid.SampledFrom([]int{1, 3600, 7201, 86400}).Draw(t, "length")) * time.Second)
	want, err := rows.Series(context.Background(), q)
	got, again := blocks.Series(context.Background(), q)
	if fmt.Sprint(err) != fmt.Sprint(again) {
		t.Fatalf("%+v: %v, %v", q, err, again)
	}
	for name, c := range map[string][2][]float64{"t": {want.T, got.T}, "min": {want.Min, got.Min}, "mean": {want.Mean, got.Mean}, "max": {want.Max, got.Max}} {
		if !slices.EqualFunc(c[0], c[1], near) {
			t.Fatalf("%+v: %s\nrows   %v\nblocks %v", q, name, c[0], c[1])
		}
	}
}

// compareAgain compares what two stores give again of a gap, and what they have not.
func compareAgain(t *rapid.T, rows, blocks *Store) {
	g := Gap{Source: "line1", Boot: "b1", Lane: buffer.Lane(rapid.IntRange(1, 3).Draw(t, "lane of the gap")), First: uint64(rapid.IntRange(1, 20).Draw(t, "first"))}
	if rapid.Bool().Draw(t, "the end is known") {
		g.Last = g.First + uint64(rapid.IntRange(0, 30).Draw(t, "length"))
	}
	var given [2][]buffer.Event
	var missing [2][]Gap
	for i, s := range []*Store{rows, blocks} {
		var err error
		missing[i], err = s.Again(context.Background(), g, func(events []buffer.Event) error {
			given[i] = append(given[i], events...)
			return nil
		})
		must(t, err)
		slices.SortFunc(given[i], func(a, b buffer.Event) int { return int(a.Seq) - int(b.Seq) })
	}
	if !slices.Equal(given[0], given[1]) || !slices.Equal(missing[0], missing[1]) {
		t.Fatalf("%+v again:\nrows   %+v\nblocks %+v\nmissing %+v and %+v", g, given[0], given[1], missing[0], missing[1])
	}
}

// near allows for sums that were added in another order.
func near(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b), 1)
}
