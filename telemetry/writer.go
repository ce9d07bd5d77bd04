package telemetry

import (
	"net/http"
	"time"
)

// chunkBytes is how many bytes of a long answer are collected before they are sent.
const chunkBytes = 16 << 10

// writer sends a long answer in chunks. Each has its own time to be taken, so that a slow reader is waited for and one that
// has stopped reading is not.
type writer struct {
	w    http.ResponseWriter
	line *http.ResponseController
	buf  []byte
	err  error // the first; nothing is sent after it
}

// newSink begins an answer that may take longer than a request usually does.
func newWriter(w http.ResponseWriter) *writer {
	s := &writer{w: w, line: http.NewResponseController(w), buf: make([]byte, 0, 4<<10)}
	_ = s.line.SetReadDeadline(time.Time{}) // the reader's silence ends nothing; not every writer has a deadline
	return s
}

// full sends what is collected once it is enough.
func (s *writer) full() error {
	if len(s.buf) < chunkBytes {
		return s.err
	}
	return s.send(false)
}

// send sends what is collected; now means that it must not wait in a buffer.
func (s *writer) send(now bool) error {
	if s.err != nil {
		return s.err
	}
	_ = s.line.SetWriteDeadline(time.Now().Add(bodyTimeout)) // as above
	if len(s.buf) > 0 {
		_, s.err = s.w.Write(s.buf)
		s.buf = s.buf[:0]
	}
	if now && s.err == nil {
		s.err = s.line.Flush()
	}
	return s.err
}
