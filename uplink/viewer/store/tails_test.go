package store

import (
	"database/sql"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"pychron-edge/buffer"
)

// checkTails fails where a remembered end is not that in the database.
func checkTails(t *testing.T, s *Store) {
	t.Helper()
	for k, end := range s.tails {
		var last span
		err := s.read.QueryRowContext(t.Context(), `SELECT first, last, noticed, declared FROM span WHERE boot = $1 AND lane = $2 ORDER BY first DESC LIMIT 1`,
			k.boot, int64(k.lane)).Scan(&last.first, &last.last, &last.noticed, &last.declared)
		if err != nil && err != sql.ErrNoRows {
			t.Fatal(err)
		}
		var beyond known
		err = s.read.QueryRowContext(t.Context(), `SELECT through, noticed FROM stream WHERE boot = $1 AND lane = $2`, k.boot, int64(k.lane)).Scan(&beyond.through, &beyond.noticed)
		if err != nil && err != sql.ErrNoRows {
			t.Fatal(err)
		}
		if end != (tail{last, beyond}) {
			t.Fatalf("boot %d lane %s is remembered to end with %+v, and ends with %+v", k.boot, k.lane, end, tail{last, beyond})
		}
	}
}

// Whatever comes in whatever order, and fails in between: what is remembered of the ends of streams is what is stored, and each event is stored once.
func TestWhatIsRememberedOfTheEndsIsWhatIsStored(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "events.db"))
	_, err := s.write.ExecContext(t.Context(), `CREATE TRIGGER failing BEFORE INSERT ON reading WHEN NEW.value < 0 BEGIN SELECT RAISE(ABORT, 'no room'); END`)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(7, 11))
	boots := []string{"b1", "b2", "b3"}
	next, here, failed := map[string]uint64{}, map[string]map[uint64]bool{}, 0
	for _, b := range boots {
		here[b] = map[uint64]bool{}
	}
	for range 400 {
		var batch []buffer.Event
		var fresh int64
		added := map[string]map[uint64]bool{}
		for _, b := range boots {
			added[b] = map[uint64]bool{}
			for range random.IntN(4) {
				seq := next[b] + 1
				switch random.IntN(6) {
				case 0: // late, or again
					seq = 1 + random.Uint64N(next[b]+3)
				case 1: // behind a gap
					seq += random.Uint64N(4)
				}
				next[b] = max(next[b], seq)
				batch = append(batch, reading(b, seq, 1))
				if !here[b][seq] && !added[b][seq] {
					added[b][seq] = true
					fresh++
				}
			}
		}
		fails := fresh > 0 && random.IntN(8) == 0
		for i := range batch {
			if fails {
				batch[i].Value = -1
			}
		}
		n, err := s.Append(t.Context(), batch)
		switch {
		case fails && err == nil:
			t.Fatal("an append that cannot be stored succeeded")
		case fails:
			failed++
		case err != nil || n != fresh:
			t.Fatalf("Append = %d, %v; want %d", n, err, fresh)
		default:
			for b, seqs := range added {
				for seq := range seqs {
					here[b][seq] = true
				}
			}
		}
		if random.IntN(5) == 0 {
			b := boots[random.IntN(len(boots))]
			first := 1 + random.Uint64N(next[b]+4)
			g := Gap{Source: "line1", Boot: b, Lane: buffer.Readings, First: first, Last: first + random.Uint64N(5), Noticed: zero, Declared: random.IntN(2) == 0}
			if g.Declared && random.IntN(4) == 0 {
				g.Last = 0
			}
			if err := s.NoteGap(t.Context(), g); err != nil {
				t.Fatal(err)
			}
		}
		checkTails(t, s)
	}
	if failed == 0 || len(s.tails) == 0 {
		t.Fatalf("%d appends failed and %d ends are remembered, want some", failed, len(s.tails))
	}
	for _, b := range boots {
		if got := collect(t, s, buffer.Filter{Boot: b}); len(got) != len(here[b]) {
			t.Errorf("%d events of %s, want %d", len(got), b, len(here[b]))
		}
	}
}

// What comes in order is stored without a look at the database.
func TestTheEndOfAStreamIsRemembered(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "events.db"))
	appendAll(t, s, reading("b1", 1, 1), reading("b1", 2, 2))
	for k := range s.tails {
		if id := s.tails.of(k, 3); id == nil || !id.spans.has(2) {
			t.Errorf("the end before 3 is %+v, want 1 to 2", id)
		}
		if id := s.tails.of(k, 1); id != nil {
			t.Errorf("the end before 1 is %+v, want that it is read", id)
		}
	}
	if len(s.tails) != 1 {
		t.Errorf("%d ends are remembered, want that of one stream", len(s.tails))
	}
}
