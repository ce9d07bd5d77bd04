package uplink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// SubscriberOptions is what a subscriber needs. Broker, ClientID and Handle are mandatory.
type SubscriberOptions struct {
	Broker         string // as Options.Broker
	Prefixes       []string
	ClientID       string // stable, and of no one else: the broker keeps what comes while we are away under it
	User, Password string
	TLS            *tls.Config

	// Handle stores a batch, in the order it came. It is called from one goroutine. Only after it returned nil are the messages
	// acknowledged; an error ends the connection, and the broker sends them again. It may take long: nothing else is read meanwhile,
	// and the broker waits.
	Handle func(ctx context.Context, batch []Message) error
	// Batch is the most messages given to Handle at once; default 512.
	Batch int

	Now func() time.Time
	Log *slog.Logger
}

// Subscriber takes in what agents publish. See [NewSubscriber] and [Subscriber.Run].
type Subscriber struct {
	o       SubscriberOptions
	account account
	taken   atomic.Uint64
	broken  atomic.Uint64
	rival   rivalry

	mu   sync.Mutex
	link Link
	line *line // nil while not connected
}

// Intake is a subscriber's state.
type Intake struct {
	Link
	Taken  uint64 // messages handled and acknowledged
	Broken uint64 // messages that could not be read: left out, and acknowledged, for they would come for ever
}

// ErrAway is what Resend says while there is no connection.
var ErrAway = errors.New("not connected to the broker")

// NewSubscriber makes a subscriber; it connects in Run.
func NewSubscriber(o SubscriberOptions) (*Subscriber, error) {
	broker, err := ParseBroker(o.Broker)
	if err != nil {
		return nil, err
	}
	if o.ClientID == "" || o.Handle == nil {
		return nil, errors.New("uplink: client id and handler are both needed")
	}
	if len(o.Prefixes) == 0 {
		o.Prefixes = []string{DefaultPrefix}
	}
	for _, p := range o.Prefixes {
		if p == "" || strings.ContainsAny(p, "+#\x00") || strings.HasPrefix(p, "/") || strings.HasSuffix(p, "/") {
			return nil, fmt.Errorf("uplink: prefix %.40q; allowed are levels of a topic without + and #", p)
		}
	}
	if o.Batch <= 0 {
		o.Batch = 512
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Subscriber{o: o, link: Link{Broker: broker.Host}, rival: rivalry{id: o.ClientID}}
	s.account = account{broker: broker, tls: o.TLS, id: o.ClientID, user: o.User, password: o.Password, persistent: true, ack: ackBound, write: writeBound}
	return s, nil
}

// Run keeps a connection and handles what comes until ctx is done; it returns nil. What is not acknowledged then comes again.
func (s *Subscriber) Run(ctx context.Context) error {
	lost := time.Now()
	for ctx.Err() == nil {
		begun := time.Now()
		held, err := s.connect(ctx)
		if held {
			lost = time.Now()
		}
		s.down(s.rival.ended(held, time.Since(begun), err))
		pause(ctx, time.Since(lost), time.Since(begun))
	}
	return nil
}

// connect makes one connection and uses it until it ends. It says whether it ever stood.
func (s *Subscriber) connect(ctx context.Context) (held bool, err error) {
	inbox := make(chan mqtt.Message, s.o.Batch)
	l, err := s.account.open(ctx, func(m mqtt.Message, gone <-chan struct{}) {
		select {
		case inbox <- m:
		case <-gone: // it comes again
		}
	})
	if err != nil {
		return false, err
	}
	defer l.drop()
	if l.kept {
		s.up(l)
	}
	err = s.take(ctx, l, inbox)
	return s.State().Connected, err
}

// filters are what is subscribed to.
func (s *Subscriber) filters() (all []string) {
	for _, p := range s.o.Prefixes {
		for _, name := range []string{"status", "audit", "readings/#", "state/#", "gap", "results"} {
			all = append(all, p+"/+/"+name)
		}
	}
	return all
}

// take handles batches until the connection ends. It subscribes meanwhile: what the broker kept for us comes before its answer.
func (s *Subscriber) take(ctx context.Context, l *line, inbox <-chan mqtt.Message) error {
	batch, raw := make([]Message, 0, s.o.Batch), make([]mqtt.Message, 0, s.o.Batch)
	asking := newAsking(l, s.filters())
	defer asking.timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-l.wire.done:
			return l.lost()
		case <-asking.answered():
			stands, err := asking.settle()
			if err != nil {
				return err
			}
			if stands && !l.kept {
				s.up(l)
			}
			continue
		case <-asking.timer.C:
			if err := asking.again(); err != nil {
				return err
			}
			continue
		case m := <-inbox:
			batch, raw = s.gather(batch[:0], raw[:0], m, inbox)
		}
		if err := s.store(ctx, batch, raw); err != nil {
			return err
		}
	}
}

