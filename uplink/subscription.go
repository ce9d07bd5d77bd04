package uplink

import (
	"errors"
	"fmt"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// A refused subscription is requested again after minResubscribe, and each further time after twice as long, up to maxResubscribe.
const (
	minResubscribe = time.Second
	maxResubscribe = time.Minute
)

// subscription is a subscribe request and its answer. A refused one is repeated on the same connection: the broker's rights may be
// corrected meanwhile. (Some brokers also refuse while an unacknowledged message has the packet identifier of the request.)
type subscription struct {
	conn    *connection
	filters map[string]byte      // with their QoS
	token   *mqtt.SubscribeToken // nil once answered
	timer   *time.Timer          // runs until the answer is overdue, or until the request is repeated
	delay   time.Duration        // before the next repetition of a refused one
	twice   bool                 // it was made once more after it was granted
}

func newSubscription(c *connection, filters map[string]byte) *subscription {
	return &subscription{conn: c, filters: filters, token: c.subscribe(filters), timer: time.NewTimer(c.ackTimeout), delay: minResubscribe}
}

// answered is closed when the broker has answered; nil while no request is under way.
func (s *subscription) answered() <-chan struct{} {
	if s.token == nil {
		return nil
	}
	return s.token.Done()
}

// result evaluates the answer: nil if every filter is in force. An error that wraps errRefused names the refused filters; the request
// will be repeated. After any other error the connection is of no use.
func (s *subscription) result() error {
	err := granted(s.token)
	s.token = nil
	s.timer.Stop()
	if errors.Is(err, errRefused) {
		s.timer.Reset(s.delay)
		s.delay = min(2*s.delay, maxResubscribe)
	}
	return err
}

// resubscribe repeats a refused request when the timer has fired. It is an error if the broker has not answered the last one.
func (s *subscription) resubscribe() error {
	if s.token != nil {
		return fmt.Errorf("subscribing: no answer within %v", s.conn.ackTimeout)
	}
	s.request()
	return nil
}

func (s *subscription) request() {
	s.token = s.conn.subscribe(s.filters)
	s.timer.Reset(s.conn.ackTimeout)
}

// onceMore requests what a new session was granted: a broker sends what is retained with every answer. One that looks for that before it
// subscribes (NATS does) has a moment in which a status is neither retained yet nor news for the subscriber, and "offline" comes once.
func (s *subscription) onceMore() {
	if !s.twice {
		s.twice = true
		s.request()
	}
}
