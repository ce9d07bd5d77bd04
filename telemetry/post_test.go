package telemetry

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
)

func TestPostedEvents(t *testing.T) {
	s, bench := newTestServer()
	for _, c := range []struct {
		state, body, kind string
		want              int
	}{
		{"one event", `{"event_type":"counter","metric_name":"run_started","value":1,"labels":{"queue":"FC-12 \"a\""},"status":"success","timestamp":1790000001.5}`, "application/json", 1},
		{"an array", "[{\"event_type\":\"gauge\",\"metric_name\":\"pychron_depth\",\"value\":3},\n {\"event_type\":\"histogram\",\"metric_name\":\"fit_seconds\",\"value\":0.5}]", "application/json", 2},
		{"an empty array", "[]", "application/json", 0},
		{"NDJSON", "{\"event_type\":\"gauge\",\"metric_name\":\"a\",\"value\":1}\n{\"event_type\":\"gauge\",\"metric_name\":\"b\",\"value\":2}\n", "application/x-ndjson", 2},
		{"with a charset", `{"event_type":"gauge","metric_name":"a","value":1}`, "application/json; charset=utf-8", 1},
		{"labels that are no text", `{"event_type":"gauge","metric_name":"a","value":1,"labels":{"n":3,"ok":true}}`, "application/json", 1},
	} {
		t.Run(c.state, func(t *testing.T) {
			bench.ingest = nil
			w := s.ask(t, "POST", "/events", c.body, with("Content-Type", c.kind))
			if w.Code != 200 || len(bench.ingest) != c.want {
				t.Fatalf("%d %s, %d events, want %d", w.Code, w.Body, len(bench.ingest), c.want)
			}
			for _, e := range bench.ingest {
				if e.Lane != buffer.Ingest || e.Kind != buffer.Lifecycle || e.Source != "" || e.Boot != "" || e.Seq != 0 || e.Time.IsZero() {
					t.Errorf("event %+v: want lane ingest, kind lifecycle, a time and no identity", e)
				}
			}
		})
	}
	s.ask(t, "POST", "/events", `{"event_type":"counter","metric_name":"pychron_run_started","value":2,"labels":{"b":"2","a":"x"},"status":"failed","timestamp":1790000001.5}`)
	e := bench.ingest[len(bench.ingest)-1]
	want := buffer.Event{Lane: buffer.Ingest, Kind: buffer.Lifecycle, Severity: buffer.Warning, Type: buffer.Counter, Metric: "run_started", Value: 2,
		Labels: buffer.MakeLabels("a", "x", "b", "2"), Status: "failed", Time: time.Unix(1790000001, 5e8).UTC()}
	if e != want {
		t.Errorf("event %+v, want %+v", e, want)
	}
	if got := bench.last(); got != "ingest 1 by loopback" {
		t.Errorf("asked %q, want who posted", got)
	}
}

