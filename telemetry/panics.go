package telemetry

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"pychron-edge/buffer"
)

// panicsEvery is how often the panics of one call are told, at the most: a page asks each second.
const panicsEvery = 10 * time.Minute

// panics decides what a panic in a call costs. A call that only reads costs its own request: it is answered with 500, or cut off where the answer has begun, and
// is told. What changes something may have left an instrument half way: its panic is passed to fatal, and goes on to net/http, which closes the connection.
type panics struct {
	fatal  func(error)         // nil: only the call is lost
	record func(*buffer.Event) // of what was told; nil: nobody
	log    *slog.Logger
	now    func() time.Time

	mu    sync.Mutex
	calls map[string]*panicked // by pattern, of which there are few
}

// panicked is a call that has panicked.
type panicked struct {
	told  time.Time
	since int // panics that were not told yet
}

// end ends a request that may have panicked. It is deferred. setHeaders sets the headers that every answer has.
func (p *panics) end(w *begunAnswer, r *http.Request, setHeaders func(http.Header)) {
	why := recover()
	if why == nil {
		return
	}
	if why == http.ErrAbortHandler {
		panic(why)
	}
	err := fmt.Errorf("%s %s: %v\n%s", r.Method, r.URL.Path, why, debug.Stack())
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		if p.fatal != nil {
			p.fatal(err)
		}
		panic(why)
	}
	p.tell(r, fmt.Sprint(why), err)
	if w.begun {
		panic(http.ErrAbortHandler) // half of an answer must not look like a whole one
	}
	clear(w.Header()) // of what the call was about to answer
	setHeaders(w.Header())
	answerError(w, errors.New("this call failed by a fault of the program, which its log has; the others go on"))
}

// tell logs a panic with its stack, and records how often the call has panicked.
func (p *panics) tell(r *http.Request, why string, err error) {
	call := r.Pattern
	if call == "" {
		call = r.Method
	}
	now := p.now()
	p.mu.Lock()
	c := p.calls[call]
	if c == nil {
		c = &panicked{told: now.Add(-panicsEvery)}
		p.calls[call] = c
	}
	c.since++
	n, tell := c.since, now.Sub(c.told) >= panicsEvery
	if tell {
		c.told, c.since = now, 0
	}
	p.mu.Unlock()
	if !tell {
		return
	}
	p.log.Error("a call panicked", "call", call, "times", n, "error", err)
	if p.record != nil {
		p.record(&buffer.Event{Time: now, Kind: buffer.System, Severity: buffer.Error, Type: buffer.Counter, Metric: "agent_calls_panicked_total", Value: float64(n),
			Labels: buffer.MakeLabels("call", call), Status: "panic: " + why})
	}
}

// begunAnswer knows whether its answer has begun.
type begunAnswer struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader implements [http.ResponseWriter].
func (a *begunAnswer) WriteHeader(status int) {
	a.begun = true
	a.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (a *begunAnswer) Write(b []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(b)
}

// Unwrap is for [http.ResponseController].
func (a *begunAnswer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
