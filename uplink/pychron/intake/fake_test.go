package intake

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/lifecycle"
)

const begin = 1790000000

// exporter is Pychron's metrics page and who reads it: a target whose clock the test sets, and what it recorded.
type exporter struct {
	*Target
	server *httptest.Server

	mu      sync.Mutex
	answer  func(w http.ResponseWriter, r *http.Request)
	now     time.Time
	events  []buffer.Event
	tracker lifecycle.Tracker
	totals  map[string]float64 // what the events moved: counters and observations added up, gauges as they are
}

func newExporter(t *testing.T) *exporter {
	x := &exporter{totals: map[string]float64{}, now: at(0)}
	x.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x.mu.Lock()
		answer := x.answer
		x.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(x.server.Close)
	x.Target = New(Options{URL: x.server.URL + "/metrics", Record: x.record, Now: x.clock})
	x.Target.pause = 0
	return x
}

func at(seconds float64) time.Time {
	return time.Unix(begin, 0).Add(time.Duration(seconds * float64(time.Second))).UTC()
}

func (x *exporter) clock() time.Time {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.now
}

func (x *exporter) record(e *buffer.Event) {
	x.events = append(x.events, *e)
	for _, m := range x.tracker.Take(e) {
		name := strings.TrimSpace(m.Metric + " " + m.Labels.Value("phase"))
		if m.Type == buffer.Gauge {
			x.totals[name] = m.Value
		} else {
			x.totals[name] += m.Value
		}
	}
}

// shows has the page be a text from now on.
func (x *exporter) shows(text string) {
	x.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		fmt.Fprint(w, text)
	})
}

func (x *exporter) answers(how http.HandlerFunc) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.answer = how
}

// scrape scrapes at a time, and gives the events of it.
func (x *exporter) scrape(t *testing.T, seconds float64) []buffer.Event {
	t.Helper()
	x.mu.Lock()
	x.now = at(seconds)
	x.mu.Unlock()
	x.events = nil
	x.Scrape(t.Context())
	return x.events
}

// scrapes shows a page and scrapes it.
func (x *exporter) scrapes(t *testing.T, seconds float64, text string) []buffer.Event {
	t.Helper()
	x.shows(text)
	return x.scrape(t, seconds)
}

// lines is events as "metric{labels} seconds", with seconds after begin.
func lines(events []buffer.Event) (out []string) {
	for _, e := range events {
		text := e.Metric
		for name, value := range e.Labels.All() {
			text += fmt.Sprintf(" %s=%s", name, value)
		}
		if e.Value != 1 {
			text += fmt.Sprintf(" +%g", e.Value)
		}
		out = append(out, fmt.Sprintf("%s @%g", text, e.Time.Sub(at(0)).Seconds()))
	}
	return out
}

func wantEvents(t *testing.T, got []buffer.Event, want ...string) {
	t.Helper()
	if g := strings.Join(lines(got), "\n"); g != strings.Join(want, "\n") {
		t.Errorf("events:\n%s\nwant:\n%s", g, strings.Join(want, "\n"))
	}
}

// wantTotals compares the totals of all events so far; what is not named is 0.
func (x *exporter) wantTotals(t *testing.T, want map[string]float64) {
	t.Helper()
	for name, value := range x.totals {
		if want[name] != value {
			t.Errorf("%s = %v, want %v", name, value, want[name])
		}
	}
	for name, value := range want {
		if _, there := x.totals[name]; !there && value != 0 {
			t.Errorf("%s was not moved, want %v", name, value)
		}
	}
}
