package broker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/nats"
)

// ReceiverOptions is what a receiver needs. Handle and Ready are mandatory.
type ReceiverOptions struct {
	// Handle stores a batch, in order; what it returned nil for does not come again. It is called from one goroutine.
	Handle func(ctx context.Context, batch []uplink.Message) error
	// Ready returns why nothing can be stored now; the broker keeps it meanwhile. It must not block.
	Ready func() error
	// Refused is called for each message that is left out because it is not one of an agent. It must not block.
	Refused func(agent string, err error)
	// Former is the client id by which earlier versions read from the broker: what waits for it is taken, and its session ended.
	Former string
	Log    *slog.Logger
}

// Receiver reads what agents publish inside this process, without MQTT. What it gets, it gets as a subscriber of QoS 1 would, but for what is published
// at QoS 0, which no agent does: in the order in which the broker took it, and again until it is acknowledged.
type Receiver struct {
	b         *Broker
	o         ReceiverOptions
	decoder   uplink.Decoder
	topics    topics
	expected  chan struct{} // capacity 1: something should have come
	unheard   time.Duration // after which nothing has come then
	handled   atomic.Uint64
	malformed atomic.Uint64

	mu   sync.Mutex
	conn *nats.Conn // nil while there is none
	link uplink.Link
}

// Receiver makes a receiver; it reads in Run.
func (b *Broker) Receiver(o ReceiverOptions) *Receiver {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Refused == nil {
		o.Refused = func(_ string, err error) { o.Log.Warn("a message is left out", "error", err) }
	}
	return &Receiver{b: b, o: o, decoder: uplink.NewDecoder(), expected: make(chan struct{}, 1), unheard: unheardTime, link: uplink.Link{Broker: b.o.Listen}}
}

// Run reads until ctx is done; it returns nil. What is not acknowledged by then comes again at the next Run.
func (r *Receiver) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		err := r.connect(ctx)
		if ctx.Err() != nil {
			err = nil
		}
		r.ended(err)
		sleep(ctx, reconnectInterval)
	}
	return nil
}

// reconnectInterval is the time between two attempts.
const reconnectInterval = 500 * time.Millisecond

// connect makes one connection and uses it until it ends.
func (r *Receiver) connect(ctx context.Context) error {
	if err := r.o.Ready(); err != nil {
		return fmt.Errorf("%w: %w", uplink.ErrNotStored, err)
	}
	s, trouble := r.b.server()
	if s == nil {
		return trouble
	}
	raw, err := s.server.InProcessConn()
	if err != nil {
		return err
	}
	c, err := nats.Start(ctx, raw, nats.Login{User: ownUser, Password: r.b.own}, inbox)
	if err != nil {
		return err
	}
	defer c.Close()
	waiting := make(chan nats.Message, 2*maxAckPending)
	if err := r.subscribe(ctx, s, c, waiting); err != nil {
		return err
	}
	retained, err := r.retained(ctx, c)
	if err != nil {
		return err
	}
	r.connected(c)
	if len(retained) > 0 {
		if err := r.o.Handle(ctx, retained); err != nil {
			return fmt.Errorf("%w: %d messages: %w", uplink.ErrNotStored, len(retained), err)
		}
	}
	return r.handleAll(ctx, c, waiting)
}

// handleAll handles batches until the connection ends.
func (r *Receiver) handleAll(ctx context.Context, c *nats.Conn, waiting <-chan nats.Message) error {
	b, pace := newBatch(), new(uplink.Pace)
	silent := time.NewTimer(time.Hour)
	silent.Stop()
	defer silent.Stop()
	for {
		select {
		case <-r.expected:
			silent.Reset(r.unheard)
			continue
		case <-silent.C:
			return errUnheard
		case <-ctx.Done():
			return nil
		case <-c.Done():
			return c.Err()
		case m := <-waiting:
			silent.Stop()
			select {
			case <-r.expected: // it has come
			default:
			}
			b.fill(m, waiting, pace.Until(), r.add)
			pace.Complete()
		}
		if len(b.decoded) > 0 {
			if err := r.o.Handle(ctx, b.decoded); err != nil {
				return fmt.Errorf("%w: %d messages: %w", uplink.ErrNotStored, len(b.decoded), err)
			}
		}
		if err := c.Publish(b.last, "", nil, []byte("+ACK")); err != nil {
			return err
		}
		r.handled.Add(uint64(len(b.decoded)))
	}
}

