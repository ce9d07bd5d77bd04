package rawline

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"pychron-edge/drivers"
)

// maxWaiting is how many requests of one client may wait.
const maxWaiting = 8

// writeTimeout is how long a client may take to make room for a reply, which is shorter than any buffer.
const writeTimeout = 100 * time.Millisecond

// client is one connection.
type client struct {
	conn    net.Conn
	address string

	mu      sync.Mutex
	waiting int  // requests
	closing bool // the client has nothing more to say
	closed  chan struct{}
}

func newClient(conn net.Conn, address string) *client {
	return &client{conn: conn, address: address, closed: make(chan struct{})}
}

// done ends one request: with its reply in one piece, or with nothing.
func (c *client) done(reply []byte) {
	if len(reply) > 0 {
		c.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
		if _, err := c.conn.Write(reply); err != nil {
			reset(c.conn)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting--
	c.end()
}

// end ends the connection when nothing is to come from either side. mu is held.
func (c *client) end() {
	if c.closing && c.waiting <= 0 {
		select {
		case <-c.closed:
		default:
			close(c.closed)
		}
	}
}

// take counts a request that is to wait, unless there are too many.
func (c *client) take() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting >= maxWaiting {
		return false
	}
	c.waiting++
	return true
}

// run queues what the client asks until it leaves or goes past a limit, and waits for the last reply. It gives why the client was turned
// away, "" if it was not.
func (c *client) run(ctx context.Context, raw *drivers.Raw, queue *queue) (why string) {
	defer context.AfterFunc(ctx, func() { c.conn.SetReadDeadline(time.Unix(1, 0)) })()
	why = c.read(ctx, raw, queue)
	if why != "" || ctx.Err() != nil {
		reset(c.conn)
		return why
	}
	c.mu.Lock()
	c.closing = true
	c.end()
	c.mu.Unlock()
	select {
	case <-c.closed:
		c.conn.Close()
	case <-ctx.Done():
		reset(c.conn)
	}
	return ""
}

// read queues requests until the client closes its side, fails or goes past a limit.
func (c *client) read(ctx context.Context, raw *drivers.Raw, queue *queue) (why string) {
	s := splitter{raw: raw}
	chunk := make([]byte, 512)
	for ctx.Err() == nil {
		var deadline time.Time
		if len(s.pending) > 0 {
			deadline = time.Now().Add(silence)
		}
		c.conn.SetReadDeadline(deadline)
		if ctx.Err() != nil {
			return ""
		}
		n, err := c.conn.Read(chunk)
		requests := s.add(chunk[:n])
		if err != nil && (errors.Is(err, io.EOF) || errors.Is(err, os.ErrDeadlineExceeded)) {
			requests = append(requests, s.rest()...)
		}
		for _, request := range requests {
			if len(request) > maxRequest {
				return tooLong
			}
			if !c.take() {
				return tooMany
			}
			queue.put(ask{c, request})
		}
		if len(s.pending) > maxRequest {
			return tooLong
		}
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return ""
		}
	}
	return ""
}

// reset closes a connection so that the client sees an error and repeats: after an orderly close it would take the empty answer for a
// reply.
func reset(conn net.Conn) {
	if c, ok := conn.(interface{ SetLinger(int) error }); ok {
		c.SetLinger(0)
	}
	conn.Close()
}
