package pychron

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"time"
)

// secondLook is the time of one more look at the line after a client fell silent: where this program was kept waiting, the client was not.
const secondLook = time.Millisecond

// writeTimeout is how long a client may take to make room for a reply.
const writeTimeout = 5 * time.Second

// connection is one client by TCP: one goroutine reads its commands, another answers them in order.
type connection struct {
	conn    net.Conn
	by      Client
	dialect dialect
	options *Options
	ended   *endings // nil: nothing is known of the client

	answered int  // commands
	cut      bool // one came that may be half a command
}

// run serves the client until it leaves or ctx is done. It gives why the client was turned away, "" if it was not.
func (c *connection) run(ctx context.Context) (why string) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	queue := make(chan sentence, maxQueued)
	ended := make(chan string, 1)
	defer context.AfterFunc(ctx, func() { c.conn.SetReadDeadline(time.Unix(1, 0)) })() // wakes the reader
	go func() {
		why := c.read(ctx, queue)
		if why != "" {
			reset(c.conn)
			stop()
		}
		close(queue)
		ended <- why
	}()
	slow := c.reply(ctx, queue)
	left := ctx.Err() == nil && slow == "" // the client has nothing more to say, or is served one reply
	stop()
	if left {
		c.conn.Close()
	} else {
		reset(c.conn)
	}
	for range queue { // what nobody answers any more
	}
	switch why = <-ended; {
	case why != "":
	case slow != "":
		why = slow
	case c.cut:
		why = unended
	}
	return why
}

// reply answers commands until there are no more, one write each. It gives why the client is turned away.
func (c *connection) reply(ctx context.Context, queue <-chan sentence) string {
	for l := range queue {
		if ctx.Err() != nil {
			return ""
		}
		reply := c.options.encoded(c.answer(ctx, l))
		c.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
		if _, err := c.conn.Write(reply); err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				return tooSlow
			}
			return ""
		}
		c.answered++
		if c.options.closes() {
			return ""
		}
	}
	return ""
}

// answer is the reply to one line.
func (c *connection) answer(ctx context.Context, l sentence) string {
	if l.cut {
		c.cut = true
		return withoutEnd(l.text)
	}
	return c.dialect.answer(ctx, c.by, l.text)
}

// read queues the commands of the client until it closes its side, fails or goes past a limit.
func (c *connection) read(ctx context.Context, queue chan<- sentence) (why string) {
	s := splitter{whole: c.dialect.whole, before: c.ended.has(c.by.Address)}
	known := s.before
	chunk := make([]byte, 4096)
	for ctx.Err() == nil {
		c.conn.SetReadDeadline(s.deadline())
		if ctx.Err() != nil {
			return ""
		}
		n, err := c.conn.Read(chunk)
		if errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil {
			c.conn.SetReadDeadline(time.Now().Add(secondLook))
			n, err = c.conn.Read(chunk)
		}
		lines := s.add(chunk[:n])
		if s.ends && !known {
			known = true
			c.ended.add(c.by.Address)
		}
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, os.ErrDeadlineExceeded):
			lines = append(lines, s.silent()...)
		case errors.Is(err, io.EOF):
			lines = append(lines, s.left()...)
		}
		if len(s.pending) > maxCommand {
			return tooLong
		}
		for _, l := range lines {
			if len(l.text) > maxCommand {
				return tooLong
			}
			select {
			case queue <- l:
			default:
				return tooMany
			}
		}
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return ""
		}
	}
	return ""
}
