//go:build e2e

package store

import (
	"fmt"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// BenchmarkRetainPostgres deletes a month of ten million readings, of four gauges with a reading a second each (a day of them with -short), and
// reports how long it took, and what the database has on its disk before (and what retention counts of that), afterwards, and when it was vacuumed, in MB.
func BenchmarkRetainPostgres(b *testing.B) {
	days := 31
	if testing.Short() {
		days = 1
	}
	begin := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	for b.Loop() {
		b.StopTimer()
		s := open(b, cluster(b)("postgres"))
		for day := range days {
			storeDay(b, s, begin, day)
		}
		storeDay(b, s, begin, 32)
		onDisk(b, s, "before")
		size, err := s.Size(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(size)/1e6, "MB-counted")
		wal := written(b, s)
		b.StartTimer()
		begun := time.Now()
		n, err := s.Prune(b.Context(), Retain{Age: time.Hour}, begin.AddDate(0, 1, 0).Add(2*time.Hour))
		if want := int64(days) * 4 * 86400; err != nil || n != want {
			b.Fatalf("Prune = %d, %v; want %d", n, err, want)
		}
		if err := s.reclaim(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(begun).Seconds(), "s")
		b.ReportMetric(written(b, s)-wal, "MB-written")
		b.StopTimer()
		onDisk(b, s, "pruned")
		if _, err := s.write.Exec("VACUUM"); err != nil {
			b.Fatal(err)
		}
		onDisk(b, s, "vacuumed")
		b.StartTimer()
	}
}

// storeDay stores and packs a day of four gauges.
func storeDay(b *testing.B, s *Store, begin time.Time, day int) {
	b.Helper()
	s.now = func() time.Time { return begin.AddDate(0, 0, day) }
	f := newGenerator(1)
	for hour := range 24 {
		events := f.batch(4 * 3600)
		for i := range events {
			e := &events[i]
			e.Seq = uint64((day*24+hour)*4*3600 + i + 1)
			e.Point = fmt.Sprint("g", i%4)
			e.Labels = buffer.MakeLabels("device", "ion1", "channel", e.Point)
			e.Up = time.Duration(e.Seq) * time.Second / 4
			e.Time = begin.Add(e.Up)
		}
		if _, err := s.Append(b.Context(), events); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := s.Pack(b.Context(), begin.Add(10000*time.Hour)); err != nil {
		b.Fatal(err)
	}
}

// onDisk reports what the database has on its disk for blocks, MB.
func onDisk(b *testing.B, s *Store, when string) {
	b.Helper()
	n, err := packedOnDisk(b.Context(), s)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(n/1e6, "MB-"+when)
}

// written is what the database has written to its log, MB.
func written(b *testing.B, s *Store) (mb float64) {
	b.Helper()
	if err := s.read.QueryRow("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') / 1e6").Scan(&mb); err != nil {
		b.Fatal(err)
	}
	return mb
}

// BenchmarkDividePostgres moves the blocks of a table that is not divided to their months, and reports how many a second, and the most that the
// database had on its disk meanwhile, in MB, if it is vacuumed each thousand blocks, as it is by itself where a fifth of a table was moved. Two months
// of four gauges with a reading a second each; two days with -short.
func BenchmarkDividePostgres(b *testing.B) {
	days := 60
	if testing.Short() {
		days = 2
	}
	begin := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	for b.Loop() {
		b.StopTimer()
		where := cluster(b)("postgres")
		s := open(b, where)
		for day := range days {
			storeDay(b, s, begin, day)
		}
		makeUndivided(b, s)
		s.Close()
		b.StartTimer()
		begun := time.Now()
		s = open(b, where)
		b.ReportMetric(time.Since(begun).Seconds(), "s-open")
		onDisk(b, s, "before")
		begun = time.Now()
		peak, moved := 0.0, 0
		for n := 1; n > 0; {
			var err error
			if n, err = s.moveStep(b.Context()); err != nil {
				b.Fatal(err)
			}
			moved += n
			size, err := packedOnDisk(b.Context(), s)
			if peak = max(peak, size/1e6); err != nil {
				b.Fatal(err)
			}
			if moved%1000 == 0 {
				if _, err := s.write.Exec("VACUUM block_data_0"); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(moved)/time.Since(begun).Seconds(), "blocks/s")
		b.ReportMetric(peak, "MB-peak")
		onDisk(b, s, "divided")
	}
}
