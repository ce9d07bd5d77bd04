//go:build e2e

package store

import (
	"fmt"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// months tests what only PostgreSQL does: partitions.
func months(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	at := func(t *testing.T) *Store {
		s, _ := fresh(t)
		s.now = func() time.Time { return zero }
		return s
	}
	packed := func(t *testing.T, s *Store, events ...buffer.Event) {
		t.Helper()
		appendAll(t, s, events...)
		if _, err := s.Pack(t.Context(), zero.AddDate(100, 0, 0)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.write.Exec(`UPDATE block SET received = last_at`); err != nil { // as where each was stored when it happened
			t.Fatal(err)
		}
	}
	t.Run("too old", func(t *testing.T) {
		s := at(t)
		all := hourly(3)
		packed(t, s, all...)
		before := zero.AddDate(0, -1, -2) // in October
		first := 0
		for all[first].Time.Truncate(time.Hour).Add(30 * time.Minute).Before(before) {
			first++
		}
		n, err := s.Prune(t.Context(), Retain{Age: zero.Sub(before)}, zero)
		if err != nil || n != int64(first) {
			t.Errorf("Prune = %d, %v; want %d", n, err, first)
		}
		var whole int
		if err := s.read.QueryRow(`SELECT count(DISTINCT month) FROM block_data WHERE month IN (202608, 202609)`).Scan(&whole); err != nil || whole != 2 {
			t.Errorf("of %d of the two whole months the bytes are there until their partitions are dropped (%v), want 2: nothing was deleted one by one", whole, err)
		}
		reclaimed(t, s)
		if got := collect(t, s, buffer.Filter{}); len(got) == 0 || got[0] != all[first] || len(got) != len(all)-first {
			t.Errorf("%d events are left, want %d from %s on", len(got), len(all)-first, all[first].Time)
		}
		if got := partitions(t, s); got != "[0 202610 202611]" {
			t.Errorf("partitions %s, want August and September gone", got)
		}
		monthsOf(t, s)
	})
	t.Run("too much", func(t *testing.T) {
		s := at(t)
		packed(t, s, hourly(3)...)
		if _, err := s.write.Exec("VACUUM reading, event"); err != nil { // the database counts their rows then
			t.Fatal(err)
		}
		size := bytesOfBlocks(t, s)
		had := monthsOf(t, s)
		if _, err := s.Prune(t.Context(), Retain{Size: size / 2}, zero); err != nil { // half is August, September, and a part of October
			t.Fatal(err)
		}
		reclaimed(t, s)
		left := monthsOf(t, s)
		if got := partitions(t, s); got != "[0 202610 202611]" || left[202611] != had[202611] || left[202610] < 100 || left[202610] >= had[202610] {
			t.Errorf("partitions %s, blocks %v of %v; want August and September gone, and a part of October", got, left, had)
		}
		if now := bytesOfBlocks(t, s); now > size/2 || now < size/2-size/20 {
			t.Errorf("size %d of %d, want half", now, size)
		}
	})
	t.Run("too much, of which another viewer deletes some meanwhile", func(t *testing.T) {
		s := at(t)
		packed(t, s, hourly(1)...)
		if _, err := s.write.Exec("VACUUM reading, event"); err != nil {
			t.Fatal(err)
		}
		size := bytesOfBlocks(t, s)
		late := pruning{store: s, keep: Retain{Size: size / 2}, tooOld: beginOfTime, before: zero.UnixMicro(), tooMuch: size / 2}
		if err := late.measure(t.Context()); err != nil || late.size != size {
			t.Fatalf("size %d, %v; want %d", late.size, err, size)
		}
		if _, err := s.Prune(t.Context(), late.keep, zero); err != nil {
			t.Fatal(err)
		}
		left := bytesOfBlocks(t, s)
		if n, err := late.step(t.Context()); n != 0 || err != nil || late.measured {
			t.Errorf("%d deleted, %v, by a size from before, measured %t; want that it is measured again", n, err, late.measured)
		}
		if err := late.measure(t.Context()); err != nil || late.size != left {
			t.Errorf("size %d, %v; want %d", late.size, err, left)
		}
	})
	t.Run("too much is measured once", func(t *testing.T) {
		_, url := fresh(t)
		var c counter
		s := counted(t, url, &c)
		s.now = func() time.Time { return zero }
		packed(t, s, hourly(1)...)
		if _, err := s.write.Exec("VACUUM reading, event"); err != nil {
			t.Fatal(err)
		}
		size := bytesOfBlocks(t, s)
		c.summed.Store(0)
		if _, err := s.Prune(t.Context(), Retain{Size: size / 4}, zero); err != nil {
			t.Fatal(err)
		}
		if got := c.summed.Load(); got != 1 {
			t.Errorf("the sizes of all blocks were added up %d times, want once", got)
		}
		if now := bytesOfBlocks(t, s); now > size/4 || now < size/4-size/10 {
			t.Errorf("size %d of %d, want a quarter", now, size)
		}
	})
	t.Run("what is being read is dropped later", func(t *testing.T) {
		s := at(t)
		all := hourly(3)
		packed(t, s, all...)
		events, err := s.Events(t.Context(), buffer.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		read := 0
		for e, err := range events {
			if err != nil || e != all[read] {
				t.Fatalf("event %d is %+v, %v, want %+v", read, e, err, all[read])
			}
			if read++; read == 5 {
				if _, err := s.Prune(t.Context(), Retain{Age: zero.Sub(all[3000].Time)}, zero); err != nil {
					t.Fatal(err)
				}
				reclaimed(t, s)
				if got := collect(t, s, buffer.Filter{Limit: 10000}); len(got) > len(all)-2990 {
					t.Errorf("%d of %d events are left, want what is young", len(got), len(all))
				}
			}
		}
		if read != len(all) {
			t.Errorf("%d events are read, want all %d that were there when it began", read, len(all))
		}
		if got := partitions(t, s); got != "[0 202608 202609 202610 202611]" {
			t.Errorf("partitions %s, want all while they are read", got)
		}
		reclaimed(t, s)
		if got := partitions(t, s); got != "[0 202610 202611]" {
			t.Errorf("partitions %s afterwards, want none that is empty", got)
		}
	})
	t.Run("two viewers pack at once", func(t *testing.T) {
		a, where := fresh(t)
		b := open(t, where)
		all := hourly(3)
		appendAll(t, a, all...)
		done := make(chan int64)
		for _, s := range []*Store{a, b} {
			s.now, s.limits.packed = func() time.Time { return zero }, 40
			go func() {
				n, err := s.Pack(t.Context(), zero.AddDate(0, 0, 1))
				if err != nil {
					t.Errorf("Pack: %v", err)
				}
				done <- n
			}()
		}
		if n := <-done + <-done; n != int64(len(all)) {
			t.Errorf("packed %d readings of %d, want each once", n, len(all))
		}
		if got := fmt.Sprint(monthsOf(t, b)); got != "map[202608:232 202609:720 202610:744 202611:512]" {
			t.Errorf("blocks by month: %s", got)
		}
		if got := collect(t, b, buffer.Filter{}); len(got) != len(all) {
			t.Errorf("%d events, want %d", len(got), len(all))
		}
	})
	t.Run("far times have no month of their own", func(t *testing.T) {
		s := at(t)
		var all []buffer.Event
		for i, year := range []int{1970, 2000, 2015, 2017, 2026, 2027, 2100} {
			e := reading("b1", uint64(i+1), 1)
			e.Time = time.Date(year, 1, 2, 3, 4, 5, 0, time.UTC)
			all = append(all, e)
		}
		packed(t, s, all...)
		if got := fmt.Sprint(monthsOf(t, s)); got != "map[0:5 201701:1 202601:1]" {
			t.Errorf("blocks by month: %s", got)
		}
		if got := collect(t, s, buffer.Filter{}); len(got) != 7 {
			t.Errorf("%d events, want 7", len(got))
		}
		s.now = func() time.Time { return zero.AddDate(0, 1, 0) } // January is the next month
		packed(t, s)
		if got := fmt.Sprint(monthsOf(t, s)); got != "map[0:4 201701:1 202601:1 202701:1]" {
			t.Errorf("blocks by month a month later: %s", got)
		}
	})
	t.Run("a corrected clock moves blocks", func(t *testing.T) {
		s := at(t)
		early := reading("b1", 1, 1)
		early.Time = early.Time.AddDate(0, 0, -40)
		packed(t, s, early)
		if got := fmt.Sprint(monthsOf(t, s)); got != "map[202610:1]" {
			t.Fatalf("blocks by month: %s", got)
		}
		appendAll(t, s, buffer.Event{Source: "line1", Boot: "b1", Lane: buffer.Audit, Seq: 1, Kind: buffer.Clock, Type: buffer.Gauge,
			Metric: "clock_offset_seconds", Value: 40 * 86400, Up: 2 * time.Second, Time: zero.Add(2 * time.Second), Status: "success"})
		if got := fmt.Sprint(monthsOf(t, s)); got != "map[202611:1]" {
			t.Errorf("blocks by month after the correction: %s", got)
		}
		if got := collect(t, s, buffer.Filter{Since: zero, Kinds: []buffer.Kind{buffer.Reading}}); len(got) != 1 || got[0] != early {
			t.Errorf("events since %s = %v, want the early one found by its true time, unchanged", zero, got)
		}
	})
	t.Run("what a viewer of before stores is found", func(t *testing.T) {
		s := at(t)
		packed(t, s, reading("b1", 1, 1))
		for _, statement := range []string{ // as it does
			`INSERT INTO block (series, boot, lane, severity, skew, first_at, last_at, first_up, last_up, zero_min, zero_max, count, size, parts, first_seq, last_seq)
			 SELECT series, boot, lane, severity, skew, first_at, last_at, first_up, last_up, zero_min, zero_max, count, size, parts, first_seq, last_seq FROM block`,
			`INSERT INTO block_data (id, data) SELECT (SELECT max(id) FROM block), data FROM block_data`,
			`DELETE FROM block_data WHERE id = (SELECT min(id) FROM block)`, `DELETE FROM block WHERE id = (SELECT min(id) FROM block)`,
		} {
			if _, err := s.write.Exec(statement); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
		}
		for _, want := range []string{"map[0:1]", "map[202611:1]"} {
			if got := fmt.Sprint(monthsOf(t, s)); got != want {
				t.Errorf("blocks by month: %s, want %s", got, want)
			}
			if got := collect(t, s, buffer.Filter{}); len(got) != 1 || got[0] != reading("b1", 1, 1) {
				t.Errorf("Events = %v, want the one", got)
			}
			packed(t, s)
		}
	})
}

// bytesOfBlocks is what retention counts of all blocks.
func bytesOfBlocks(t *testing.T, s *Store) (n int64) {
	t.Helper()
	if err := s.read.QueryRow(`SELECT sum(` + bytesOfBlock + `) FROM block`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// reclaimed has a store drop what is empty.
func reclaimed(t *testing.T, s *Store) {
	t.Helper()
	if err := s.reclaim(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// partitions are the months that have one.
func partitions(t *testing.T, s *Store) string {
	t.Helper()
	var all []int64
	rows, err := s.read.Query(`SELECT substr(relname, 12)::bigint FROM pg_class WHERE relkind = 'r' AND relname LIKE 'block\_data\_%' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var month int64
		if err := rows.Scan(&month); err != nil {
			t.Fatal(err)
		}
		all = append(all, month)
	}
	return fmt.Sprint(all)
}
