package store

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// gapTable is the table in which earlier versions kept gaps.
const gapTable = `CREATE TABLE gap (
  boot BIGINT NOT NULL, lane SMALLINT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL,
  noticed BIGINT NOT NULL, declared SMALLINT NOT NULL, PRIMARY KEY (boot, lane, first))`

// makeEarlier gives a store the form that earlier versions wrote: all events in one table, gaps in another. Readings must be rows.
func makeEarlier(ctx context.Context, s *Store) error {
	gaps, err := s.Gaps(ctx, "", 1000)
	if err != nil {
		return err
	}
	statements := []string{gapTable,
		`INSERT INTO event (boot, lane, seq, at, skew, up, series, severity, value, bound, missing, status, note)
		 SELECT boot, lane, seq, at, skew, up, series, severity, value, bound, missing, status, note FROM reading ORDER BY at`}
	for _, table := range []string{"reading", "span", "stream", "clock", "block", "block_data"} {
		statements = append(statements, `DELETE FROM `+table)
	}
	for _, statement := range statements {
		if _, err := s.write.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%.40s: %w", statement, err)
		}
	}
	for _, g := range gaps {
		declared := 0
		if g.Declared {
			declared = 1
		}
		_, err := s.write.ExecContext(ctx, `INSERT INTO gap (boot, lane, first, last, noticed, declared)
			VALUES ((SELECT id FROM boot WHERE source = $1 AND boot = $2), $3, $4, $5, $6, $7)`,
			g.Source, g.Boot, int64(g.Lane), int64(g.First), int64(g.Last), g.Noticed.UnixMicro(), int64(declared))
		if err != nil {
			return err
		}
	}
	return nil
}

// An earlier version stored the end of a gap beyond what the database holds.
func TestGapWithAnImpossibleNumberIsPassedOver(t *testing.T) {
	where := filepath.Join(t.TempDir(), "events.db")
	s := open(t, where)
	g := Gap{Source: "line1", Boot: "b1", Lane: buffer.Audit, First: 1, Last: 1 << 63, Noticed: zero}
	if err := s.NoteGap(t.Context(), g); err == nil {
		t.Error("NoteGap up to 2^63 = nil, want an error")
	}
	appendAll(t, s, command("b1", 8, ""), command("b1", 10, ""))
	if err := makeEarlier(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.ExecContext(t.Context(), `UPDATE gap SET last = -9223372036854775808 WHERE first = 1`); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s = open(t, where)
	if gaps, err := s.Gaps(t.Context(), "line1", 10); err != nil || len(gaps) != 1 || gaps[0].First != 9 || gaps[0].Last != 9 {
		t.Errorf("Gaps = %+v, %v, want the gap that is possible", gaps, err)
	}
}

// Of two gaps side by side, of which one is lost, each keeps the time at which it was noticed.
func TestEarlierGapsSideBySide(t *testing.T) {
	where := filepath.Join(t.TempDir(), "events.db")
	s := open(t, where)
	s.now = func() time.Time { return zero }
	appendAll(t, s, reading("b1", 3, 1))
	if err := s.NoteGap(t.Context(), Gap{Source: "line1", Boot: "b1", Lane: buffer.Readings, First: 2, Last: 2, Noticed: zero.Add(8 * time.Second), Declared: true}); err != nil {
		t.Fatal(err)
	}
	want, err := s.Gaps(t.Context(), "line1", 10)
	if err != nil || len(want) != 2 {
		t.Fatalf("Gaps = %+v, %v, want two", want, err)
	}
	if err := makeEarlier(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if got, err := open(t, where).Gaps(t.Context(), "line1", 10); err != nil || !slices.Equal(got, want) {
		t.Errorf("Gaps = %+v, %v, want %+v as before", got, err, want)
	}
}

// older1000 is a store in its earlier form with 1000 readings of two gauges over some hours, commands among them, a gap and a lost one.
func older1000(t *testing.T, s *Store) (all []buffer.Event) {
	t.Helper()
	for i := range uint64(1000) {
		e := reading("b1", i+1, float64(i))
		if i%2 == 1 {
			e.Point, e.Labels = "cg", buffer.MakeLabels("device", "ion1", "channel", "cg")
		}
		e.Time, e.Up = e.Time.Add(17*e.Up), 18*e.Up
		if i < 400 || i >= 420 {
			all = append(all, e)
		}
		if i%50 == 49 {
			all = append(all, command("b1", i/50+1, ""))
		}
	}
	appendAll(t, s, all...)
	if err := s.NoteGap(t.Context(), Gap{Source: "line1", Boot: "b1", Lane: buffer.Readings, First: 405, Last: 410, Noticed: zero, Declared: true}); err != nil {
		t.Fatal(err)
	}
	if err := makeEarlier(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return all
}

// stopped is that a store in its earlier form migrates in steps, after each of which the viewer may be stopped: nothing is lost or doubled.
func stopped(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	s, where := fresh(t)
	all := older1000(t, s)
	want := names(collect(t, s, buffer.Filter{}))
	if len(want) != len(all) {
		t.Fatalf("%d events before, want %d", len(want), len(all))
	}
	steps := 0
	for n := int64(1); n > 0; steps++ {
		s.Close()
		s = open(t, where)
		s.limits.packed = 90
		if got := names(collect(t, s, buffer.Filter{})); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("after %d steps: %d events, want the same %d in the same order", steps, len(got), len(want))
		}
		if n := appendAll(t, s, all[steps*7:steps*7+30]...); n != 0 {
			t.Fatalf("after %d steps %d known events are stored again", steps, n)
		}
		gaps, err := s.Gaps(t.Context(), "line1", 10)
		if err != nil || len(gaps) != 3 {
			t.Fatalf("after %d steps: gaps %+v, %v, want 401-404, 405-410 lost, 411-420", steps, gaps, err)
		}
		if n, err = s.packStep(t.Context(), zero); err != nil {
			t.Fatal(err)
		}
	}
	if steps < 10 {
		t.Errorf("%d steps, want more: the test stops nowhere", steps)
	}
	var rows int
	if err := s.read.QueryRow(`SELECT count(*) FROM event WHERE lane = 2`).Scan(&rows); err != nil || rows != 0 {
		t.Errorf("%d readings are rows of the table event at the end (%v), want none", rows, err)
	}
}
