package metrics

import (
	"fmt"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// thousand is a program with 1000 series, of which all readings change at each poll.
func thousand() (*Metrics, *buffer.Present, func(round int)) {
	m := New("", func() time.Duration { return 0 })
	p := &buffer.Present{}
	for d := range 50 {
		io := m.IO(fmt.Sprintf("gauge%d", d), "read")
		io.Done(nil, time.Millisecond, start)
	}
	poll := func(round int) {
		for d := range 50 {
			samples := make([]buffer.Sample, 16)
			for c := range samples {
				samples[c] = sample(fmt.Sprintf("gauge%d", d), fmt.Sprintf("ch%d", c), "pressure", buffer.Pascals, 1e-7*float64(round+c))
			}
			p.Set(samples[0].Device, samples)
		}
	}
	poll(0)
	return m, p, poll
}

// BenchmarkGather is the same without encoding and connection, changed and unchanged.
func BenchmarkGather(b *testing.B) {
	for _, name := range []string{"changed", "unchanged"} {
		b.Run(name, func(b *testing.B) {
			m, p, poll := thousand()
			g := m.Gatherer(p)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if name == "changed" {
					poll(i)
				}
				if _, err := g.Gather(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkExchangeDone(b *testing.B) {
	m, _, _ := thousand()
	io := m.IO("gauge1", "read")
	b.ReportAllocs()
	for b.Loop() {
		io.Done(nil, 12*time.Millisecond, start)
	}
}

func BenchmarkRecord(b *testing.B) {
	m, _, _ := thousand()
	e := &buffer.Event{Lane: buffer.Audit, Kind: buffer.Command, Severity: buffer.Info, Type: buffer.Counter, Metric: "commands_total", Value: 1,
		Labels: buffer.MakeLabels("device", "V1", "control", "open", "result", "success")}
	b.ReportAllocs()
	for b.Loop() {
		m.Record(e)
	}
}
