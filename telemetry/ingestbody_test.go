package telemetry

import (
	"strings"
	"testing"
)

// A body that came another way is taken, and refused, as by POST /events.
func TestBodyThatCameAnotherWay(t *testing.T) {
	s, bench := newTestServer()
	const good = `{"event_type":"counter","metric_name":"run_started","value":1}`
	if err := s.Ingest("mqtt", []byte("["+good+","+good+"]")); err != nil || bench.last() != "ingest 2 by mqtt" {
		t.Errorf("%v, %q; want 2 by mqtt", err, bench.last())
	}
	if err := (*Server)(nil).Ingest("mqtt", []byte(good)); err == nil {
		t.Error("events were taken before there is a server")
	}
	for _, c := range []struct{ body, says string }{
		{good + "\n" + `{"event_type":"counter","value":1}`, "event 2 (line 2): metric_name is missing"},
		{strings.Repeat(" ", maxBody+1), "must be at most"},
		{"", "body is empty"},
	} {
		bench.ingest = nil
		err := s.Ingest("mqtt", []byte(c.body))
		if err == nil || !strings.Contains(err.Error(), c.says) || len(bench.ingest) > 0 {
			t.Errorf("%.40q: %v, %d taken; want none and %q", c.body, err, len(bench.ingest), c.says)
		}
	}
}
