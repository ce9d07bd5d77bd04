package telemetry

import (
	"io"
	"maps"
	"net/http"
	"slices"

	"pychron-edge/buffer"
)

// call answers one request, or returns why not: the error is the answer, with its status.
type call func(w http.ResponseWriter, r *http.Request, by buffer.Principal) error

// route is one call: its method and path, the right that is needed for it, and what answers it. docs/http.md has an entry for each.
type route struct {
	pattern string
	right   string
	answer  call
}

// table is the calls of a server.
func (s *Server) table() []route {
	views := &views{backend: s.Backend, archive: s.Archive, source: s.Source, now: s.Now}
	settings := &settings{backend: s.Backend, lanes: s.Lanes, boot: s.Boot, now: s.Now, cleared: &s.log.cleared, forget: s.Forget}
	ingest := s.ingest()
	runs := newRunViews(s.log, s.Now)
	trips := &trips{s.Trips}
	commands := &commands{commander: s.Commander, notifyTest: s.NotifyTest, now: s.Now}
	return []route{
		{"GET /metrics", buffer.RightRead, serve(exposition(s.Gatherer, s.Log))},
		{"GET /healthz", buffer.RightRead, health(s.Alive)},
		{"GET /readyz", buffer.RightRead, health(s.Ready)},
		{"GET /status", buffer.RightRead, views.status},
		{"GET /events", buffer.RightRead, s.log.events},
		{"GET /series", buffer.RightRead, views.series},
		{"GET /runs", buffer.RightRead, runs.list},
		{"GET /runs/{id}", buffer.RightRead, runs.passport},
		{"GET /trips", buffer.RightRead, trips.list},
		{"GET /trips/{id}", buffer.RightRead, trips.find},
		{"GET /devices/{name}/trace", buffer.RightRead, views.trace},
		{"GET /doctor", buffer.RightAdmin, doctor(s.Doctor)},
		{"POST /events", buffer.RightIngest, ingest.post},
		{"PUT /capture", buffer.RightAdmin, settings.capture},
		{"DELETE /events", buffer.RightAdmin, settings.clear},
		{"DELETE /agents/{name}", buffer.RightAdmin, settings.forgetAgent},
		{"POST /devices/{name}/{control}", buffer.RightRead, commands.command}, // command itself refuses who lacks the right, and records it
		{"POST /devices/{name}/lock", buffer.RightCommand, commands.lock},
		{"POST /devices/{name}/unlock", buffer.RightCommand, commands.unlock},
		{"POST /devices/{name}/hold", buffer.RightCommand, commands.hold},
		{"POST /rules/{name}/clear", buffer.RightCommand, commands.clearRule},
		{"POST /rules/{name}/bypass", buffer.RightAdmin, commands.bypassRule},
		{"POST /alarms/{name}/ack", buffer.RightCommand, commands.acknowledge},
		{"POST /notify-test", buffer.RightCommand, commands.testReceivers},
		{"POST /configuration/accept", buffer.RightAdmin, commands.acceptConfiguration},
		{"POST /halt", buffer.RightHalt, commands.halt},
	}
}

// routes answers every request. The page's own files need no right: they hold no data, and without them nobody off this machine
// could be asked for a token.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", asset(home))
	for _, name := range pageNames() {
		mux.Handle("GET /"+name, asset(name))
	}
	gate := &gate{tokens: s.Tokens, webConfig: s.WebConfig, tries: newTries(s.Now, s.log.stop), denied: s.Denied, noLoopback: s.NoLoopback, bench: s.Bench}
	for _, r := range s.table() {
		mux.Handle(r.pattern, gate.allow(r.right, r.answer))
	}
	for _, pattern := range slices.Sorted(maps.Keys(s.Routes)) {
		mux.Handle(pattern, gate.allow(buffer.RightRead, serve(s.Routes[pattern])))
	}
	return newOriginCheck(&s.ServerOptions).check(bounded(answerUnknownPaths(mux)))
}

// serve is a call that a plain handler answers.
func serve(handler http.Handler) call {
	return func(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
		handler.ServeHTTP(w, r)
		return nil
	}
}

// health answers {"ok":true}, or 503 and why not.
func health(check func() error) call {
	return func(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
		if check != nil {
			if err := check(); err != nil {
				return failure(http.StatusServiceUnavailable, "%v", err)
			}
		}
		return done(w, nil)
	}
}

// answerUnknownPaths answers a path or method that no call is for in JSON, as every other error is.
func answerUnknownPaths(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		recorder := &answerRecorder{Writer: io.Discard, header: http.Header{}}
		handler.ServeHTTP(recorder, r)
		methods := recorder.header.Get("Allow")
		switch {
		case recorder.status == http.StatusMethodNotAllowed:
			w.Header().Set("Allow", methods)
			answerError(w, failure(recorder.status, "method %s at %s; must be one of: %s", cut(r.Method), cut(r.URL.Path), methods))
		case recorder.header.Get("Location") != "":
			http.Redirect(w, r, recorder.header.Get("Location"), recorder.status)
		default:
			answerError(w, failure(http.StatusNotFound, "nothing at %s; must be a call of docs/http.md", cut(r.URL.Path)))
		}
	})
}

// answerRecorder keeps the status and headers of an answer and drops its body.
type answerRecorder struct {
	io.Writer
	header http.Header
	status int
}

func (a *answerRecorder) Header() http.Header    { return a.header }
func (a *answerRecorder) WriteHeader(status int) { a.status = status }