// add decodes a message into b. Whose topic is not under a prefix is no message of an agent, and may be anything.
func (r *Receiver) add(b *batch, m *nats.Message) {
	b.taken++
	if _, seq := delivery(m.Reply); seq > b.lastSeq || b.lastSeq == 0 {
		b.last, b.lastSeq = m.Reply, seq
	}
	topic := r.topics.of(strings.TrimPrefix(m.Subject, messageSubjects))
	if !r.concerns(topic) {
		return
	}
	n := len(b.decoded)
	b.decoded = b.decoded[:n+1]
	into := &b.decoded[n]
	err := r.decoder.Decode(into, r.b.o.Prefixes, topic, m.Body, false)
	if err == nil {
		return
	}
	b.decoded = b.decoded[:n]
	if !errors.Is(err, uplink.ErrForAgents) {
		r.malformed.Add(1)
		r.o.Refused(into.Agent, err)
	}
}

func (r *Receiver) concerns(topic string) bool {
	for _, p := range r.b.o.Prefixes {
		if strings.HasPrefix(topic, p) && len(topic) > len(p) && topic[len(p)] == '/' {
			return true
		}
	}
	return false
}

// Resend requests that an agent sends the events of a gap again; see [uplink.Subscriber.Resend].
func (r *Receiver) Resend(prefix, agent string, g uplink.Gap) error {
	m, err := uplink.ResendOf(prefix, agent, g)
	if err != nil {
		return err
	}
	return r.publish(m)
}

// Received reports to an agent what this viewer has; see [uplink.Subscriber.Received].
func (r *Receiver) Received(prefix, agent string, what uplink.Received) error {
	return r.publish(uplink.ReceivedOf(prefix, agent, what))
}

// publish publishes a message to an agent, at QoS 0: it is repeated until it has had its effect.
func (r *Receiver) publish(m uplink.ToAgent) error {
	topic, err := m.TopicUnder(r.b.o.Prefixes)
	if err != nil {
		return err
	}
	c := r.connection()
	if c == nil {
		return fmt.Errorf("%s of %s: %w", m.Topic, m.Agent, uplink.ErrNotConnected)
	}
	return c.Publish(subject(topic), "", nil, m.Payload)
}

// ClearStatus removes the status of an agent that is gone, which the broker keeps for those who subscribe later.
func (r *Receiver) ClearStatus(prefix, agent string) error {
	s, trouble := r.b.server()
	if s == nil {
		return trouble
	}
	ctx, cancel := context.WithTimeout(context.Background(), apiTimeout)
	defer cancel()
	return s.clearRetained(ctx, uplink.StatusTopic(prefix, agent))
}

// unheardTime is how long a receiver waits for any message at all once one is due.
const unheardTime = 45 * time.Second

// errUnheard ends a connection by which nothing comes.
var errUnheard = errors.New("the broker delivers nothing: connecting anew")

// Expect says that something should have come; see [uplink.Subscriber.Expect]. What comes then comes by a new consumer.
func (r *Receiver) Expect() {
	select {
	case r.expected <- struct{}{}:
	default:
	}
}

// State returns the receiver's state.
func (r *Receiver) State() uplink.SubscriberState {
	r.mu.Lock()
	defer r.mu.Unlock()
	return uplink.SubscriberState{Link: r.link, Handled: r.handled.Load(), Malformed: r.malformed.Load()}
}

func (r *Receiver) connection() *nats.Conn {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.conn
}

func (r *Receiver) connected(c *nats.Conn) {
	r.mu.Lock()
	r.conn, r.link.Connected, r.link.Since, r.link.Err = c, true, r.b.now(), nil
	r.mu.Unlock()
	r.o.Log.Info("broker connected", "broker", r.b.o.Listen)
}

// ended records the end of a connection or of an attempt.
func (r *Receiver) ended(err error) {
	r.mu.Lock()
	before := r.link
	if before.Connected {
		r.link.Since = r.b.now()
	}
	r.conn, r.link.Connected, r.link.Err = nil, false, err
	r.mu.Unlock()
	if err != nil && (before.Connected || before.Err == nil || before.Err.Error() != err.Error()) {
		r.o.Log.Warn("broker not connected", "broker", r.b.o.Listen, "error", err)
	}
}
