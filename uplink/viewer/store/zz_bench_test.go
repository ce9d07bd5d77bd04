package store

import (
	"path/filepath"
	"testing"
)

func BenchmarkIngest1000(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "events.db"))
	f := newGenerator(1000)
	if _, err := s.Append(b.Context(), f.batch(1000)); err != nil {
		b.Fatal(err)
	}
	begun := cpu()
	for b.Loop() {
		if n, err := s.Append(b.Context(), f.batch(500)); n != 500 || err != nil {
			b.Fatalf("Append = %d, %v", n, err)
		}
	}
	b.ReportMetric(float64(b.N)*500/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(cpu()-begun)/float64(b.N)/500, "cpu-ns/event")
}