func TestBadPostsAreRefusedAsAWhole(t *testing.T) {
	s, bench := newTestServer()
	good := `{"event_type":"gauge","metric_name":"a","value":1}`
	field := func(f string) string { return strings.Replace(good, `"value":1`, f, 1) }
	many := make([]string, 10_000)
	for i := range many {
		many[i] = fmt.Sprintf(`"l%d":"x"`, i)
	}
	for _, c := range []struct {
		state, body string
		want        int
		says        string
	}{
		{"nothing", " ", 400, "body is empty"},
		{"no JSON", "{oops", 400, "event 1 (line 1): no JSON"},
		{"half of an event", good[:20], 400, "event 1 (line 1)"},
		{"half of an array", "[" + good, 400, "no JSON"},
		{"something after the array", "[" + good + "] 1", 400, "no JSON"},
		{"a number", "1", 400, "event 1 (line 1) is a number; must be an object of event_type"},
		{"text in an array", `["a"]`, 400, "event 1 (line 1)"},
		{"the third is bad", good + "\n" + good + "\n\n" + field(`"value":"x"`), 400, "event 3 (line 4): value is a string; must be a number"},
		{"bad in an array", "[\n" + good + ",\n" + field(`"value":null`) + "\n]", 400, "event 2 (line 3): value is missing"},
		{"no type", `{"metric_name":"a","value":1}`, 400, "event_type is missing"},
		{"a key twice", good + "\n" + field(`"value":1,"value":2`), 400, `event 2 (line 2): field "value" is given twice; must be given once`},
		{"a label twice", "[\n" + field(`"value":1,"labels":{"a":"b","a":"c"}`) + "]", 400, `event 1 (line 2): field "a" is given twice`},
		{"deeper than anybody needs", good + "\n" + field(`"value":1,"labels":`+strings.Repeat("[", 40)+strings.Repeat("]", 40)), 400, "event 2 (line 2): nested deeper than 32 levels"},
		{"Latin-1", good + "\n" + field(`"value":1,"status":"50 `+"\xb5"+`m"`), 400, "(0xb5) is not UTF-8; must be JSON in UTF-8"},
		{"a field in capitals, too", `{"event_type":"gauge","metric_name":"a","value":1,"VALUE":2}`, 400, `field "VALUE" is unknown`},
		{"an unknown type", `{"event_type":"summary","metric_name":"a","value":1}`, 400, "counter, gauge, histogram"},
		{"no name", `{"event_type":"gauge","value":1}`, 400, "metric_name is missing"},
		{"a bad name", strings.Replace(good, `"a"`, `"bad name!"`, 1), 400, `metric_name "bad name!"`},
		{"a name from nowhere", strings.Replace(good, `"a"`, `"2start"`, 1), 400, "metric_name"},
		{"a reserved name", strings.Replace(good, `"a"`, `"__name"`, 1), 400, "metric_name"},
		{"one of ours", strings.Replace(good, `"a"`, `"pychron_device_up"`, 1), 400, "program's own"},
		{"one of ours once it is a counter", `{"event_type":"counter","metric_name":"commands","value":1}`, 400, "program's own"},
		{"a state of ours", strings.Replace(good, `"a"`, `"valve_is_open"`, 1), 400, "program's own"},
		{"a gauge called total", strings.Replace(good, `"a"`, `"a_total"`, 1), 400, "_total"},
		{"a name like a bucket", strings.Replace(good, `"a"`, `"a_bucket"`, 1), 400, "_bucket"},
		{"a counter that goes down", `{"event_type":"counter","metric_name":"a","value":-1}`, 400, "0 or more"},
		{"a value beyond numbers", field(`"value":1e999`), 400, "event 1"},
		{"not a number", field(`"value":NaN`), 400, "no JSON"},
		{"who it is from", field(`"value":1,"source":"line1"`), 400, `field "source"`},
		{"which number it has", field(`"value":1,"seq":7`), 400, `field "seq"`},
		{"labels as a list", field(`"value":1,"labels":["a"]`), 400, "labels"},
		{"a label that is a list", field(`"value":1,"labels":{"a":[1]}`), 400, "labels: a"},
		{"a label that is nothing", field(`"value":1,"labels":{"a":null}`), 400, "labels: a"},
		{"a bad label", field(`"value":1,"labels":{"a b":"c"}`), 400, `labels: name "a b"`},
		{"Prometheus' label", field(`"value":1,"labels":{"le":"1"}`), 400, "labels"},
		{"10 000 labels", field(`"value":1,"labels":{` + strings.Join(many, ",") + `}`), 400, "there are 10000; must be at most 64"},
		{"long labels", field(`"value":1,"labels":{"a":"` + strings.Repeat("x", 2000) + `"}`), 400, "1024"},
		{"a long status", field(`"value":1,"status":"` + strings.Repeat("x", 200) + `"`), 400, "128"},
		{"a time in words", field(`"value":1,"timestamp":"noon"`), 400, "timestamp"},
		{"a time without zone", field(`"value":1,"timestamp":"2026-11-22T18:00:00"`), 400, "timestamp"},
		{"a time before all", field(`"value":1,"timestamp":-5`), 400, "timestamp"},
		{"the zero time of a program", field(`"value":1,"timestamp":"0001-01-01T00:00:00Z"`), 400, "timestamp"},
		{"a time before 1970", field(`"value":1,"timestamp":"1969-12-31T23:59:59Z"`), 400, "1970 to 9999"},
		{"a time that is in the year 10000", field(`"value":1,"timestamp":"9999-12-31T23:59:59-01:00"`), 400, "1970 to 9999"},
		{"1001 events", strings.Repeat(good+"\n", 1001), 400, "event 1001 (line 1001): too many"},
		{"a body of 2 MiB", strings.Repeat(" ", 2<<20), 413, "1048576"},
	} {
		t.Run(c.state, func(t *testing.T) {
			w := s.ask(t, "POST", "/events", c.body)
			if got := reply(t, w.Body.String()); w.Code != c.want || !strings.Contains(got, c.says) {
				t.Errorf("%d %q, want %d and %q", w.Code, got, c.want, c.says)
			}
		})
	}
	if w := s.ask(t, "POST", "/events", good, with("Content-Type", "text/plain")); w.Code != http.StatusUnsupportedMediaType {
		t.Errorf("text/plain: %d, want 415", w.Code)
	}
	if w := s.ask(t, "POST", "/events?x=1", good); w.Code != 400 {
		t.Errorf("a query: %d, want 400", w.Code)
	}
	if len(bench.ingest) > 0 {
		t.Errorf("%d events of refused bodies were taken, want none", len(bench.ingest))
	}
}

