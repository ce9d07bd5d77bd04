package telemetry

import (
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry/metrics"
)

func TestOpenMetricsOnRequest(t *testing.T) {
	m, p := metrics.New("", func() time.Duration { return 0 }), &buffer.Present{}
	m.Add("commands_total", "", 1)
	s, _ := newTestServer(func(o *ServerOptions) { o.Gatherer = m.Gatherer(p) })
	plain := s.ask(t, "GET", "/metrics", "").Body.String()
	open := s.ask(t, "GET", "/metrics", "", with("Accept", "application/openmetrics-text; version=1.0.0")).Body.String()
	if !strings.Contains(plain, "# TYPE pychron_commands_total counter\n") || strings.Contains(plain, "# EOF") {
		t.Errorf("text format: %.300s", plain)
	}
	if !strings.Contains(open, "# TYPE pychron_commands counter\n") || !strings.HasSuffix(open, "# EOF\n") {
		t.Errorf("OpenMetrics: %.300s", open)
	}
	if !strings.Contains(plain, "go_goroutines ") || !strings.Contains(plain, "process_open_fds ") {
		t.Error("Go's and the process' own metrics are not there")
	}
}
