package nats

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"
)

const (
	handshakeTimeout = 10 * time.Second // for the greeting and its answer
	writeTimeout     = 10 * time.Second // for one message
	pingInterval     = 2 * time.Second  // between two questions whether the server still answers
	silenceTimeout   = 10 * time.Second // a server that sends nothing for so long, not even the answer to a ping, is lost
)

// ErrLost is wrapped by every error about the loss of a connection.
var ErrLost = errors.New("connection to the NATS server lost")

// Message is one message. Body is the receiver's own; Header may be that of other messages, too, and is not to be changed.
type Message struct {
	Subject string
	Reply   string // where an answer or an acknowledgement is to go; "" for none
	Status  int    // of a message of the server itself: 503 nobody is there, 404 and 408 nothing more comes; 0 for all others
	Header  Header
	Body    []byte
}

// Conn is a connection. Its methods may be called from any goroutine.
type Conn struct {
	conn  net.Conn
	in    *bufio.Reader
	last  lastHeader // of the messages that are read
	inbox string     // subjects below it are answers to this connection
	done  chan struct{}
	ended sync.WaitGroup

	writing sync.Mutex // one message at a time; held while it is written, at most writeTimeout
	out     *bufio.Writer

	mu      sync.Mutex
	err     error                    // why it is lost
	next    uint64                   // number of the last answer or subscription
	handle  map[string]func(Message) // by the number of the subscription
	answers map[string]chan Message  // by subject
}

// Login is who connects.
type Login struct{ User, Password string }

// Start greets the server at the other end of conn, which it owns from now on. Answers come on subjects below inbox, which the user must
// be permitted to receive. It reads until Close, or until the connection is lost.
func Start(ctx context.Context, conn net.Conn, as Login, inbox string) (*Conn, error) {
	c := &Conn{conn: conn, in: bufio.NewReaderSize(conn, 64<<10), out: bufio.NewWriterSize(conn, 64<<10), inbox: inbox + "." + rand.Text() + ".",
		done: make(chan struct{}), handle: map[string]func(Message){}, answers: map[string]chan Message{}}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	err := c.greet(as)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("connecting to the NATS server: %w", err)
	}
	c.ended.Go(c.read)
	c.ended.Go(c.ping)
	return c, nil
}

// greet reads "INFO {...}", answers it, and waits for the PONG that says that the user is admitted.
func (c *Conn) greet(as Login) error {
	_ = c.conn.SetDeadline(time.Now().Add(handshakeTimeout))
	defer c.conn.SetDeadline(time.Time{})
	if _, err := c.in.ReadString('\n'); err != nil {
		return err
	}
	who, err := json.Marshal(map[string]any{"user": as.User, "pass": as.Password, "verbose": false, "lang": "go", "version": "1", "protocol": 1,
		"headers": true, "no_responders": true, "echo": true})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(c.conn, "CONNECT %s\r\nSUB %s%s> 0\r\nPING\r\n", who, c.inbox, answers); err != nil {
		return err
	}
	for {
		verb, rest, err := c.readVerb()
		switch {
		case err != nil:
			return err
		case verb == "-ERR":
			return errors.New(rest)
		case verb == "PONG":
			return nil
		}
	}
}

// Close ends the connection and waits until nothing of it goes on.
func (c *Conn) Close() {
	c.lose(errors.New("closed"))
	c.ended.Wait()
}

// Done is closed when the connection is lost.
func (c *Conn) Done() <-chan struct{} { return c.done }

// Err returns why the connection is lost; nil while it is not.
func (c *Conn) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

func (c *Conn) lose(why error) {
	c.mu.Lock()
	first := c.err == nil
	if first {
		c.err = fmt.Errorf("%w: %w", ErrLost, why)
		close(c.done)
	}
	c.mu.Unlock()
	if first {
		_ = c.conn.Close()
	}
}

// ping asks the server now and then whether it is there, so that one that answers nothing is found out by read.
func (c *Conn) ping() {
	ticker := time.NewTicker(pingInterval)
	defer ticker.Stop()
	for {
		select {
		case <-c.done:
			return
		case <-ticker.C:
			if err := c.write("PING\r\n", nil, nil); err != nil {
				return
			}
		}
	}
}

// read reads until the connection is lost.
func (c *Conn) read() {
	var until time.Time
	for {
		// The deadline is not moved for each of many messages, which is more work than to read one.
		if now := time.Now(); c.in.Buffered() == 0 || until.Sub(now) < silenceTimeout/2 {
			until = now.Add(silenceTimeout)
			_ = c.conn.SetReadDeadline(until)
		}
		verb, rest, err := c.readVerb()
		if err == nil {
			err = c.take(verb, rest)
		}
		if err != nil {
			c.lose(err)
			return
		}
	}
}

// take does what one line of the server asks for.
func (c *Conn) take(verb, rest string) error {
	switch verb {
	case "PING":
		return c.write("PONG\r\n", nil, nil)
	case "-ERR":
		return errors.New(rest)
	case "MSG", "HMSG":
		id, m, err := c.readMessage(verb == "HMSG", rest)
		if err != nil {
			return err
		}
		c.deliver(id, m)
	}
	return nil
}

// deliver gives a message to whoever waits for it.
func (c *Conn) deliver(id string, m Message) {
	c.mu.Lock()
	handle, answer := c.handle[id], c.answers[m.Subject]
	delete(c.answers, m.Subject)
	c.mu.Unlock()
	switch {
	case answer != nil:
		answer <- m // it has room for one
	case handle != nil:
		handle(m)
	}
}

// Subscribe has the messages of a subject given to handle, one at a time. While handle runs nothing else is read.
func (c *Conn) Subscribe(subject string, handle func(Message)) error {
	c.mu.Lock()
	c.next++
	id := strconv.FormatUint(c.next, 10)
	c.handle[id] = handle
	c.mu.Unlock()
	return c.write("SUB "+subject+" "+id+"\r\n", nil, nil)
}

// answers is where in the inbox of a connection the answers to its requests come. What is subscribed to stands elsewhere, or all of it would come twice.
const answers = "answer."

// Inbox returns a subject on which this connection alone receives, once it is subscribed to.
func (c *Conn) Inbox() string { return c.inboxOf("") }

func (c *Conn) inboxOf(what string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next++
	return c.inbox + what + strconv.FormatUint(c.next, 10)
}

// write writes one message: the text before it, its header and its body; and what was queued before it.
func (c *Conn) write(before string, header, body []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.put(before, header, body)
	return c.flush()
}

// put puts a message into the buffer. The caller holds writing.
func (c *Conn) put(before string, header, body []byte) {
	_ = c.conn.SetWriteDeadline(time.Now().Add(writeTimeout)) // for where the buffer is full
	_, _ = c.out.WriteString(before)                          // the writer keeps the first error
	if header != nil || body != nil {
		_, _ = c.out.Write(header)
		_, _ = c.out.Write(body)
		_, _ = c.out.WriteString("\r\n")
	}
}

// flush writes what is in the buffer. The caller holds writing.
func (c *Conn) flush() error {
	_ = c.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	if err := c.out.Flush(); err != nil {
		c.lose(err)
		return c.Err()
	}
	return nil
}

// Flush sends what was queued.
func (c *Conn) Flush() error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.flush()
}
