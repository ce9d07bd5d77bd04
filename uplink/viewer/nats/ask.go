package nats

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// answerTimeout is for one answer.
const answerTimeout = 5 * time.Second

var errNoAnswer = fmt.Errorf("no answer within %v", answerTimeout)

// ErrNobody is wrapped by the error about a request that nobody is there to answer.
var ErrNobody = errors.New("nobody is there to answer")

// apiError is an answer of the server that is an error.
type apiError struct {
	Code        int    `json:"code"`
	Number      int    `json:"err_code"`
	Description string `json:"description"`
}

func (e *apiError) Error() string { return e.Description }

// isError reports whether err is the server's error of that number.
func isError(err error, number int) bool {
	var e *apiError
	return errors.As(err, &e) && e.Number == number
}

// Pending is a request whose answer is to come.
type Pending struct {
	c       *Conn
	subject string // of the request
	reply   string
	answer  chan Message
}

// Send queues a request and does not wait for its answer. Flush must be called, then Wait.
func (c *Conn) Send(subject string, h Header, body []byte) (*Pending, error) {
	p := &Pending{c, subject, c.inboxOf(answers), make(chan Message, 1)}
	c.mu.Lock()
	c.answers[p.reply] = p.answer
	c.mu.Unlock()
	if err := c.Queue(subject, p.reply, h, body); err != nil {
		p.forget()
		return nil, err
	}
	return p, nil
}

func (p *Pending) forget() {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	delete(p.c.answers, p.reply)
}

// Wait waits for the answer until ctx is done, or for 5 s where that has no deadline, and decodes it into out. An answer that is an error is one.
func (p *Pending) Wait(ctx context.Context, out any) error {
	defer p.forget()
	if _, bounded := ctx.Deadline(); !bounded {
		limited, cancel := context.WithTimeoutCause(ctx, answerTimeout, errNoAnswer)
		defer cancel()
		ctx = limited
	}
	select {
	case m := <-p.answer:
		return p.decode(m, out)
	case <-p.c.done:
		return fmt.Errorf("%s: %w", p.subject, p.c.Err())
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", p.subject, context.Cause(ctx))
	}
}

func (p *Pending) decode(m Message, out any) error {
	if m.Status == 503 {
		return fmt.Errorf("%s: %w", p.subject, ErrNobody)
	}
	var failed struct {
		Error *apiError `json:"error"`
	}
	if err := json.Unmarshal(m.Body, &failed); err != nil {
		return fmt.Errorf("%s: %w", p.subject, err)
	}
	if failed.Error != nil {
		return fmt.Errorf("%s: %w", p.subject, failed.Error)
	}
	if err := json.Unmarshal(m.Body, out); err != nil {
		return fmt.Errorf("%s: %w", p.subject, err)
	}
	return nil
}

// Ask sends a request as JSON and decodes the answer into out.
func (c *Conn) Ask(ctx context.Context, subject string, request, out any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	p, err := c.Send(subject, nil, body)
	if err != nil {
		return err
	}
	if err := c.Flush(); err != nil {
		p.forget()
		return err
	}
	return p.Wait(ctx, out)
}
