package telemetry

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
)

// reader is the far end of a stream: it keeps what was written, and stalls when told to.
type reader struct {
	mu      sync.Mutex
	header  http.Header
	status  int
	text    strings.Builder
	flushes int
	err     error
}

func (r *reader) Header() http.Header { return r.header }
func (r *reader) WriteHeader(s int)   { r.status = s }
func (r *reader) Flush()              { r.flushes++ }
func (r *reader) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return 0, r.err
	}
	return r.text.Write(p)
}

// take gives what was written since it was last called.
func (r *reader) take() string {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.text.String()
	r.text.Reset()
	return s
}

// open begins a stream in a bubble; close ends it and waits.
func open(t *testing.T, s *Server, target string, change ...func(*http.Request)) (r *reader, closeIt func()) {
	ctx, cancel := context.WithCancel(t.Context())
	request := httptest.NewRequestWithContext(ctx, "GET", target, nil)
	request.Host, request.RemoteAddr = "localhost", "127.0.0.1:40000"
	request.Header.Set("Accept", "text/event-stream")
	for _, f := range change {
		f(request)
	}
	r = &reader{header: http.Header{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Handler().ServeHTTP(r, request)
	}()
	synctest.Wait()
	return r, func() { cancel(); <-done }
}

// told is the messages of a stream in short: "r1@9f2c61aa.0.1.0".
func told(text string) string {
	var out []string
	for message := range strings.SplitSeq(text, "\n\n") {
		name, id := "", ""
		for line := range strings.SplitSeq(message, "\n") {
			switch key, value, _ := strings.Cut(line, ": "); key {
			case "data":
				if lane, rest, ok := strings.Cut(value, `"lane":"`); ok && strings.HasPrefix(lane, `{"timestamp"`) {
					_, rest, _ = strings.Cut(rest, `"seq":`)
					n, _, _ := strings.Cut(rest, ",")
					name = value[len(lane)+len(`"lane":"`):][:1] + n
				} else {
					name += value
				}
			case "event":
				name = value + " "
			case "id":
				id = value
			case "":
				if value == "alive" {
					name = "alive"
				}
			}
		}
		if name != "" {
			out = append(out, strings.TrimSuffix(name+"@"+strings.TrimPrefix(id, boot+"."), "@"))
		}
	}
	return strings.Join(out, " | ")
}

func expect(t *testing.T, r *reader, state, want string) {
	t.Helper()
	if got := told(r.take()); got != want {
		t.Errorf("%s: %s, want %s", state, got, want)
	}
}

func TestStreamGoesOnWhereItBroke(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, bench := newTestServer()
		fill(bench)
		r, end := open(t, s, "/events")
		expect(t, r, "opened", "alive@3.3.1")
		if r.header.Get("Content-Type") != "text/event-stream; charset=utf-8" {
			t.Errorf("content type %q", r.header.Get("Content-Type"))
		}
		bench.lanes.Append(event(buffer.Command, "commands_total", 1, 8))
		time.Sleep(pause)
		expect(t, r, "a command", "a4@4.3.1")
		end()
		bench.lanes.Append(event(buffer.Reading, "m", 1, 9))
		bench.lanes.Append(event(buffer.Reading, "m", 1, 10))
		r, end = open(t, s, "/events", with("Last-Event-ID", boot+".4.3.1"))
		defer end()
		expect(t, r, "opened again", "alive@4.3.1 | r4@4.4.1 | r5@4.5.1")
	})
}

func TestStreamBeginsWithTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, bench := newTestServer()
		fill(bench)
		r, end := open(t, s, "/events?limit=2")
		defer end()
		expect(t, r, "with a limit", "alive@2.3.0 | i1@2.3.1 | a3@3.3.1")
		end()
		r, end = open(t, s, "/events?limit=2&after="+boot+".3.2.1")
		defer end()
		expect(t, r, "with a cursor, the limit has no meaning", "alive@3.2.1 | r3@3.3.1")
	})
}

func TestStreamFromAnotherBootStartsOverAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, bench := newTestServer()
		bench.lanes.Append(event(buffer.Reading, "m", 1, 1))
		r, end := open(t, s, "/events", with("Last-Event-ID", "0000.7.7.7"))
		defer end()
		expect(t, r, "after a restart", `reset {"boot":"9f2c61aa"} | alive@0.0.0 | r1@0.1.0`)
	})
}

func TestStreamDeclaresWhatWasOverwritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, bench := newTestServer()
		for i := range 20 { // the ring holds 16
			bench.lanes.Append(event(buffer.Reading, "m", float64(i), float64(i)))
		}
		r, end := open(t, s, "/events", with("Last-Event-ID", boot+".0.2.0"))
		defer end()
		if got := told(r.take()); !strings.HasPrefix(got, `alive@0.2.0 | gap {"lane":"readings","from":3,"to":4} | r5@0.5.0`) || !strings.HasSuffix(got, "r20@0.20.0") {
			t.Errorf("%s, want a gap from 3 to 4, then 5 to 20", got)
		}
	})
}

func TestStreamDeclaresAGapOfOneEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, bench := newTestServer()
		for i := range 19 { // the ring holds 16: 4 to 19
			bench.lanes.Append(event(buffer.Reading, "m", float64(i), float64(i)))
		}
		r, end := open(t, s, "/events", with("Last-Event-ID", boot+".0.2.0"))
		defer end()
		if got := told(r.take()); !strings.HasPrefix(got, `alive@0.2.0 | gap {"lane":"readings","from":3,"to":3} | r4@0.4.0 | r5@0.5.0`) {
			t.Errorf("one event overwritten: %s, want a gap from 3 to 3, then 4", got)
		}
		whole, endWhole := open(t, s, "/events", with("Last-Event-ID", boot+".0.3.0"))
		defer endWhole()
		if got := told(whole.take()); !strings.HasPrefix(got, `alive@0.3.0 | r4@0.4.0`) {
			t.Errorf("none overwritten: %s, want no gap", got)
		}
	})
}

func TestStreamHeartbeatMovesTheCursorOverWhatIsFiltered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, bench := newTestServer()
		r, end := open(t, s, "/events?kind=command")
		defer end()
		expect(t, r, "opened", "alive@0.0.0")
		for range 3 {
			bench.lanes.Append(event(buffer.Reading, "m", 1, 1))
		}
		time.Sleep(heartbeat - time.Second)
		expect(t, r, "readings only", "")
		time.Sleep(2 * time.Second)
		expect(t, r, "after 15 s", "alive@0.3.0")
		time.Sleep(heartbeat)
		expect(t, r, "after 15 s more", "alive@0.3.0")
	})
}

func TestFloodCostsFewWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, bench := newTestServer(func(o *ServerOptions) { o.Lanes = buffer.NewLanes(0, 0, 0) })
		bench.lanes = s.Lanes
		r, end := open(t, s, "/events")
		defer end()
		r.take()
		before := r.flushes
		for i := range 200 {
			s.Lanes.Append(event(buffer.Reading, "m", float64(i), float64(i)))
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(pause)
		if n := strings.Count(r.take(), "\ndata: "); n < 199 {
			t.Errorf("%d events arrived, want 200", n)
		}
		if n := r.flushes - before; n > 25 {
			t.Errorf("200 events in a second were sent in %d writes, want at most about 20", n)
		}
	})
}

func TestReaderThatIsGoneEndsItsStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, bench := newTestServer()
		r, end := open(t, s, "/events")
		r.take()
		r.mu.Lock()
		r.err = fmt.Errorf("i/o timeout")
		r.mu.Unlock()
		bench.lanes.Append(event(buffer.Reading, "m", 1, 1))
		time.Sleep(pause)
		synctest.Wait()
		if n := s.log.streams.inUse(); n != 0 {
			t.Errorf("%d streams open after its reader was gone, want 0", n)
		}
		end()
	})
}

func TestStreamsOfOneClientAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newTestServer()
		var ends []func()
		for range maxClientStreams {
			_, end := open(t, s, "/events")
			ends = append(ends, end)
		}
		r, end := open(t, s, "/events")
		if got := r.take(); r.status != http.StatusTooManyRequests || !strings.Contains(got, `"error":"4 streams are open already; must be at most 4 by one client and 32 altogether`) {
			t.Errorf("stream %d: %d %s, want 429", maxClientStreams+1, r.status, got)
		}
		end()
		ends[0]()
		r, ends[0] = open(t, s, "/events")
		if r.status == http.StatusTooManyRequests {
			t.Error("a stream that ended gave no slot back")
		}
		for _, end := range ends {
			end()
		}
	})
}

func TestStreamEndsWithTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, after := range []time.Duration{0, 2 * pause} { // in the pause after a piece, and waiting for events
			s, _ := newTestServer()
			_, end := open(t, s, "/events")
			time.Sleep(after)
			s.end()
			synctest.Wait()
			if n := s.log.streams.inUse(); n != 0 {
				t.Errorf("%v after it began: %d streams open after the end, want 0", after, n)
			}
			end()
		}
	})
}

func TestBadStreams(t *testing.T) {
	s, _ := newTestServer()
	for _, c := range []struct{ target, cursor, says string }{
		{"/events?until=2026-11-22T18:00:00Z", "", "until"},
		{"/events?kind=x", "", "kind"},
		{"/events", "nonsense", "cursor"},
	} {
		w := s.ask(t, "GET", c.target, "", with("Accept", "text/event-stream"), with("Last-Event-ID", c.cursor))
		if w.Code != 400 || !strings.Contains(reply(t, w.Body.String()), c.says) {
			t.Errorf("%s from %q = %d %s, want 400 and %q", c.target, c.cursor, w.Code, w.Body, c.says)
		}
	}
}

func TestStoredScriptStaysText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, bench := newTestServer()
		r, end := open(t, s, "/events")
		defer end()
		r.take()
		bench.lanes.Append(event(buffer.Failure, "m", 1, 1, func(e *buffer.Event) { e.Note = "<script>\n\nevent: reset\ndata: {}\n\n" }))
		time.Sleep(pause)
		expect(t, r, "line ends in a note make no message", "a1@1.0.0")
	})
}

// A HEAD that began a stream would hold its connection, and send nothing, for as long as the client waits.
func TestHeadOfAStreamIsItsHeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newTestServer()
		r := httptest.NewRequest(http.MethodHead, "/events", nil)
		r.Host, r.RemoteAddr = "127.0.0.1:9119", "127.0.0.1:40000"
		r.Header.Set("Accept", "text/event-stream")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r.WithContext(ctx))
		if ctx.Err() != nil || w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/event-stream") || w.Body.Len() != 0 {
			t.Errorf("HEAD = %d %v, %d bytes, ended by %v; want the header at once", w.Code, w.Header(), w.Body.Len(), ctx.Err())
		}
	})
}
