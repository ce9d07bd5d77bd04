package block_test

import (
	"compress/flate"
	"io"
	"syscall"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// lines are the data that are measured: what a reading takes is to be at most 8 bytes with the deadband, 12 without.
var lines = []struct {
	name     string
	deadband float64
	digits   int
	readings int // of one gauge in a block
}{
	{"deadband1percent", 0.01, 5, 205}, {"deadband1percentHour", 0.01, 5, 1650}, {"deadband0", 0, 5, 205}, {"deadband0Hour", 0, 5, 3600}, {"deadband0float64", 0, 0, 205},
}

// readingsOf is the readings of one gauge among ten.
func readingsOf(deadband float64, digits, n int) (events []buffer.Event) {
	l := newLine(10, deadband, digits)
	var seq uint64
	for len(events) < n {
		l.poll(func(e *buffer.Event) {
			if seq++; e.Device == "gauge3" && len(events) < n {
				e.Lane, e.Seq = buffer.Readings, seq
				events = append(events, *e)
			}
		})
	}
	return events
}

func BenchmarkEncode(b *testing.B) {
	for _, l := range lines {
		b.Run(l.name, func(b *testing.B) {
			events := readingsOf(l.deadband, l.digits, l.readings)
			var a block.Appender
			var packed []byte
			b.ReportAllocs()
			begun := cpu()
			for b.Loop() {
				for i := range events {
					a.Append(&events[i])
				}
				packed = a.AppendBlock(packed[:0])
			}
			perReading(b, begun, len(events))
			b.ReportMetric(float64(len(packed))/float64(len(events)), "bytes/reading")
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, l := range lines {
		b.Run(l.name, func(b *testing.B) {
			events := readingsOf(l.deadband, l.digits, l.readings)
			packed := pack(events)
			var it block.Iterator
			b.ReportAllocs()
			begun := cpu()
			for b.Loop() {
				if err := it.Open(packed); err != nil {
					b.Fatal(err)
				}
				for it.Next() {
				}
			}
			perReading(b, begun, len(events))
		})
	}
}

// BenchmarkPoints reads the times and values alone.
func BenchmarkPoints(b *testing.B) {
	for _, l := range lines {
		b.Run(l.name, func(b *testing.B) {
			events := readingsOf(l.deadband, l.digits, l.readings)
			packed := pack(events)
			var p block.Points
			begun := cpu()
			for b.Loop() {
				if err := p.Open(packed); err != nil {
					b.Fatal(err)
				}
			}
			perReading(b, begun, len(events))
		})
	}
}

func pack(events []buffer.Event) []byte {
	var a block.Appender
	for i := range events {
		a.Append(&events[i])
	}
	return a.AppendBlock(nil)
}

// perReading reports the time of the processor, so that a busy machine gives the same.
func perReading(b *testing.B, begun time.Duration, n int) {
	b.ReportMetric(float64(cpu()-begun)/float64(b.N)/float64(n), "cpu-ns/reading")
}

// cpu is the time of the processor that this process has had.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it has no reason to fail
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkDeflated is what deflating the columns of numbers as well would save: nothing worth its time.
func BenchmarkDeflated(b *testing.B) {
	packed := pack(readingsOf(0.01, 5, 1650))
	var n counter
	w, _ := flate.NewWriter(&n, flate.BestCompression)
	for b.Loop() {
		n = 0
		w.Reset(&n)
		w.Write(packed)
		w.Close()
	}
	b.ReportMetric(float64(n)/float64(len(packed)), "deflated/block")
}

type counter int

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

var _ io.Writer = new(counter)
