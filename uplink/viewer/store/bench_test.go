package store

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// BenchmarkIngest stores batches of 1000 readings of 10 agents with 20 gauges each; the budget is 40 000 events/s.
func BenchmarkIngest(b *testing.B) {
	ingest(b, open(b, filepath.Join(b.TempDir(), "events.db")), 10, 1000)
}

// BenchmarkIngest1000 stores batches of 500 readings of 1000 agents, each of another one; the budget is 20 000 events/s.
func BenchmarkIngest1000(b *testing.B) {
	ingest(b, open(b, filepath.Join(b.TempDir(), "events.db")), 1000, 500)
}

func ingest(b *testing.B, s *Store, agents, batch int) {
	f := newGenerator(agents)
	if _, err := s.Append(b.Context(), f.batch(20*agents)); err != nil { // all series
		b.Fatal(err)
	}
	begun := cpu()
	for b.Loop() {
		if n, err := s.Append(b.Context(), f.batch(batch)); n != int64(batch) || err != nil {
			b.Fatalf("Append = %d, %v", n, err)
		}
	}
	b.ReportMetric(float64(b.N*batch)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(cpu()-begun)/float64(b.N*batch), "cpu-ns/event")
}

// BenchmarkMemory reports the memory that is the process' own, in MiB, once it has stored half a million readings of 10 agents with 20 gauges each,
// then drawn each gauge twice, then packed them.
func BenchmarkMemory(b *testing.B) {
	for b.Loop() {
		s := open(b, filepath.Join(b.TempDir(), "events.db"))
		fill(b, s, newGenerator(10), 50_000)
		b.ReportMetric(anonymous(b), "MiB-stored")
		for i := range 40 {
			q := telemetry.SeriesQuery{Source: fmt.Sprint("line", 1+i%10), Device: "ion1", Point: fmt.Sprint("g", i%20), Since: zero, Until: zero.Add(24 * time.Hour), Points: 2000}
			if _, err := s.Series(b.Context(), q); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(anonymous(b), "MiB-read")
		if _, err := s.Pack(b.Context(), zero.Add(1000*time.Hour)); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(anonymous(b), "MiB-packed")
	}
}

// anonymous is the memory that is this process' own, in MiB, without garbage.
func anonymous(b *testing.B) float64 {
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/status")
	_, rest, found := strings.Cut(string(text), "RssAnon:")
	if err != nil || !found {
		b.Skip("the system does not say how much memory the process has")
	}
	var kib float64
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		b.Fatal(err)
	}
	return kib / 1024
}

// BenchmarkPack packs hours of 20 gauges.
func BenchmarkPack(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "events.db"))
	f := newGenerator(1)
	packed := int64(0)
	for b.Loop() {
		b.StopTimer()
		fill(b, s, f, f.seq[0]+72_000)
		b.StartTimer()
		n, err := s.Pack(b.Context(), zero.Add(1000*time.Hour))
		if packed += n; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(packed)/b.Elapsed().Seconds(), "events/s")
}

func fill(b *testing.B, s *Store, f *generator, events uint64) {
	for f.seq[0] < events {
		if _, err := s.Append(b.Context(), f.batch(5000)); err != nil {
			b.Fatal(err)
		}
	}
}

// generator makes readings of agents with 20 gauges each, every one once a second with some jitter and 1 % of noise in five digits.
type generator struct {
	seq    []uint64 // by agent
	next   int      // agent
	labels []buffer.Labels
	random *rand.Rand
}

func newGenerator(agents int) *generator {
	f := &generator{seq: make([]uint64, agents), random: rand.New(rand.NewPCG(1, 2))}
	for i := range 20 {
		f.labels = append(f.labels, buffer.MakeLabels("device", "ion1", "channel", fmt.Sprintf("g%d", i)))
	}
	return f
}

func (f *generator) batch(n int) []buffer.Event {
	events := make([]buffer.Event, n)
	for i := range events {
		agent := f.next
		f.next = (f.next + 1) % len(f.seq)
		seq := f.seq[agent]
		value := math.Round((1+0.01*f.random.NormFloat64())*1e4) / 1e4 / 1e6
		e := reading("b1", seq+1, value)
		e.Source = fmt.Sprintf("line%d", agent+1)
		e.Point, e.Labels = fmt.Sprintf("g%d", seq%20), f.labels[seq%20]
		e.Up = time.Duration(seq)*time.Second/20 + time.Duration(f.random.IntN(400))*time.Microsecond
		e.Time = zero.Add(e.Up)
		f.seq[agent]++
		events[i] = e
	}
	return events
}

// BenchmarkHistory reads a day of one of 20 gauges, a reading a second each, out of ten million readings (one million with -short), and a
// month of one gauge, as for a plot. The size of the packed store, with all indexes, is reported as bytes a reading.
func BenchmarkHistory(b *testing.B) { history20(b, open(b, filepath.Join(b.TempDir(), "events.db"))) }

func history20(b *testing.B, s *Store) {
	events := uint64(10_000_000)
	if testing.Short() {
		events = 1_000_000
	}
	fill(b, s, newGenerator(1), events)
	if _, err := s.Pack(b.Context(), zero.Add(1000*time.Hour)); err != nil {
		b.Fatal(err)
	}
	size, err := s.Size(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	plot := func(name string, q telemetry.SeriesQuery) {
		b.Run(name, func(b *testing.B) {
			begun := cpu()
			for b.Loop() {
				if got, err := s.Series(b.Context(), q); err != nil || len(got.T) < 100 {
					b.Fatalf("Series = %d points, %v", len(got.T), err)
				}
			}
			b.ReportMetric(float64((cpu()-begun).Microseconds())/1000/float64(b.N), "cpu-ms")
			b.ReportMetric(float64(size)/float64(events), "bytes/reading")
		})
	}
	plot("day", telemetry.SeriesQuery{Device: "ion1", Point: "g7", Since: zero, Until: zero.Add(24 * time.Hour), Points: 2000})
	month(b, s)
	plot("month", telemetry.SeriesQuery{Device: "ion1", Point: "month", Since: zero, Until: zero.Add(30 * 24 * time.Hour), Points: 2000})
}

// cpu is the time of the processor that this process has had: on a busy machine it is what a quiet one would take.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it has no reason to fail
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// month stores a month of one gauge, a reading a second, as blocks.
func month(b *testing.B, s *Store) {
	f := newGenerator(1)
	for hour := range 30 * 24 {
		events := f.batch(3600)
		for i := range events {
			e := &events[i]
			e.Source, e.Point, e.Labels, e.Seq = "line9", "month", buffer.MakeLabels("device", "ion1", "channel", "month"), uint64(hour*3600+i+1)
			e.Up = time.Duration(e.Seq) * time.Second
			e.Time = zero.Add(e.Up)
		}
		if _, err := s.Append(b.Context(), events); err != nil {
			b.Fatal(err)
		}
		if hour%24 == 23 {
			if _, err := s.Pack(b.Context(), zero.Add(1000*time.Hour)); err != nil {
				b.Fatal(err)
			}
		}
	}
}
