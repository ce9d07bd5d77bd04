package hub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pychron-edge/uplink/viewer/nats"
)

const (
	pullBatch   = 512             // messages of one request
	pullExpires = 2 * time.Second // how long one request stands
	pullGrace   = 3 * time.Second // for the answer that nothing more comes
	// PinTTL is how long a viewer that makes no request stays the one that stores.
	PinTTL = 5 * time.Second
)

// pull is a viewer's requests to the consumer, one after the other. The consumer serves the viewers of its group one at a time: the one
// whose pin it has sent with its messages.
type pull struct {
	c        *nats.Conn
	subject  string
	messages chan nats.Message // of all requests
	pin      string            // "" while another viewer has the consumer
	before   string            // the pin of the last batch
	left     int               // messages that may still come of this request
	timer    *time.Timer
}

func newPull(c *nats.Conn) (*pull, error) {
	p := &pull{c: c, subject: c.Inbox(), messages: make(chan nats.Message, 4*pullBatch), timer: time.NewTimer(time.Hour)}
	return p, c.Subscribe(p.subject, func(m nats.Message) {
		select {
		case p.messages <- m:
		case <-c.Done():
		}
	})
}

// request asks for the next messages.
func (p *pull) request() error {
	body, err := json.Marshal(map[string]any{"batch": pullBatch, "expires": pullExpires, "group": Group, "id": p.pin})
	if err != nil {
		return err
	}
	p.left = pullBatch
	p.timer.Reset(pullExpires + pullGrace)
	return p.c.Publish("$JS.API.CONSUMER.MSG.NEXT."+EventsStream+"."+Consumer, p.subject, nil, body)
}

// open reports whether more may come of this request.
func (p *pull) open() bool { return p.left > 0 }

// release gives the pin up.
func (p *pull) release() { p.pin = "" }

// pinned reports whether the consumer serves this viewer.
func (p *pull) pinned() bool { return p.pin != "" }

// taken reports whether the consumer serves this viewer since the last batch.
func (p *pull) taken() bool {
	first := p.pin != "" && p.pin != p.before
	p.before = p.pin
	return first
}

// next waits for messages of the request and returns those that are there; none at its end.
func (p *pull) next(ctx context.Context) (batch []nats.Message, err error) {
	select {
	case m := <-p.messages:
		return p.gather(m)
	case <-p.c.Done():
		return nil, p.c.Err()
	case <-p.timer.C:
		return nil, errors.New("the hub does not answer requests")
	case <-ctx.Done():
		p.left = 0
		return nil, nil
	}
}

// gather returns a message and those that have come after it.
func (p *pull) gather(m nats.Message) (batch []nats.Message, err error) {
	for {
		if m.Status != 0 {
			if err := p.ended(m); err != nil {
				return batch, err
			}
		} else {
			p.left--
			p.pin = m.Header["Nats-Pin-Id"]
			batch = append(batch, m)
		}
		if len(batch) == pullBatch {
			return batch, nil
		}
		select {
		case m = <-p.messages:
		default:
			return batch, nil
		}
	}
}

// Status of messages of the server itself.
const (
	statusAlive    = 100
	statusNoneLeft = 404
	statusExpired  = 408
	statusConflict = 409 // the leader changes, or the like
	statusWrongPin = 423
	statusNobody   = 503
)

// ended takes the end of a request.
func (p *pull) ended(m nats.Message) error {
	switch m.Status {
	case statusAlive:
		return nil
	case statusWrongPin:
		p.pin = ""
		p.left = 0
		return nil
	case statusNoneLeft, statusExpired:
		p.left = 0
		return nil
	case statusConflict, statusNobody:
		return fmt.Errorf("the hub has no leader for its consumer (%d)", m.Status)
	}
	return fmt.Errorf("the hub answers a request with %d", m.Status)
}
