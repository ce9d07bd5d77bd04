package uplink

import (
	"bufio"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// wire is a connection that says when it was closed, and what ended it. The client closes it as the first thing it does
// about a lost connection, and tells anybody else last. It makes few calls of many: the client reads byte by byte and writes
// message by message. One goroutine reads and one writes, as the client does.
type wire struct {
	net.Conn
	done  chan struct{}
	write time.Duration // bound of one Write, at least; at most twice that

	in    *bufio.Reader
	out   []byte       // written and not sent yet: the message that follows takes it along
	until time.Time    // the deadline of writes
	more  atomic.Int32 // messages to be written that another follows at once

	once sync.Once
	mu   sync.Mutex
	err  error // the first one of Read or Write
}

// oneRead is how much is read at once: a window of acknowledgements, or a few messages.
const oneRead = 2048

func newWire(c net.Conn, write time.Duration) *wire {
	return &wire{Conn: c, done: make(chan struct{}), write: write, in: bufio.NewReaderSize(c, oneRead)}
}

// Read implements [net.Conn].
func (w *wire) Read(b []byte) (int, error) {
	n, err := w.in.Read(b)
	w.note(err)
	return n, err
}

// follows announces that the message published next is followed by another at once: they leave together. Whoever says so
// publishes that other one, or gives the connection up.
func (w *wire) follows() { w.more.Add(1) }

// Write implements [net.Conn].
func (w *wire) Write(b []byte) (int, error) {
	if w.more.Load() > 0 {
		w.more.Add(-1)
		w.out = append(w.out, b...)
		return len(b), nil
	}
	if len(w.out) > 0 {
		w.out = append(w.out, b...)
		err := w.send(w.out)
		w.out = w.out[:0]
		if err != nil {
			return 0, err
		}
		return len(b), nil
	}
	if err := w.send(b); err != nil {
		return 0, err
	}
	return len(b), nil
}

// send sends b before the deadline, which is moved when it is near, and not for each message.
func (w *wire) send(b []byte) error {
	if now := time.Now(); w.until.Sub(now) < w.write {
		w.until = now.Add(2 * w.write)
		if err := w.Conn.SetWriteDeadline(w.until); err != nil {
			w.note(err)
			return err
		}
	}
	_, err := w.Conn.Write(b)
	w.note(err)
	return err
}

// SetWriteDeadline does nothing: every Write has its bound, also those for which the client sets none.
func (w *wire) SetWriteDeadline(time.Time) error { return nil }

func (w *wire) note(err error) {
	if err == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
}

// Close closes the connection; more than once does nothing.
func (w *wire) Close() (err error) {
	w.once.Do(func() {
		err = w.Conn.Close()
		close(w.done)
	})
	return err
}

// cause is what ended the connection.
func (w *wire) cause() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// hungUp says whether the other end ended the connection.
func (w *wire) hungUp() bool {
	cause := w.cause()
	return errors.Is(cause, io.EOF) || errors.Is(cause, syscall.ECONNRESET) || errors.Is(cause, syscall.EPIPE)
}
