package store

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// BenchmarkIngest stores batches of 1000 readings of 20 gauges; the budget is 20 000 events/s.
func BenchmarkIngest(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "events.db"))
	f := newGenerator()
	for b.Loop() {
		if n, err := s.Append(b.Context(), f.batch(1000)); n != 1000 || err != nil {
			b.Fatalf("Append = %d, %v", n, err)
		}
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "events/s")
}

// generator makes readings of 20 gauges, each once a second.
type generator struct {
	seq    uint64
	labels []buffer.Labels
}

func newGenerator() *generator {
	f := &generator{}
	for i := range 20 {
		f.labels = append(f.labels, buffer.MakeLabels("device", "ion1", "channel", fmt.Sprintf("g%d", i)))
	}
	return f
}

func (f *generator) batch(n int) []buffer.Event {
	events := make([]buffer.Event, n)
	for i := range events {
		e := reading("b1", f.seq+1, 1e-6+float64(f.seq%1000)*1e-9)
		e.Labels = f.labels[f.seq%20]
		e.Time = zero.Add(time.Duration(f.seq) * time.Second / 20)
		f.seq++
		events[i] = e
	}
	return events
}

// BenchmarkDayOfOneGauge reads a day of one of 20 gauges, a reading a second each, from a store of millions, as for a plot. Ten million events, or one with -short; the store's size is reported as bytes/event.
func BenchmarkDayOfOneGauge(b *testing.B) {
	events := uint64(10_000_000)
	if testing.Short() {
		events = 1_000_000
	}
	s := open(b, filepath.Join(b.TempDir(), "events.db"))
	f := newGenerator()
	for f.seq < events {
		if _, err := s.Append(b.Context(), f.batch(10000)); err != nil {
			b.Fatal(err)
		}
	}
	size, err := s.Size(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	q := telemetry.SeriesQuery{Device: "ion1", Point: "g7", Since: zero, Until: zero.Add(24 * time.Hour), Points: 2000}
	for b.Loop() {
		got, err := s.Series(b.Context(), q)
		if err != nil || len(got.T) < 1000 {
			b.Fatalf("Series = %d points, %v", len(got.T), err)
		}
	}
	b.ReportMetric(float64(size)/float64(events), "bytes/event")
}
