package hub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/nats"
)

// ForwarderOptions is what a forwarder needs. All but Again and Log are mandatory.
type ForwarderOptions struct {
	Lab    string                   // the lab's name
	Broker uplink.SubscriberOptions // how the lab's broker is reached; the client id must be the forwarder's own
	Dial   func(ctx context.Context) (net.Conn, nats.Login, error)
	Linked func() bool // the lab's server is connected to the hub
	Host   string      // where this is, for people
	Again  Again       // the lab's store; nil = it has none, and the hub's requests reach the agents as they are
	Log    *slog.Logger
}

// Forwarder hands what the agents of a lab publish to the hub. The lab's broker keeps what the hub has not taken yet.
type Forwarder struct {
	o          ForwarderOptions
	subscriber *uplink.Subscriber
	name       nameCheck
	answers    *answers    // nil: there is no store
	subscribed atomic.Bool // the lab's broker keeps what comes

	mu      sync.Mutex
	conn    *nats.Conn // nil while there is none
	trouble error      // of the connection
	refused error      // why the hub did not take the last batch
}

var (
	errNoHub      = errors.New("no connection to the hub; what comes is kept until there is one")
	errNoBroker   = errors.New("the lab's broker is not read yet; it keeps what comes once it was")
	errNotAllowed = errors.New("topic with control characters")
)

// NewForwarder makes a forwarder; it connects in Run.
func NewForwarder(o ForwarderOptions) (*Forwarder, error) {
	if err := CheckLab(o.Lab); err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	f := &Forwarder{o: o, name: newNameCheck(o.Host), trouble: errNoHub}
	b := o.Broker
	b.Verbatim, b.Ready, b.Handle, b.Log = true, f.ready, f.handle, o.Log
	b.Refused = func(string, error) {} // the lab's own viewer records it
	var err error
	if f.subscriber, err = uplink.NewSubscriber(b); err == nil && o.Again != nil {
		f.answers = newAnswers(o.Again, f.hand, f.subscriber.Relay, o.Log)
	}
	return f, err
}

// Run forwards until ctx is done.
func (f *Forwarder) Run(ctx context.Context) {
	var reading sync.WaitGroup
	defer reading.Wait()
	reading.Go(func() {
		if err := f.subscriber.Run(ctx); err != nil {
			f.o.Log.Error("reading the lab's broker for the hub", "error", err)
		}
	})
	if f.answers != nil {
		reading.Go(func() { f.answers.run(ctx) })
	}
	for ctx.Err() == nil {
		err := f.connect(ctx)
		f.set(nil, errors.Join(errNoHub, err))
		pause(ctx, retryInterval)
	}
}

// connect makes one connection to the lab's own server and uses it until it is lost.
func (f *Forwarder) connect(ctx context.Context) error {
	raw, login, err := f.o.Dial(ctx)
	if err != nil {
		return err
	}
	c, err := nats.Start(ctx, raw, login, inbox(f.o.Lab))
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Subscribe(askSubject(f.o.Lab), f.relay); err != nil {
		return err
	}
	if err := c.Subscribe(whoSubject(f.o.Lab), f.heard); err != nil {
		return err
	}
	ticker := time.NewTicker(whoInterval)
	defer ticker.Stop()
	for {
		f.look(c)
		select {
		case <-ctx.Done():
			return nil
		case <-c.Done():
			return c.Err()
		case <-ticker.C:
		}
	}
}

// look finds out whether there is a hub and whether the lab's name is its own.
func (f *Forwarder) look(c *nats.Conn) {
	if !f.o.Linked() {
		f.name.unlinked()
		f.set(c, errNoHub)
		return
	}
	_ = c.Publish(whoSubject(f.o.Lab), "", nil, f.name.payload(time.Now())) // a lost connection ends connect
	f.set(c, f.name.check(f.o.Lab, time.Now()))
}

func (f *Forwarder) heard(m nats.Message) { f.name.heard(m.Body, time.Now()) }

// set is what ready and handle go by from now on. What is new is logged.
func (f *Forwarder) set(c *nats.Conn, trouble error) {
	f.mu.Lock()
	before := f.trouble
	f.conn, f.trouble = c, trouble
	f.mu.Unlock()
	switch {
	case trouble == nil && before != nil:
		f.o.Log.Info("hub connected", "lab", f.o.Lab)
	case trouble != nil && (before == nil || before.Error() != trouble.Error()):
		f.o.Log.Warn("hub", "lab", f.o.Lab, "error", trouble)
	}
}

