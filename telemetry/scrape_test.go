package telemetry

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

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

// writes counts what is written at once.
type writes struct {
	*httptest.ResponseRecorder
	n int
}

func (w *writes) Write(b []byte) (int, error) {
	w.n++
	return w.ResponseRecorder.Write(b)
}

// ours are the lines, or in protobuf the families, that are neither Go's nor the process': those change from one scrape to the next.
func ours(t *testing.T, r *httptest.ResponseRecorder) string {
	t.Helper()
	format := expfmt.ResponseFormat(r.Result().Header)
	var out strings.Builder
	if format.FormatType() != expfmt.TypeProtoDelim {
		for line := range strings.Lines(r.Body.String()) {
			if !strings.HasPrefix(strings.TrimPrefix(strings.TrimPrefix(line, "# HELP "), "# TYPE "), "go_") && !strings.Contains(line, "process_") {
				out.WriteString(line)
			}
		}
		return out.String()
	}
	for d := expfmt.NewDecoder(bytes.NewReader(r.Body.Bytes()), format); ; {
		var f dto.MetricFamily
		if err := d.Decode(&f); err == io.EOF {
			return out.String()
		} else if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(f.GetName(), "pychron_") {
			out.WriteString(f.String())
		}
	}
}

// What is sent in large pieces is what the handler of Prometheus writes, in every format, and of some families alone.
func TestExpositionIsSentInLargePieces(t *testing.T) {
	m, p, _ := thousand()
	m.Set("device_up", buffer.MakeLabels("device", "Säule \"1\"\n\\"), 1)
	gatherer := m.Gatherer(p)
	plain := promhttp.HandlerFor(gatherer, promhttp.HandlerOpts{EnableOpenMetrics: true, DisableCompression: true})
	buffered := exposition(gatherer, slog.New(slog.DiscardHandler))
	for _, accept := range []string{
		"", "*/*", "application/openmetrics-text; version=1.0.0", "application/openmetrics-text", "text/plain;version=1.0.0;escaping=allow-utf-8,text/plain;version=0.0.4",
		"application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
	} {
		for _, target := range []string{"/metrics", "/metrics", "/metrics?name[]=pychron_pressure_pascals&name[]=pychron_device_up"} { // the second time with the memory of the first
			r := httptest.NewRequest("GET", target, nil)
			r.Header.Set("Accept", accept)
			want, got := httptest.NewRecorder(), &writes{ResponseRecorder: httptest.NewRecorder()}
			plain.ServeHTTP(want, r)
			buffered.ServeHTTP(got, r)
			size := got.Body.Len()
			if g, w := ours(t, got.ResponseRecorder), ours(t, want); g != w || len(w) < answerBuffer {
				t.Errorf("%q, %s: %d bytes, want the %d of Prometheus' handler:\n%.2000s", accept, target, len(g), len(w), g)
			}
			if fmt.Sprint(got.Header()) != fmt.Sprint(want.Header()) {
				t.Errorf("%q, %s: header %s, want %s", accept, target, got.Header(), want.Header())
			}
			if max := size/(answerBuffer-4096) + 1; got.n > max {
				t.Errorf("%q, %s: %d bytes in %d pieces, want at most %d", accept, target, size, got.n, max)
			}
		}
	}
}
