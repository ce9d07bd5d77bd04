package telemetry

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// slow is a reader that takes its time over every piece, and is cut off at the deadline it was given, like a connection.
type slow struct {
	reader
	takes    time.Duration
	deadline time.Time
	read     []time.Time
}

func (s *slow) SetWriteDeadline(t time.Time) error { s.deadline = t; return nil }
func (s *slow) SetReadDeadline(t time.Time) error  { s.read = append(s.read, t); return nil }
func (s *slow) Write(p []byte) (int, error) {
	if wait := time.Until(s.deadline); wait < s.takes {
		time.Sleep(wait)
		return 0, os.ErrDeadlineExceeded
	}
	time.Sleep(s.takes)
	return s.reader.Write(p)
}

func TestEveryPieceHasItsOwnTime(t *testing.T) {
	for _, c := range []struct {
		state string
		takes time.Duration
		want  error
	}{{"a reader that takes 10 s over each of 20 pieces", 10 * time.Second, nil}, {"one that does not read on", 16 * time.Second, os.ErrDeadlineExceeded}} {
		t.Run(c.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &slow{reader: reader{header: http.Header{}}, takes: c.takes}
				out := newWriter(w)
				if len(w.read) != 1 || !w.read[0].IsZero() {
					t.Errorf("read deadlines %v, want one, taken away: a long answer must not end because nothing is asked", w.read)
				}
				var err error
				for range 20 {
					out.buf = append(out.buf, make([]byte, chunkBytes)...)
					if err = out.full(); err != nil {
						break
					}
				}
				if !errors.Is(err, c.want) {
					t.Errorf("sending: %v, want %v", err, c.want)
				}
				if again := out.send(true); !errors.Is(again, c.want) {
					t.Errorf("sending again: %v, want %v: after an error nothing more goes out", again, c.want)
				}
			})
		})
	}
}

func TestSlowInstrumentIsWaitedFor(t *testing.T) {
	s, bench := newTestServer()
	for target, body := range map[string]string{"/devices/V1/open": `{"value":1}`, "/devices/laser/hold": `{"for":"5s"}`, "/halt": ""} {
		w := &slow{reader: reader{header: http.Header{}}, deadline: time.Now()}
		bench.during = func() {
			if !w.deadline.IsZero() || len(w.read) == 0 || !w.read[len(w.read)-1].IsZero() {
				t.Errorf("POST %s: while the instrument is at work, reading ends at %v and writing at %v, want no deadline", target, w.read, w.deadline)
			}
		}
		r := httptest.NewRequest("POST", target, strings.NewReader(body))
		r.Host, r.RemoteAddr = "localhost", "127.0.0.1:1"
		r.Header.Set(header, "command")
		r.Header.Set("Content-Type", "application/json")
		s.Handler().ServeHTTP(w, r)
		if w.status != 200 || w.deadline.IsZero() {
			t.Errorf("POST %s = %d, written until %v, want 200 and a deadline for the answer", target, w.status, w.deadline)
		}
	}
}
