package uplink

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// Subscriber receives what agents publish. See [NewSubscriber] and [Subscriber.Run].
type Subscriber struct {
	o         SubscriberOptions
	config    clientConfig
	link      *linkState
	handled   atomic.Uint64
	malformed atomic.Uint64
	unheard   *unheard
	decoder   Decoder // of Run

	mu   sync.Mutex
	conn *connection // nil while not connected
}

// SubscriberState is a subscriber's state.
type SubscriberState struct {
	Link
	Handled   uint64 // messages handled and acknowledged
	Malformed uint64 // messages that could not be decoded: left out, and acknowledged, or they would come again and again
}

// ErrNotConnected is wrapped by the error of Resend while there is no connection.
var ErrNotConnected = errors.New("not connected to the broker")

// NewSubscriber makes a subscriber; it connects in Run.
func NewSubscriber(o SubscriberOptions) (*Subscriber, error) {
	brokers, err := ParseBrokers(o.Broker)
	if err != nil {
		return nil, err
	}
	o.setDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	s := &Subscriber{o: o, unheard: newUnheard(), decoder: NewDecoder()}
	s.config = clientConfig{dial: o.Dial, tls: o.TLS, id: o.ClientID, user: o.User, password: o.Password, credentials: o.Credentials, persistent: !o.Transient,
		ackTimeout: AckTimeout, writeTimeout: defaultWriteTimeout}
	s.config.brokers.all = brokers
	s.link = newLinkState(&s.config, o.Now, o.Log)
	return s, nil
}

// Run keeps a connection and handles messages until ctx is done; it returns nil. Messages not acknowledged by then come again at the
// next Run.
func (s *Subscriber) Run(ctx context.Context) error {
	keepConnected(ctx, s.link, s.connect)
	return nil
}

// connect makes one connection and uses it until it ends. It returns whether the connection was established.
func (s *Subscriber) connect(ctx context.Context) (established bool, err error) {
	if err := s.ready(); err != nil {
		return false, err
	}
	received := make(chan mqtt.Message, s.o.Batch)
	conn, err := s.config.connect(ctx, func(m mqtt.Message, closed <-chan struct{}) {
		select {
		case received <- m:
		case <-closed: // the broker sends it again
		}
	})
	if err != nil {
		return false, err
	}
	defer s.setConnection(nil)
	defer conn.drop()
	s.setConnection(conn)
	err = s.handleAll(ctx, conn, received)
	return s.link.state().Connected, err
}

// ready returns an error while nothing can be handled.
func (s *Subscriber) ready() error {
	if s.o.Ready == nil {
		return nil
	}
	if err := s.o.Ready(); err != nil {
		return fmt.Errorf("%w: %w", ErrNotStored, err)
	}
	return nil
}

func (s *Subscriber) setConnection(conn *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conn = conn
}

func (s *Subscriber) connection() *connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn
}

// filters returns what is subscribed to, with its QoS: one filter for each prefix. A broker keeps the order of messages within one subscription
// only: with several, a status could overtake the readings that it counts.
func (s *Subscriber) filters() map[string]byte {
	all := map[string]byte{}
	for _, p := range s.o.Prefixes {
		all[p+"/+/#"] = qos1
	}
	return all
}

// formerFilters returns the filters that earlier versions subscribed to, one for each topic: a broker that kept the session still has
// them.
func (s *Subscriber) formerFilters() (all []string) {
	for _, p := range s.o.Prefixes {
		for _, t := range topics {
			if t.from == fromAgent {
				all = append(all, t.filter(p))
			}
		}
	}
	return all
}

// subscribed takes the answer to a subscription. An error ends the connection.
func (s *Subscriber) subscribed(conn *connection, sub *subscription) error {
	err := sub.result()
	switch {
	case errors.Is(err, errRefused):
		s.link.notSubscribed(err)
		return nil
	case err != nil:
		return err
	case conn.sessionPresent:
		conn.client.Unsubscribe(s.formerFilters()...)
	default:
		sub.onceMore()
	}
	if !s.link.state().Connected {
		s.link.connected()
	}
	return nil
}

// handleAll handles batches until the connection ends. It subscribes meanwhile: the messages that the broker kept may come before the
// answer to the subscription.
func (s *Subscriber) handleAll(ctx context.Context, conn *connection, received <-chan mqtt.Message) error {
	batch, pace := newBatch(s.o.Batch), new(Pace)
	sub := newSubscription(conn, s.filters())
	defer sub.timer.Stop()
	defer s.unheard.heard()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-conn.writer.closed:
			return conn.lost()
		case <-sub.answered():
			if err := s.subscribed(conn, sub); err != nil {
				return err
			}
		case <-sub.timer.C:
			if err := sub.resubscribe(); err != nil {
				return err
			}
		case <-s.unheard.asked:
			s.unheard.wait()
		case <-s.unheard.timer.C:
			return errUnheard
		case m := <-received:
			s.unheard.heard()
			batch.fill(m, received, pace.Until(), s.decode)
			pace.Complete()
			if err := s.handle(ctx, conn, batch); err != nil {
				return err
			}
		}
	}
}

// handle has a batch stored and acknowledges it.
func (s *Subscriber) handle(ctx context.Context, conn *connection, b *batch) error {
	if len(b.decoded) > 0 {
		if err := s.o.Handle(ctx, b.decoded); err != nil {
			return fmt.Errorf("%w: %d messages: %w", ErrNotStored, len(b.decoded), err)
		}
	}
	conn.acknowledge(b.received)
	s.handled.Add(uint64(len(b.decoded)))
	clear(b.received)
	return nil
}

// decode reads a message under the longest prefix that matches. It counts and reports a message that cannot be read. What others publish
// for the agents comes by the same filter and is passed over.
func (s *Subscriber) decode(m mqtt.Message, into *Message) bool {
	err := s.decoder.Decode(into, s.o.Prefixes, m.Topic(), m.Payload(), m.Retained())
	if s.o.Verbatim && err == nil {
		into.Topic, into.Payload = m.Topic(), m.Payload()
	}
	if err != nil && !errors.Is(err, ErrForAgents) {
		s.malformed.Add(1)
		s.o.Refused(into.Agent, err)
	}
	return err == nil
}

// Resend requests that an agent sends the events of the gap again. They come through Handle, and so does a gap for those that the
// agent no longer has. Resend does not wait for the broker, so that Handle may call it; a request without an answer is to be repeated.
func (s *Subscriber) Resend(prefix, agent string, g Gap) error {
	m, err := ResendOf(prefix, agent, g)
	if err != nil {
		return err
	}
	conn := s.connection()
	if conn == nil {
		return fmt.Errorf("requesting a resend of %s: %w", agent, ErrNotConnected)
	}
	s.unheard.ask() // before it: the answer may be handled before publish returns
	conn.publish(&outgoing{row: resendTopic, topic: newTopicNames(prefix, agent).of(resendTopic), payload: m.Payload})
	return nil
}

// ClearStatus removes the status of an agent that is gone from the broker, which keeps it for those who subscribe later.
func (s *Subscriber) ClearStatus(prefix, agent string) error {
	conn := s.connection()
	if conn == nil {
		return fmt.Errorf("clearing the status of %s: %w", agent, ErrNotConnected)
	}
	conn.publish(&outgoing{row: statusTopic, topic: newTopicNames(prefix, agent).of(statusTopic), payload: []byte{}})
	return nil
}

// State returns the subscriber's state.
func (s *Subscriber) State() SubscriberState {
	return SubscriberState{Link: s.link.state(), Handled: s.handled.Load(), Malformed: s.malformed.Load()}
}
