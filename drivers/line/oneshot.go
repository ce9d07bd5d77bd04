package line

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// oneShot is a TCP server that takes one request a connection, answers and closes it: Qtegra's script with use_udp off. Each
// Write connects anew. What comes is given to Read when the server has closed, so that an answer in several segments is never
// taken for a shorter one. A server that does not listen is silent, as one of UDP is: nothing is open that could be lost.
type oneShot struct {
	host    string
	timeout time.Duration
	conn    Handle // nil: there is none
	come    []byte // since conn was made
	whole   []byte // of a connection that has ended, and not read yet
	closed  chan struct{}
	once    sync.Once
}

func newOneShot(host string) *oneShot { return &oneShot{host: host, closed: make(chan struct{})} }

// SetReadTimeout implements [Handle].
func (o *oneShot) SetReadTimeout(d time.Duration) error {
	o.timeout = d
	return nil
}

// Write implements [Handle].
func (o *oneShot) Write(b []byte) (int, error) {
	o.hangUp()
	o.come, o.whole = o.come[:0], nil
	ctx, cancel := context.WithTimeout(context.Background(), writeBound/2)
	defer cancel()
	conn, err := dial(ctx, net.Dialer{}, "tcp", o.host)
	if err != nil {
		return len(b), nil // it does not listen: silence
	}
	o.conn = conn
	if n, err := conn.Write(b); err != nil {
		o.hangUp()
		return n, nil
	}
	return len(b), nil
}

// Read implements [Handle].
func (o *oneShot) Read(b []byte) (int, error) {
	if len(o.whole) == 0 {
		if err := o.listen(); err != nil {
			return 0, err
		}
	}
	n := copy(b, o.whole)
	o.whole = o.whole[n:]
	return n, nil
}

// listen reads until the server closes, or for the timeout.
func (o *oneShot) listen() error {
	for end := time.Now().Add(o.timeout); o.conn != nil; {
		if err := o.conn.SetReadTimeout(max(time.Until(end), 0)); err != nil {
			return err
		}
		var piece [datagram]byte
		n, err := o.conn.Read(piece[:])
		o.come = append(o.come, piece[:n]...)
		if err != nil {
			if errors.Is(err, io.EOF) {
				o.whole = o.come
			}
			o.hangUp()
			return nil
		}
		if n == 0 || len(o.come) > maxReply {
			return nil
		}
	}
	return o.wait()
}

// wait waits for the timeout where there is no connection.
func (o *oneShot) wait() error {
	if o.timeout <= 0 {
		return nil
	}
	t := time.NewTimer(o.timeout)
	defer t.Stop()
	select {
	case <-o.closed:
		return net.ErrClosed
	case <-t.C:
		return nil
	}
}

func (o *oneShot) hangUp() {
	if o.conn != nil {
		o.conn.Close()
		o.conn = nil
	}
}

// Close implements [Handle].
func (o *oneShot) Close() error {
	o.once.Do(func() { close(o.closed) })
	o.hangUp()
	return nil
}
