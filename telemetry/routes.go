package telemetry

import (
	"log/slog"
	"net/http"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"pychron-edge/buffer"
)

// call answers one request, or says why not: the error is the answer, with its status.
type call func(w http.ResponseWriter, r *http.Request, by buffer.Principal) error

// routes are the calls, each with the right it needs. The page's own files need none: they hold no data, and without them
// nobody off this machine could be asked for a token.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	on := func(pattern, right string, answer call) { mux.Handle(pattern, s.allow(right, answer)) }
	mux.Handle("GET /{$}", s.asset("index.html"))
	for _, name := range pageNames() {
		mux.Handle("GET /"+name, s.asset(name))
	}
	on("GET /metrics", buffer.RightRead, s.metrics())
	on("GET /healthz", buffer.RightRead, s.health(s.Alive))
	on("GET /readyz", buffer.RightRead, s.health(s.Ready))
	on("GET /status", buffer.RightRead, s.status)
	on("GET /events", buffer.RightRead, s.events)
	on("GET /series", buffer.RightRead, s.series)
	on("GET /devices/{name}/trace", buffer.RightRead, s.trace)
	on("POST /events", buffer.RightIngest, s.post)
	on("PUT /capture", buffer.RightAdmin, s.capture)
	on("DELETE /events", buffer.RightAdmin, s.clear)
	on("POST /devices/{name}/{control}", buffer.RightRead, s.command) // who lacks the right to command is told so by command
	on("POST /devices/{name}/lock", buffer.RightCommand, s.lock)
	on("POST /devices/{name}/unlock", buffer.RightCommand, s.unlock)
	on("POST /devices/{name}/hold", buffer.RightCommand, s.hold)
	on("POST /rules/{name}/clear", buffer.RightCommand, s.clearRule)
	on("POST /alarms/{name}/ack", buffer.RightCommand, s.acknowledge)
	on("POST /halt", buffer.RightHalt, s.halt)
	for pattern, handler := range s.Routes {
		on(pattern, buffer.RightRead, func(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
			handler.ServeHTTP(w, r)
			return nil
		})
	}
	return answerUnknownPaths(mux)
}

// allow lets in who has the right.
func (s *Server) allow(right string, answer call) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		by, err := s.who(r)
		if right == buffer.RightHalt && by.May(buffer.RightHalt) {
			err = nil // no halt fails for a token that is not needed
		}
		if err == nil && !by.May(right) {
			err = missingRight(by, right, r.Header.Get(header) != "")
		}
		if err == nil {
			err = answer(w, r, by)
		}
		if err != nil {
			answerError(w, err)
		}
	})
}

// lacking says which right is missing: 403 to somebody known, 401 to somebody who may come back with a token.
func missingRight(by buffer.Principal, right string, token bool) error {
	if token {
		return failure(http.StatusForbidden, "%s has not the right to %s; allowed are the rights of its token: %s", by.Name, right, strings.Join(by.Rights, ", "))
	}
	return failure(http.StatusUnauthorized, "the right to %s is needed; allowed is a token that has it, in the header %s", right, header)
}

// speakJSON answers what no call was found for as everything else is answered.
func answerUnknownPaths(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		silent := &answerRecorder{header: http.Header{}}
		handler.ServeHTTP(silent, r)
		allowed := silent.header.Get("Allow")
		switch {
		case silent.status == http.StatusMethodNotAllowed:
			w.Header().Set("Allow", allowed)
			answerError(w, failure(silent.status, "method %s at %s; allowed are %s", cut(r.Method), cut(r.URL.Path), allowed))
		case silent.header.Get("Location") != "":
			http.Redirect(w, r, silent.header.Get("Location"), silent.status)
		default:
			answerError(w, failure(http.StatusNotFound, "nothing at %s; allowed are the calls of the documentation", cut(r.URL.Path)))
		}
	})
}

// silence keeps the status and headers of an answer and drops its body.
type answerRecorder struct {
	header http.Header
	status int
}

func (s *answerRecorder) Header() http.Header         { return s.header }
func (s *answerRecorder) WriteHeader(status int)      { s.status = status }
func (s *answerRecorder) Write(p []byte) (int, error) { return len(p), nil }

// metrics serves the Gatherer: text, or OpenMetrics on request. It is not compressed, for the board's time is dearer
// than the network's.
func (s *Server) metrics() call {
	gatherer := s.Gatherer
	if gatherer == nil {
		gatherer = prometheus.NewRegistry()
	}
	handler := promhttp.HandlerFor(gatherer, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError, EnableOpenMetrics: true, DisableCompression: true,
		ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	})
	return func(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
		handler.ServeHTTP(w, r)
		return nil
	}
}

// health answers {"ok":true}, or 503 and why not.
func (s *Server) health(check func() error) call {
	return func(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
		if check != nil {
			if err := check(); err != nil {
				return failure(http.StatusServiceUnavailable, "%v", err)
			}
		}
		answer(w, http.StatusOK, map[string]bool{"ok": true})
		return nil
	}
}
