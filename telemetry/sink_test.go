package telemetry

import (
	"errors"
	"net/http"
	"os"
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
				out := newSink(w)
				if len(w.read) != 1 || !w.read[0].IsZero() {
					t.Errorf("read deadlines %v, want one, taken away: a long answer must not end because nothing is asked", w.read)
				}
				var err error
				for range 20 {
					out.buf = append(out.buf, make([]byte, piece)...)
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
