package telemetry

import (
	"math"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry/metrics"
)

func FuzzPost(f *testing.F) {
	for _, seed := range []string{
		`{"event_type":"counter","metric_name":"run_started","value":1,"labels":{"queue":"a"},"status":"success","timestamp":1790000001.5}`,
		`[{"event_type":"gauge","metric_name":"a","value":1},{}]`, "[", "[]", "{}\n{}", `{"labels":{"a":`, "\x00", `[[[[`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		events, err := (&ingest{namespace: "pychron", now: time.Now}).parsePosted(data)
		if err != nil {
			if statusOf(err) != 400 || len(events) > 0 {
				t.Errorf("status %d with %d events, want 400 and none", statusOf(err), len(events))
			}
			return
		}
		for _, e := range events {
			if !metrics.ValidName(e.Metric) || math.IsNaN(e.Value) || math.IsInf(e.Value, 0) || len(e.Labels) > buffer.MaxLabels || e.Type == 0 || e.Time.IsZero() {
				t.Errorf("taken: %+v", e)
			}
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add("9f2c61aa.1.2.3")
	f.Add("...")
	f.Add("9f2c61aa.18446744073709551616.0.0")
	now := buffer.Positions{Audit: 5, Readings: 5, Ingest: 5}
	f.Fuzz(func(t *testing.T, text string) {
		cursor, again, err := parseCursor(text, boot, now)
		if err == nil && !again && cursorText(boot, cursor) != text && cursor != (buffer.Positions{}) {
			t.Errorf("parseCursor(%q) = %v, which is written %q", text, cursor, cursorText(boot, cursor))
		}
	})
}

func FuzzRequest(f *testing.F) {
	for _, seed := range []string{`{"value":1,"ttl":"2s","note":"x"}`, `{"value":1e999}`, `{"ttl":""}`, `[]`, `null`, `{} {}`, `{"value":{}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		request, err := parseRequest(data, []string{"value", "ttl", "note", "who"})
		if err != nil && statusOf(err) != http.StatusBadRequest {
			t.Errorf("status %d, want 400", statusOf(err))
		}
		if err == nil && (request.TTL < 0 || len(request.Note) > maxRequestText || request.Value != nil && (math.IsNaN(*request.Value) || math.IsInf(*request.Value, 0))) {
			t.Errorf("taken: %+v", request)
		}
	})
}

func FuzzQuestion(f *testing.F) {
	for _, seed := range []string{"type=counter&kind=command", "limit=2&after=9f2c61aa.1.2.0", "since=0&until=1e9&format=csv", "q=%00&severity=error", "a;b"} {
		f.Add(seed)
	}
	s, bench := newTestServer()
	fill(bench)
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest("GET", "/events", nil)
		r.Host, r.RemoteAddr, r.URL.RawQuery = "localhost", "127.0.0.1:1", query
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
			t.Errorf("GET /events?%s = %d, want 200 or 400", query, w.Code)
		}
	})
}
