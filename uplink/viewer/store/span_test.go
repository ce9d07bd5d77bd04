package store

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// numbering says of each number from 1 on, on its own, what is known of it: what spans say in runs.
type numbering struct {
	here, lost map[int64]bool
	through    int64 // numbers up to this one exist
}

// runs are the numbers up to the last of which anything is known, in runs: "h1-4 l5 m6-7 ", of what is here, lost and missing.
func (n *numbering) runs() (text string) {
	last := n.through
	for i := range int64(200) {
		if n.here[i] || n.lost[i] {
			last = max(last, i)
		}
	}
	kind := func(i int64) string {
		switch {
		case i > last:
			return ""
		case n.here[i]:
			return "h"
		case n.lost[i]:
			return "l"
		}
		return "m"
	}
	for first := int64(1); first <= last; {
		end := first
		for kind(end+1) == kind(first) {
			end++
		}
		text += fmt.Sprintf("%s%d-%d ", kind(first), first, end)
		first = end + 1
	}
	return text
}

// count is how many numbers are here.
func (n *numbering) count() (count int) {
	for _, is := range n.here {
		if is {
			count++
		}
	}
	return count
}

// spanRuns are the runs as a store has them: a row each, but for those that are missing.
func spanRuns(t *testing.T, s *Store, boot string) (text string) {
	t.Helper()
	all, k, err := s.spansOf(t.Context(), "line1", boot, buffer.Readings)
	if err != nil {
		t.Fatal(err)
	}
	next := int64(1)
	for _, sp := range all {
		if (sp.first > next) != (sp.noticed > 0) || sp.first > sp.last {
			t.Errorf("span %+v behind number %d: a gap before it, and only that, must have been noticed", sp, next-1)
		}
		if sp.first > next {
			text += fmt.Sprintf("m%d-%d ", next, sp.first-1)
		}
		kind := "h"
		if sp.declared > 0 {
			kind = "l"
		}
		text += fmt.Sprintf("%s%d-%d ", kind, sp.first, sp.last)
		next = sp.last + 1
	}
	if (k.through >= next) != (k.noticed > 0) {
		t.Errorf("numbers exist up to %d, the last span ends with %d, the gap between them was noticed at %d", k.through, next-1, k.noticed)
	}
	if k.through >= next {
		text += fmt.Sprintf("m%d-%d ", next, k.through)
	}
	return text
}

// errUndone ends a transaction that is to have no effect.
var errUndone = errors.New("undone")

// undone stores events in a transaction that is rolled back.
func undone(t *testing.T, s *Store, events ...buffer.Event) {
	t.Helper()
	err := s.transact(t.Context(), "storing", func(tx *sql.Tx) error {
		rows, err := s.rows(t.Context(), tx, events, 1)
		if err == nil {
			rows, err = s.identify(t.Context(), tx, rows, 1)
		}
		if err == nil {
			err = s.insertRows(t.Context(), tx, rows)
		}
		return cmp.Or(err, errUndone)
	})
	if !errors.Is(err, errUndone) {
		t.Errorf("a transaction that is to be undone: %v", err)
	}
}

// identities: whatever numbers come in whatever order, and whatever is declared lost or rolled back meanwhile, the spans say of each number what was said of
// it, with one row for each run. Where there are several stores, each is of another viewer of one database, and they take turns.
func identities(t *testing.T, fresh func(t *testing.T) []*Store) {
	for seed := range uint64(12) {
		stores := fresh(t)
		random := rand.New(rand.NewPCG(seed, 5))
		n := numbering{here: map[int64]bool{}, lost: map[int64]bool{}}
		for step := range 80 {
			s := stores[random.IntN(len(stores))]
			s.now = func() time.Time { return zero }
			first := 1 + random.Int64N(50)
			last := first + random.Int64N(9)
			switch random.IntN(5) {
			case 0, 1:
				var batch []buffer.Event
				want := int64(0)
				for range 1 + random.IntN(6) {
					seq := first + random.Int64N(last-first+1)
					batch = append(batch, reading("b1", uint64(seq), 1))
					if !n.here[seq] {
						want++
					}
					n.here[seq] = true
					delete(n.lost, seq)
				}
				if got := appendAll(t, s, batch...); got != want {
					t.Fatalf("seed %d, step %d: %d are new, want %d", seed, step, got, want)
				}
			case 2:
				undone(t, s, reading("b1", uint64(first), 1), reading("b1", uint64(last), 1), reading(fmt.Sprint("undone", step), 1, 1))
			default:
				declared := random.IntN(2) == 0
				if err := s.NoteGap(t.Context(), Gap{Source: "line1", Boot: "b1", Lane: buffer.Readings, First: uint64(first), Last: uint64(last), Noticed: zero, Declared: declared}); err != nil {
					t.Fatal(err)
				}
				for i := first; declared && i <= last; i++ {
					n.lost[i] = !n.here[i]
				}
				if !declared {
					n.through = max(n.through, last)
				}
			}
			if got, want := spanRuns(t, s, "b1"), n.runs(); got != want {
				t.Fatalf("seed %d, step %d: spans %s, want %s", seed, step, got, want)
			}
		}
		if got := collect(t, stores[0], buffer.Filter{}); len(got) != n.count() {
			t.Errorf("seed %d: %d events are stored, want %d", seed, len(got), n.count())
		}
	}
}
