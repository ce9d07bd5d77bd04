package telemetry

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"

	"pychron-edge/buffer"
	"pychron-edge/telemetry/metrics"
)

func TestOpenMetricsOnRequest(t *testing.T) {
	m, p := metrics.New("", func() time.Duration { return 0 }), &buffer.Present{}
	m.Add("commands_total", "", 1)
	s, _ := newTestServer(func(o *ServerOptions) { o.Gatherer = m.Gatherer(p).Lent() })
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

// writes counts what is written at once.
type writes struct {
	*httptest.ResponseRecorder
	n int
}

func (w *writes) Write(b []byte) (int, error) {
	w.n++
	return w.ResponseRecorder.Write(b)
}

// What is sent in large pieces is what the handler of Prometheus writes, in every format.
func TestExpositionIsSentInLargePieces(t *testing.T) {
	m, p, _ := thousand()
	m.Set("device_up", buffer.MakeLabels("device", "Säule \"1\"\n\\"), 1)
	fixed, err := m.Gatherer(p).Gather() // the process' own change from one scrape to the next
	if err != nil {
		t.Fatal(err)
	}
	gatherer := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) { return fixed, nil })
	plain := promhttp.HandlerFor(gatherer, promhttp.HandlerOpts{EnableOpenMetrics: true, DisableCompression: true})
	buffered := exposition(prometheus.ToTransactionalGatherer(gatherer), slog.New(slog.DiscardHandler))
	for _, accept := range []string{"", "application/openmetrics-text; version=1.0.0", "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"} {
		for range 2 { // the second time with the memory of the first
			r := httptest.NewRequest("GET", "/metrics", nil)
			r.Header.Set("Accept", accept)
			want, got := httptest.NewRecorder(), &writes{ResponseRecorder: httptest.NewRecorder()}
			plain.ServeHTTP(want, r)
			buffered.ServeHTTP(got, r)
			size := want.Body.Len()
			if !bytes.Equal(got.Body.Bytes(), want.Body.Bytes()) || got.Header().Get("Content-Type") != want.Header().Get("Content-Type") {
				t.Errorf("%q: %d bytes of %s, want the %d of %s", accept, got.Body.Len(), got.Header(), size, want.Header())
			}
			if max := size/(answerBuffer-4096) + 1; got.n > max || size < answerBuffer {
				t.Errorf("%q: %d bytes in %d pieces, want at most %d", accept, size, got.n, max)
			}
		}
	}
}
