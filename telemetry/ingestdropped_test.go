package telemetry

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry/metrics"
)

// recorder is a bench whose posted events move metrics, as an agent's do.
type recorder struct {
	*bench
	metrics *metrics.Metrics
}

func (r *recorder) Ingest(_ string, events []buffer.Event) error {
	for i := range events {
		r.metrics.Record(&events[i])
	}
	return nil
}

func TestMetricThatIsDroppedIsTold(t *testing.T) {
	r := &recorder{metrics: metrics.New("", func() time.Duration { return 0 })}
	s, _ := newTestServer(func(o *ServerOptions) {
		r.bench = o.Backend.(*bench)
		o.Backend, o.Refuses = r, r.metrics.Refuses
	})
	post := func(body string) string {
		t.Helper()
		w := s.ask(t, "POST", "/events", body)
		if w.Code != http.StatusOK {
			t.Fatalf("POST %s = %d %s", body, w.Code, w.Body)
		}
		return strings.TrimSpace(w.Body.String())
	}
	if got := post(`{"event_type":"gauge","metric_name":"queue","value":1}`); got != `{"accepted":1}` {
		t.Errorf("a metric that is kept: %s", got)
	}
	if got := post(`[{"event_type":"histogram","metric_name":"queue","value":1},{"event_type":"gauge","metric_name":"queue","value":2}]`); got != `{"accepted":2,"metrics_dropped":{"type":1}}` {
		t.Errorf("a metric of another type: %s", got)
	}
}
