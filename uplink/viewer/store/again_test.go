package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// again2000: what of a gap is stored comes again, each event once and as it was, whether it is a row, in a block, or in one of an earlier
// version; the rest is named.
func again2000(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	s, where := fresh(t)
	want := map[uint64]buffer.Event{}
	var stored []buffer.Event
	for seq := uint64(1); seq <= 2000; seq++ {
		e := reading("b1", seq, float64(seq))
		e.Up *= 10
		e.Time = zero.Add(e.Up)
		if seq%2 == 0 {
			e.Point, e.Labels = "cg", buffer.MakeLabels("device", "ion1", "channel", "cg")
		}
		if seq <= 1500 && (seq <= 700 || seq > 710) {
			want[seq] = e
			stored = append(stored, e, command("b1", seq, "x"))
		}
	}
	other := reading("b1", 705, 1)
	other.Source = "line2"
	appendAll(t, s, append(stored, other, reading("b0", 706, 1))...)
	if _, err := s.Pack(t.Context(), zero.Add(5*time.Hour)); err != nil { // the last hours stay rows
		t.Fatal(err)
	}
	check := func(lane buffer.Lane, first, last uint64, missing string) {
		t.Helper()
		seen := map[uint64]bool{}
		parts, err := s.Again(t.Context(), Gap{Source: "line1", Boot: "b1", Lane: lane, First: first, Last: last}, func(events []buffer.Event) error {
			for _, e := range events {
				if seen[e.Seq] || e.Seq < first || last > 0 && e.Seq > last {
					t.Errorf("%s %d to %d: event %d comes twice, or was not wanted", lane, first, last, e.Seq)
				}
				if seen[e.Seq] = true; lane == buffer.Readings && e != want[e.Seq] {
					t.Errorf("event %d is %+v, want %+v", e.Seq, e, want[e.Seq])
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, g := range parts {
			text += fmt.Sprintf("%d-%d ", g.First, g.Last)
		}
		if text != missing {
			t.Errorf("%s %d to %d: missing are %q, want %q", lane, first, last, text, missing)
		}
		for seq := range want {
			if seq >= first && (seq <= last || last == 0) && !seen[seq] {
				t.Fatalf("%s %d to %d: event %d does not come", lane, first, last, seq)
			}
		}
	}
	all := func() {
		t.Helper()
		check(buffer.Readings, 1, 2000, "701-710 1501-2000 ")
		check(buffer.Readings, 1, 0, "701-710 1501-0 ")
		check(buffer.Readings, 1400, 1500, "")
		check(buffer.Readings, 705, 708, "705-708 ")
		check(buffer.Readings, 3000, 0, "3000-0 ")
		check(buffer.Audit, 5, 800, "701-710 ")
	}
	all()
	var blocks, rows int
	if err := s.read.QueryRow(`SELECT (SELECT count(*) FROM block), (SELECT count(*) FROM reading)`).Scan(&blocks, &rows); err != nil || blocks == 0 || rows == 0 {
		t.Fatalf("%d blocks, %d rows, %v: the test compares nothing", blocks, rows, err)
	}
	for _, column := range []string{"first_seq", "last_seq"} {
		if _, err := s.write.Exec(`ALTER TABLE block DROP COLUMN ` + column); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	s = open(t, where)
	all()
	errGone := errors.New("gone")
	if _, err := s.Again(t.Context(), Gap{Source: "line1", Boot: "b1", Lane: buffer.Readings, First: 1}, func([]buffer.Event) error { return errGone }); !errors.Is(err, errGone) {
		t.Errorf("an error of the receiver gives %v", err)
	}
}

// What was deleted is known as received, and must be named all the same: the store cannot give it again.
func againPruned(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	s, _ := fresh(t)
	var all []buffer.Event
	for seq := uint64(1); seq <= 60; seq++ {
		all = append(all, reading("b1", seq, 1))
	}
	appendAll(t, s, all...)
	if _, err := s.Prune(t.Context(), Retain{Age: time.Hour}, zero.Add(time.Hour+30500*time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	var given []uint64
	missing, err := s.Again(t.Context(), Gap{Source: "line1", Boot: "b1", Lane: buffer.Readings, First: 1, Last: 60}, func(events []buffer.Event) error {
		for i := range events {
			given = append(given, events[i].Seq)
		}
		return nil
	})
	if err != nil || len(missing) != 1 || missing[0].First != 1 || missing[0].Last != 30 || len(given) != 30 || slices.Min(given) != 31 {
		t.Errorf("Again gives %v, and %+v, %v as missing; want 31 to 60, and 1 to 30", given, missing, err)
	}
}

// Many holes are named as one part: whoever is asked for it has what is between them, or is told that it is here.
func TestAgainNamesManyHolesAsOne(t *testing.T) {
	s := open(t, t.TempDir()+"/events.db")
	var events []buffer.Event
	for seq := uint64(2); seq <= 100; seq += 2 {
		events = append(events, reading("b1", seq, 1))
	}
	appendAll(t, s, events...)
	given := 0
	missing, err := s.Again(t.Context(), Gap{Source: "line1", Boot: "b1", Lane: buffer.Readings, First: 1, Last: 100}, func(events []buffer.Event) error { given += len(events); return nil })
	if err != nil || given != 50 || len(missing) != 1 || missing[0].First != 1 || missing[0].Last != 99 {
		t.Errorf("%d events and the parts %+v, %v; want 50 and 1 to 99", given, missing, err)
	}
}
