package store

import (
	"path/filepath"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// An earlier version stored the end of a gap beyond what the database holds, and could not read its gaps any more.
func TestGapWithAnImpossibleNumberIsPassedOver(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "events.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	g := Gap{Source: "line1", Boot: "b1", Lane: buffer.Audit, First: 1, Last: 1 << 63, Noticed: time.Unix(1, 0)}
	if err := s.NoteGap(t.Context(), g); err == nil {
		t.Error("NoteGap up to 2^63 = nil, want an error")
	}
	for _, g := range []Gap{{First: 1, Last: 5}, {First: 9, Last: 9}} {
		g.Source, g.Boot, g.Lane, g.Noticed = "line1", "b1", buffer.Audit, time.Unix(1, 0)
		if err := s.NoteGap(t.Context(), g); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.write.ExecContext(t.Context(), `UPDATE gap SET last = -9223372036854775808 WHERE first = 1`); err != nil {
		t.Fatal(err)
	}
	if gaps, err := s.Gaps(t.Context(), "line1", 10); err != nil || len(gaps) != 1 || gaps[0].First != 9 {
		t.Errorf("Gaps = %+v, %v, want the gap that is possible", gaps, err)
	}
}
