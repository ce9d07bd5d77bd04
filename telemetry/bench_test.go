package telemetry

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry/metrics"
)

// thousand is a program with 1000 series, of which all readings change at each poll.
func thousand() (*metrics.Metrics, *buffer.Present, func(round int)) {
	m := metrics.New("", func() time.Duration { return 0 })
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

// BenchmarkScrape is GET /metrics of 1000 series, over a connection, all readings new. p50 is what section 12 bounds.
func BenchmarkScrape(b *testing.B) {
	m, p, poll := thousand()
	s, _ := newTestServer(func(o *ServerOptions) { o.Gatherer = m.Gatherer(p) })
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	var took []time.Duration
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		poll(i)
		began := time.Now()
		response, err := http.Get(server.URL + "/metrics")
		if err != nil {
			b.Fatal(err)
		}
		n, _ := io.Copy(io.Discard, response.Body)
		response.Body.Close()
		took = append(took, time.Since(began))
		if n < 50_000 {
			b.Fatalf("%d bytes, want more", n)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1e3, "p50-ms")
}

// BenchmarkEvents is GET /events of the newest 1000 of full rings.
func BenchmarkEvents(b *testing.B) {
	s, bench := newTestServer(func(o *ServerOptions) { o.Lanes = buffer.NewLanes(0, 0, 0) })
	bench.lanes = s.Lanes
	for i := range 6000 {
		kind := buffer.Reading
		if i%6 == 0 {
			kind = buffer.Command
		}
		s.Lanes.Append(event(kind, "pressure_pascals", float64(i), float64(i)))
	}
	for _, target := range []string{"/events", "/events?q=nothing", "/events?format=csv"} {
		b.Run(target, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if w := s.ask(b, "GET", target, ""); w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
		})
	}
}

func BenchmarkTrendAdd(b *testing.B) {
	t := NewTrend()
	samples := []buffer.Sample{sample("ion1", "ig", "pressure", buffer.Pascals, 1e-7)}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		samples[0].Up = time.Duration(i) * time.Second
		t.Add(samples, start.Add(samples[0].Up))
	}
}
