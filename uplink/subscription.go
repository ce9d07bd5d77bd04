package uplink

import (
	"fmt"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// resubscribeDelay is the wait before a subscription that the broker refused in a kept session is requested again.
const resubscribeDelay = time.Second

// subscription is a subscribe request and its answer. In a session that the broker kept, the subscriptions are in force already and
// the request only fetches the retained messages again: a refusal is then not an error, the request is repeated. (mochi refuses
// while an unacknowledged message has the packet identifier of the request.)
type subscription struct {
	conn    *connection
	filters []string
	token   *mqtt.SubscribeToken // nil once answered
	timer   *time.Timer          // runs until the answer is overdue, or until the request is repeated
}

func newSubscription(c *connection, filters []string) *subscription {
	return &subscription{conn: c, filters: filters, token: c.subscribe(filters...), timer: time.NewTimer(c.ackTimeout)}
}

// answered is closed when the broker has answered; nil while no request is under way.
func (s *subscription) answered() <-chan struct{} {
	if s.token == nil {
		return nil
	}
	return s.token.Done()
}

// result evaluates the answer: the subscription is in force (true), will be requested again (false), or is refused for good (an error).
func (s *subscription) result() (inForce bool, err error) {
	err = granted(s.token)
	s.token = nil
	s.timer.Stop()
	if err != nil && s.conn.sessionPresent {
		s.timer.Reset(resubscribeDelay)
		return false, nil
	}
	return err == nil, err
}

// resubscribe repeats a refused request when the timer has fired. It is an error if the broker has not answered the last one.
func (s *subscription) resubscribe() error {
	if s.token != nil {
		return fmt.Errorf("subscribing: no answer within %v", s.conn.ackTimeout)
	}
	s.token = s.conn.subscribe(s.filters...)
	s.timer.Reset(s.conn.ackTimeout)
	return nil
}