// Trouble returns why nothing is handed to the hub, or why it does not take what is; nil where all is well.
func (f *Forwarder) Trouble() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.trouble == nil && f.refused != nil {
		return fmt.Errorf("the hub does not take what comes, which is kept: %w", f.refused)
	}
	if link := f.subscriber.State(); f.trouble == nil && !link.Connected {
		return errors.Join(errNoBroker, link.Err)
	}
	return f.trouble
}

// ready returns why nothing can be handed over: the broker keeps it. Before it does, it must be subscribed to once, hub or no hub.
func (f *Forwarder) ready() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.subscribed.Load() {
		return nil
	}
	return f.trouble
}

// handle hands a batch to the hub, and returns nil when the hub keeps all of it.
func (f *Forwarder) handle(ctx context.Context, batch []uplink.Message) error {
	f.subscribed.Store(true)
	c, trouble := f.hub()
	if trouble != nil {
		return trouble
	}
	err := f.publish(ctx, c, batch)
	if ctx.Err() != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refused = err
	return err
}

// hub returns the connection to the hub, or why there is none that may be used.
func (f *Forwarder) hub() (*nats.Conn, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.conn, f.trouble
}

// hand hands a batch of the lab's store to the hub, and returns nil when the hub keeps all of it.
func (f *Forwarder) hand(ctx context.Context, batch []uplink.Message) error {
	c, trouble := f.hub()
	if trouble != nil {
		return trouble
	}
	return f.publish(ctx, c, batch)
}

// publish publishes a batch and waits until the hub keeps it.
func (f *Forwarder) publish(ctx context.Context, c *nats.Conn, batch []uplink.Message) error {
	var pending []*nats.Pending
	var failed error
	for i := range batch {
		sent, err := f.send(c, &batch[i])
		pending = append(pending, sent...)
		if err != nil {
			failed = err
			break
		}
	}
	if err := c.Flush(); err != nil && failed == nil {
		failed = err
	}
	limited, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	for _, p := range pending {
		if err := p.Wait(limited, new(struct{})); err != nil && failed == nil {
			failed = err
			cancel() // the others are not waited for
		}
	}
	return failed
}

// send queues one message, if it is one that viewers read.
func (f *Forwarder) send(c *nats.Conn, m *uplink.Message) (all []*nats.Pending, err error) {
	if m.Kind == uplink.StateMessage || m.Kind == uplink.ResultMessage { // for dashboards of the lab
		return nil, nil
	}
	if strings.ContainsFunc(m.Topic, unicode.IsControl) {
		f.o.Log.Warn("a message is not handed to the hub", "agent", m.Agent, "error", errNotAllowed)
		return nil, nil
	}
	h := nats.Header{topicHeader: m.Topic}
	if m.Retained {
		h[retainedHeader] = "1"
	}
	subjects := []string{eventsSubject(f.o.Lab, m.Agent)}
	if m.Kind == uplink.StatusMessage {
		subjects = append(subjects, statusSubject(f.o.Lab, m.Agent))
	}
	for _, subject := range subjects {
		p, err := c.Send(subject, h, m.Payload)
		if err != nil {
			return all, err
		}
		all = append(all, p)
	}
	return all, nil
}

// relay publishes what a viewer of the hub has for an agent of this lab. A request for events goes to the lab's store first. It does not block.
func (f *Forwarder) relay(m nats.Message) {
	var to uplink.ToAgent
	err := json.Unmarshal(m.Body, &to)
	if g, ok := f.subscriber.Asked(to); ok && err == nil && f.answers != nil {
		f.answers.ask(request{to.Prefix, to.Agent, g})
		return
	}
	if err == nil {
		err = f.subscriber.Relay(to)
	}
	if err != nil {
		f.o.Log.Warn("what the hub asks of an agent is left out", "error", fmt.Sprintf("%.300s", err))
	}
}

// takeTimeout is for the hub to take a batch.
const takeTimeout = 5 * time.Second

// retryInterval is the time between two attempts to connect.
const retryInterval = time.Second

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
