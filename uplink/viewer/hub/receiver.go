package hub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/nats"
)

// ReceiverOptions is what a receiver needs. All but Refused and Log are mandatory.
type ReceiverOptions struct {
	Prefixes []string // first levels of the topics at the labs
	Dial     func(ctx context.Context) (conn net.Conn, login nats.Login, address string, err error)

	// Handle stores a batch, in order; what it returned nil for does not come again. It is called from one goroutine. Agents carry
	// their lab's name: "argon.line1".
	Handle func(ctx context.Context, batch []uplink.Message) error
	// Show shows a batch that another viewer stores, or that nobody stores yet. It is called from one goroutine.
	Show func(batch []uplink.Message)
	// Taken is called before the first batch after another viewer stored: what is remembered of the store may be old.
	Taken func()
	// Ready returns why nothing can be stored now; another viewer stores meanwhile. It must not block.
	Ready func() error

	Refused func(agent string, err error) // as of uplink.SubscriberOptions
	Now     func() time.Time
	Log     *slog.Logger
}

// Receiver receives what the labs of a hub publish. Of several, one stores at a time and the others show.
type Receiver struct {
	o         ReceiverOptions
	handled   atomic.Uint64
	malformed atomic.Uint64
	storing   atomic.Bool // this receiver has the consumer

	mu   sync.Mutex
	conn *nats.Conn // nil while there is none
	link uplink.Link
}

// NewReceiver makes a receiver; it connects in Run.
func NewReceiver(o ReceiverOptions) *Receiver {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Refused == nil {
		o.Refused = func(_ string, err error) { o.Log.Warn("a message is left out", "error", err) }
	}
	return &Receiver{o: o}
}

// Run keeps a connection until ctx is done; it returns nil.
func (r *Receiver) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		err := r.connect(ctx)
		r.ended(err)
		if errors.Is(err, uplink.ErrNotStored) {
			pause(ctx, PinTTL+retryInterval) // until the consumer serves another viewer
		}
		pause(ctx, retryInterval)
	}
	return nil
}

// connect makes one connection and uses it until it is lost.
func (r *Receiver) connect(ctx context.Context) error {
	raw, login, address, err := r.o.Dial(ctx)
	r.at(address)
	if err != nil {
		return err
	}
	c, err := nats.Start(ctx, raw, login, ViewerInbox)
	if err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	var showing sync.WaitGroup
	defer showing.Wait()
	defer c.Close()
	live := newLiveView(r, c)
	if err := live.begin(ctx); err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	showing.Go(live.run)
	p, err := newPull(c)
	if err != nil {
		return err
	}
	defer r.storing.Store(false)
	for ctx.Err() == nil {
		if err := r.take(ctx, c, p); err != nil {
			return fmt.Errorf("%s: %w", address, err)
		}
	}
	return nil
}

// take makes one request for messages and handles what comes.
func (r *Receiver) take(ctx context.Context, c *nats.Conn, p *pull) error {
	if err := r.o.Ready(); err != nil {
		r.storing.Store(false)
		p.release()
		select {
		case <-ctx.Done():
		case <-c.Done():
			return c.Err()
		case <-time.After(retryInterval):
		}
		return nil
	}
	if err := p.request(); err != nil {
		return err
	}
	for p.open() {
		batch, err := p.next(ctx)
		if err != nil {
			return err
		}
		r.connected(c)
		if p.taken() {
			r.o.Taken()
		}
		r.storing.Store(p.pinned())
		if err := r.handle(ctx, c, batch); err != nil {
			return err
		}
	}
	return nil
}

// handle has messages stored, and acknowledges them.
func (r *Receiver) handle(ctx context.Context, c *nats.Conn, all []nats.Message) error {
	decoded := r.decode(all)
	answer := "+ACK"
	var failed error
	if len(decoded) > 0 {
		if failed = r.o.Handle(ctx, decoded); failed != nil {
			answer = "-NAK" // another viewer may store it
		}
	}
	for i := range all {
		if err := c.Queue(all[i].Reply, "", nil, []byte(answer)); err != nil {
			return err
		}
	}
	if err := c.Flush(); err != nil {
		return err
	}
	if failed != nil {
		return fmt.Errorf("%w: %d messages: %w", uplink.ErrNotStored, len(decoded), failed)
	}
	r.handled.Add(uint64(len(decoded)))
	return nil
}

// decode reads messages. What cannot be read is counted and recorded.
func (r *Receiver) decode(all []nats.Message) (decoded []uplink.Message) {
	for _, m := range all {
		one, err := decode(r.o.Prefixes, m)
		if err != nil {
			r.malformed.Add(1)
			r.o.Refused(labOf(m.Subject)+"."+one.Agent, err)
			continue
		}
		decoded = append(decoded, one)
	}
	return decoded
}

var errNoNode = errors.New("not connected to the hub")

// publish sends a message to an agent of a lab. It does not wait for an answer.
func (r *Receiver) publish(agent string, message func(name string) (uplink.ToAgent, error)) error {
	lab, name, ok := split(agent)
	if !ok {
		return fmt.Errorf("%s is no agent of a lab", agent)
	}
	m, err := message(name)
	if err != nil {
		return err
	}
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	c := r.connection()
	if c == nil {
		return fmt.Errorf("%s for %s: %w", m.Topic, agent, errNoNode)
	}
	return c.Publish(askSubject(lab), "", nil, body)
}

// Resend requests that an agent sends the events of a gap again; see [uplink.Subscriber.Resend].
func (r *Receiver) Resend(prefix, agent string, g uplink.Gap) error {
	return r.publish(agent, func(name string) (uplink.ToAgent, error) { return uplink.ResendOf(prefix, name, g) })
}

// Received reports to an agent what this viewer has; see [uplink.Subscriber.Received].
func (r *Receiver) Received(prefix, agent string, what uplink.Received) error {
	return r.publish(agent, func(name string) (uplink.ToAgent, error) { return uplink.ReceivedOf(prefix, name, what), nil })
}

// ClearStatus removes the status of an agent that is gone from the hub. That at the lab stays.
func (r *Receiver) ClearStatus(_, agent string) error {
	lab, name, _ := split(agent)
	c := r.connection()
	if c == nil {
		return fmt.Errorf("clearing the status of %s: %w", agent, errNoNode)
	}
	return c.Publish(statusSubject(lab, name), "", nil, []byte{})
}

// Expect has nothing to do: a connection by which nothing comes ends by itself.
func (r *Receiver) Expect() {}