// store has a batch handled and acknowledges it.
func (s *Subscriber) store(ctx context.Context, batch []Message, raw []mqtt.Message) error {
	if len(batch) > 0 {
		if err := s.o.Handle(ctx, batch); err != nil {
			return fmt.Errorf("storing %d messages: %w", len(batch), err)
		}
	}
	for _, m := range raw {
		m.Ack()
	}
	s.taken.Add(uint64(len(batch)))
	clear(raw)
	return nil
}

// gather reads what is there, beginning with m, up to a batch.
func (s *Subscriber) gather(batch []Message, raw []mqtt.Message, m mqtt.Message, inbox <-chan mqtt.Message) ([]Message, []mqtt.Message) {
	for {
		raw = append(raw, m)
		if read, err := s.decode(m); err == nil {
			batch = append(batch, read)
		} else {
			s.broken.Add(1)
			s.o.Log.Warn("a message is left out", "error", err)
		}
		if len(raw) == cap(raw) {
			return batch, raw
		}
		select {
		case m = <-inbox:
		default:
			return batch, raw
		}
	}
}

// decode reads a message under the longest prefix that is ours.
func (s *Subscriber) decode(m mqtt.Message) (Message, error) {
	best := s.o.Prefixes[0]
	for _, p := range s.o.Prefixes[1:] {
		if strings.HasPrefix(m.Topic(), p+"/") && (len(p) > len(best) || !strings.HasPrefix(m.Topic(), best+"/")) {
			best = p
		}
	}
	return Decode(best, m.Topic(), m.Payload(), m.Retained())
}

// Resend asks an agent to send again what is in the gap. What comes of it comes through Handle: the events, and a gap for those that
// the agent no longer has. It does not wait for the broker, so that it may be called from Handle: who gets no answer asks again.
func (s *Subscriber) Resend(prefix, agent string, g Gap) error {
	if g.Lane == 0 || g.Boot == "" || g.From == 0 || g.To != 0 && g.To < g.From {
		return fmt.Errorf("asking %s to send again: gap %+v is none", agent, g)
	}
	s.mu.Lock()
	l := s.line
	s.mu.Unlock()
	if l == nil {
		return fmt.Errorf("asking %s to send again: %w", agent, ErrAway)
	}
	l.client.Publish(prefix+"/"+level(agent)+"/resend", 1, false, g.payload())
	return nil
}

func (s *Subscriber) up(l *line) {
	s.mu.Lock()
	s.link, s.line = Link{Broker: s.link.Broker, Connected: true, Since: s.o.Now(), Err: s.rival.doubt}, l
	s.mu.Unlock()
	if s.rival.doubt == nil {
		s.o.Log.Info("broker connected", "broker", s.link.Broker)
	}
}

func (s *Subscriber) down(err error) {
	s.mu.Lock()
	was := s.link
	if was.Connected {
		s.link.Since = s.o.Now()
	}
	s.link.Connected, s.link.Err, s.line = false, err, nil
	s.mu.Unlock()
	if err != nil && (was.Connected || was.Err == nil) && s.rival.tells() {
		s.o.Log.Warn("broker away", "broker", was.Broker, "error", err)
	}
}

// State is how the subscriber stands.
func (s *Subscriber) State() Intake {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Intake{Link: s.link.settled(s.o.Now()), Taken: s.taken.Load(), Broken: s.broken.Load()}
}
