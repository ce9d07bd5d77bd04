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

// writer is the network connection under a client. It limits the time of each write, records what ended the connection, and saves
// system calls: it reads ahead (the client reads byte by byte) and it can send several messages in one write. One goroutine reads; the
// client writes its messages from one and its pings from another. The client closes it first when a connection is lost, before it notifies
// anybody else.
type writer struct {
	net.Conn
	closed  chan struct{} // closed by Close
	timeout time.Duration // of one Write, at least; at most twice that

	in    *bufio.Reader
	holds atomic.Int32 // how many of the next messages are to be held

	writing  sync.Mutex // held during a write: one message at a time is on the wire
	held     []byte     // bytes of messages that wait for the next one
	deadline time.Time  // of writes
	broken   error      // of the write that failed: none follows it

	once    sync.Once
	mu      sync.Mutex
	err     error  // the first error of Read or Write
	onClose func() // called by Close; nil: nothing is
}

// maxHeld is how many bytes of messages wait at most for the next one: a hundred readings. A status, which is as long as there are devices, leaves
// with none of them, for room for it would be kept.
const maxHeld = 16 << 10

// readSize is how many bytes are read at once: a window of acknowledgements, or a few messages.
const readSize = 2048

func newWriter(c net.Conn, timeout time.Duration) *writer {
	return &writer{Conn: c, closed: make(chan struct{}), timeout: timeout, in: bufio.NewReaderSize(c, readSize)}
}

// Read implements [net.Conn].
func (w *writer) Read(b []byte) (int, error) {
	n, err := w.in.Read(b)
	w.record(err)
	return n, err
}

// holdNext makes the message that is written next wait for the one after it, so that both leave in one write. The caller must write
// that other message at once, or close the connection.
func (w *writer) holdNext() { w.holds.Add(1) }

// Write implements [net.Conn]. After a write that failed it writes nothing more: the client goes on with its next message until it has
// closed the connection, and the broker would read that as the rest of a message that was cut off, or before one that was left out.
func (w *writer) Write(b []byte) (int, error) {
	w.writing.Lock()
	defer w.writing.Unlock()
	if w.broken != nil {
		return 0, w.broken
	}
	if err := w.put(b); err != nil {
		return 0, err
	}
	return len(b), nil
}

// put writes a message behind those that are held, or holds it, too. The caller holds writing.
func (w *writer) put(b []byte) error {
	hold := w.holds.Load() > 0
	if hold {
		w.holds.Add(-1)
	}
	switch {
	case len(w.held)+len(b) > maxHeld:
		return w.sendBoth(b)
	case !hold && len(w.held) == 0:
		return w.send(b)
	}
	if w.held = append(w.held, b...); hold {
		return nil
	}
	return w.sendHeld()
}

// sendBoth writes what is held, and then b. The caller holds writing.
func (w *writer) sendBoth(b []byte) error {
	if err := w.sendHeld(); err != nil {
		return err
	}
	return w.send(b)
}

// sendHeld writes what is held, if anything is. The caller holds writing.
func (w *writer) sendHeld() error {
	if len(w.held) == 0 {
		return nil
	}
	err := w.send(w.held)
	w.held = w.held[:0]
	return err
}

// send writes b to the network. The deadline is moved only when it is near, not for each message. The caller holds writing.
func (w *writer) send(b []byte) error {
	if now := time.Now(); w.deadline.Sub(now) < w.timeout {
		w.deadline = now.Add(2 * w.timeout)
		if w.broken = w.Conn.SetWriteDeadline(w.deadline); w.broken != nil {
			w.record(w.broken)
			return w.broken
		}
	}
	_, w.broken = w.Conn.Write(b)
	w.record(w.broken)
	return w.broken
}

// SetWriteDeadline does nothing: send sets a deadline for every write, also where the client sets none.
func (w *writer) SetWriteDeadline(time.Time) error { return nil }

func (w *writer) record(err error) {
	if err == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
}

// Close closes the connection; a second call does nothing.
func (w *writer) Close() (err error) {
	w.once.Do(func() {
		err = w.Conn.Close()
		w.mu.Lock()
		close(w.closed)
		onClose := w.onClose
		w.mu.Unlock()
		if onClose != nil {
			onClose()
		}
	})
	return err
}

// whenClosed has f called when the connection is closed, at once if it is. f must not block.
func (w *writer) whenClosed(f func()) {
	w.mu.Lock()
	w.onClose = f
	w.mu.Unlock()
	select {
	case <-w.closed:
		f()
	default:
	}
}

// cause returns the first error of the connection, nil if there was none.
func (w *writer) cause() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// closedByPeer reports whether the other end ended the connection.
func (w *writer) closedByPeer() bool {
	cause := w.cause()
	return errors.Is(cause, io.EOF) || errors.Is(cause, syscall.ECONNRESET) || errors.Is(cause, syscall.EPIPE)
}