// A batch of all of Pychron's own names, as its instrumentation calls them, is taken whole: one that is also a name of ours refuses nothing.
func TestPychronsOwnNamesAreTaken(t *testing.T) {
	s, bench := newTestServer()
	var body strings.Builder
	n := 0
	for kind, names := range map[string]string{
		"counter": "queue_started queue_completed run_started run_completed extraction_started extraction_completed measurement_started measurement_completed " +
			"valve_open valve_close phase_healthcheck_failures_total phase_healthcheck_failures queue_starts_total queue_completions_total runs_started_total " +
			"runs_completed_total runs_failed_total runs_canceled_total device_io_operations_total analysis_complete",
		"gauge":     "active_queues active_runs device_last_success_timestamp_seconds service_health_state service_last_success_timestamp_seconds current_phase_duration_seconds",
		"histogram": "run_duration_seconds phase_duration_seconds device_io_duration_seconds extraction_duration_seconds",
	} {
		for _, name := range strings.Fields(names) {
			for _, prefix := range []string{"", "pychron_"} {
				fmt.Fprintf(&body, `{"event_type":%q,"metric_name":%q,"value":1,"labels":{"queue":"A","run_id":"R"}}`+"\n", kind, prefix+name)
				n++
			}
		}
	}
	if w := s.ask(t, "POST", "/events", body.String(), with("Content-Type", "application/x-ndjson")); w.Code != 200 || len(bench.ingest) != n {
		t.Fatalf("%d %s, %d events, want %d", w.Code, w.Body, len(bench.ingest), n)
	}
}

func TestHowItEndedIsHowSevereItIs(t *testing.T) {
	s, bench := newTestServer()
	for _, c := range []struct {
		name, labels, status string
		want                 buffer.Severity
		says                 string
	}{
		{"run_completed", `"status":"failed"`, "", buffer.Error, "failed"},
		{"pychron_run_completed_total", `"status":"Failed"`, `,"status":"success"`, buffer.Error, "success"},
		{"run_completed", `"status":"success"`, "", buffer.Info, "success"},
		{"run_completed", `"status":"truncated"`, "", buffer.Info, "truncated"},
		{"run_completed", `"status":"canceled"`, "", buffer.Warning, "canceled"},
		{"run_completed", `"a":"b"`, `,"status":"aborted"`, buffer.Warning, "aborted"},
		{"extraction_completed", `"status":"failed"`, "", buffer.Error, "failed"},
		{"database_save", `"run_id":"R"`, `,"status":"no connection"`, buffer.Error, "no connection"},
		{"run_started", `"status":"failed"`, "", buffer.Info, "success"},
		{"anything", `"a":"b"`, `,"status":"odd"`, buffer.Warning, "odd"},
	} {
		bench.ingest = nil
		s.ask(t, "POST", "/events", fmt.Sprintf(`{"event_type":"counter","metric_name":%q,"value":1,"labels":{%s}%s}`, c.name, c.labels, c.status))
		if len(bench.ingest) != 1 || bench.ingest[0].Severity != c.want || bench.ingest[0].Status != c.says {
			t.Errorf("%s{%s}%s: %+v, want %v and status %q", c.name, c.labels, c.status, bench.ingest, c.want, c.says)
		}
	}
}
