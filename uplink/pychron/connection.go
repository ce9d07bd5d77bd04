package pychron

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"time"
)

// silence ends a command that came without an end. After it there is one more look at the line: where this program was kept
// waiting, the client was not silent.
const (
	silence    = 50 * time.Millisecond
	secondLook = time.Millisecond
)

// writeTimeout is how long a client may take to make room for a reply.
const writeTimeout = 5 * time.Second

// connection is one client by TCP: one goroutine reads its commands, another answers them in order.
type connection struct {
	conn    net.Conn
	by      Client
	dialect dialect
	options *Options

	answered int // commands
}

// run serves the client until it leaves or ctx is done. It gives why the client was turned away, "" if it was not.
func (c *connection) run(ctx context.Context) (why string) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	queue := make(chan string, maxQueued)
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
	if why = <-ended; why == "" {
		why = slow
	}
	return why
}

// reply answers commands until there are no more, one write each. It gives why the client is turned away.
func (c *connection) reply(ctx context.Context, queue <-chan string) string {
	for text := range queue {
		if ctx.Err() != nil {
			return ""
		}
		reply := c.options.encoded(c.dialect.answer(ctx, c.by, text))
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

// read queues the commands of the client until it closes its side, fails or goes past a limit.
func (c *connection) read(ctx context.Context, queue chan<- string) (why string) {
	var s splitter
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
		if err != nil && ctx.Err() == nil && (errors.Is(err, io.EOF) || errors.Is(err, os.ErrDeadlineExceeded)) {
			lines = append(lines, s.rest()...)
		}
		if len(s.pending) > maxCommand {
			return tooLong
		}
		for _, text := range lines {
			if len(text) > maxCommand {
				return tooLong
			}
			select {
			case queue <- text:
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

// splitter joins segments and splits them into commands: at CR, LF and NUL, and where the client falls silent.
type splitter struct {
	pending []byte
}

// deadline is when a command without an end counts as complete, zero where none has begun.
func (s *splitter) deadline() time.Time {
	if len(s.pending) == 0 {
		return time.Time{}
	}
	return time.Now().Add(silence)
}

// add gives the commands that are complete, without empty ones.
func (s *splitter) add(data []byte) (lines []string) {
	s.pending = append(s.pending, data...)
	for {
		end := bytes.IndexAny(s.pending, "\r\n\x00")
		if end < 0 {
			return lines
		}
		if text := strip(string(s.pending[:end])); text != "" {
			lines = append(lines, text)
		}
		s.pending = s.pending[end+1:]
	}
}

// rest is what came without an end.
func (s *splitter) rest() []string {
	text := strip(string(s.pending))
	s.pending = nil
	if text == "" {
		return nil
	}
	return []string{text}
}
