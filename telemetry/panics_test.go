package telemetry

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// faulty is history that panics: at once, or after it has given some events.
type faulty struct{ after int }

func (faulty) Series(context.Context, SeriesQuery) (Series, error) { panic("no such bucket") }
func (f faulty) Events(context.Context, buffer.Filter) (iter.Seq2[buffer.Event, error], error) {
	return func(yield func(buffer.Event, error) bool) {
		for i := range f.after {
			e := event(buffer.Reading, "m", float64(i), float64(i), func(e *buffer.Event) { e.Seq, e.Lane = uint64(i+1), buffer.Readings })
			e.Note = strings.Repeat("x", 500)
			if !yield(*e, nil) {
				return
			}
		}
		panic("no such block")
	}, nil
}

// faultyBackend panics where it is asked how it stands, and where it is told something.
type faultyBackend struct{ *bench }

func (faultyBackend) Status(string) (Status, error)         { panic("no such device") }
func (faultyBackend) Clear(string) error                    { panic("no such mark") }
func (faultyBackend) Trace(_, _ string) ([]Exchange, error) { panic(http.ErrAbortHandler) }

// outcome is what a server did about panics.
type outcome struct {
	fatal    []error
	recorded []buffer.Event
	log      bytes.Buffer
	later    atomic.Int64
	web      *httptest.Server // to be closed before anything else is looked at
}

func (a *outcome) server(t *testing.T, archive Archive) string {
	s, _ := newTestServer(func(o *ServerOptions) {
		o.Backend, o.Archive = faultyBackend{o.Backend.(*bench)}, archive
		o.Routes = map[string]http.Handler{"GET /extra": http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("no such target") })}
		o.Panicked = func(err error) { a.fatal = append(a.fatal, err) }
		o.Record = func(e *buffer.Event) { a.recorded = append(a.recorded, *e) }
		o.Log, o.Now = slog.New(slog.NewTextHandler(&a.log, nil)), func() time.Time { return start.Add(time.Duration(a.later.Load())) }
	})
	web := httptest.NewUnstartedServer(s.Handler())
	web.Config.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(&bytes.Buffer{}, nil), slog.LevelDebug)
	web.Start()
	a.web = web
	t.Cleanup(web.Close)
	return web.URL
}

func TestAPanicOfACallThatReadsCostsThatCall(t *testing.T) {
	var a outcome
	url := a.server(t, faulty{})
	for _, path := range []string{"/status", "/series?device=ion1&point=ig", "/extra"} {
		r, err := http.Get(url + path)
		if err != nil {
			t.Errorf("GET %s: %v, want an answer", path, err)
			continue
		}
		var body bytes.Buffer
		_, err = body.ReadFrom(r.Body)
		if r.Body.Close(); r.StatusCode != http.StatusInternalServerError || err != nil || !strings.HasPrefix(body.String(), `{"error":"`) || strings.Contains(body.String(), "no such") {
			t.Errorf("GET %s = %d %q, %v; want 500 with an error, and nothing of the inside", path, r.StatusCode, body.String(), err)
		}
	}
	if r, err := http.Get(url + "/extra"); err != nil || r.Header.Get("X-Content-Type-Options") != "nosniff" || r.Header.Get("Cache-Control") != "no-store" || r.Body.Close() != nil {
		t.Errorf("GET /extra = %v, %v; want the headers that every answer has", r, err)
	}
	if r, err := http.Head(url + "/status"); err != nil || r.StatusCode != http.StatusInternalServerError {
		t.Errorf("HEAD /status = %v, %v; want 500", r, err)
	}
	a.web.Close()
	if len(a.fatal) != 0 {
		t.Errorf("the program ends by %v, want that it goes on", a.fatal)
	}
	var got []string
	for _, e := range a.recorded {
		got = append(got, fmt.Sprintf("%s %s %v %g %s", e.Metric, e.Labels.Value("call"), e.Severity, e.Value, e.Status))
	}
	want := []string{"agent_calls_panicked_total GET /status error 1 panic: no such device", "agent_calls_panicked_total GET /series error 1 panic: no such bucket",
		"agent_calls_panicked_total GET /extra error 1 panic: no such target"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("recorded are %q, want %q", got, want)
	}
	if log := a.log.String(); strings.Count(log, "panics_test.go") < 3 || !strings.Contains(log, "level=ERROR") {
		t.Errorf("the log has %s, want three errors with their stacks", log)
	}
}

// A page asks each second: its panics must not push everything else out of the log.
func TestPanicsOfOneCallAreToldSeldomAndCounted(t *testing.T) {
	var a outcome
	url := a.server(t, faulty{})
	for range 7 {
		r, err := http.Get(url + "/status")
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
	}
	a.later.Store(int64(panicsEvery))
	r, err := http.Get(url + "/status")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	a.web.Close()
	if len(a.recorded) != 2 || a.recorded[0].Value != 1 || a.recorded[1].Value != 7 {
		t.Errorf("recorded are %v, want one panic, and seven ten minutes later", a.recorded)
	}
}

func TestAPanicInTheMidstOfAnAnswerCutsItOff(t *testing.T) {
	var a outcome
	url := a.server(t, faulty{after: 100})
	r, err := http.Get(url + "/events?limit=0&since=0&format=ndjson")
	if err == nil {
		var body bytes.Buffer
		_, err = body.ReadFrom(r.Body)
		r.Body.Close()
	}
	a.web.Close()
	if err == nil || len(a.fatal) != 0 || len(a.recorded) != 1 {
		t.Errorf("half of an answer ends with %v, fatal %v, recorded %v; want that it is cut off and told", err, a.fatal, a.recorded)
	}
}

func TestAPanicOfACallThatChangesEndsTheProgram(t *testing.T) {
	var a outcome
	url := a.server(t, faulty{})
	r, err := http.NewRequest("DELETE", url+"/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Pychron-Edge-Token", "admin")
	if answer, err := http.DefaultClient.Do(r); err == nil {
		t.Errorf("DELETE /events = %d, want the connection closed", answer.StatusCode)
	}
	a.web.Close()
	if len(a.fatal) != 1 || !strings.Contains(a.fatal[0].Error(), "no such mark") || len(a.recorded) != 0 {
		t.Errorf("the program ends by %v, recorded %v; want the panic", a.fatal, a.recorded)
	}
}

func TestAnAnswerThatIsGivenUpIsNoPanic(t *testing.T) {
	var a outcome
	if r, err := http.Get(a.server(t, faulty{}) + "/devices/ion1/trace"); err == nil {
		t.Errorf("GET trace = %d, want the connection closed", r.StatusCode)
	}
	a.web.Close()
	if len(a.fatal)+len(a.recorded) != 0 || strings.Contains(a.log.String(), "panicked") {
		t.Errorf("told are %v, %v, %s; want nothing", a.fatal, a.recorded, &a.log)
	}
}
