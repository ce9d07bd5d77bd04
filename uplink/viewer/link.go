package main

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"pychron-edge/telemetry"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/broker"
	"pychron-edge/uplink/viewer/hubnode"
	"pychron-edge/uplink/viewer/store"
)

const (
	maxRequests  = 256              // resend requests that wait; a gap beyond is requested at the next retry
	requestRetry = 30 * time.Second // between two requests of the same gap: a lost connection drops an answer under way
)

// link is the connection to the broker. It passes messages to the intake and publishes the intake's resend requests.
type link struct {
	subscriber source
	unstored   *uplink.Subscriber // shows what comes while the store fails; nil where the subscriber does
	storing    func() bool        // this viewer stores, and no other one of the hub
	heard      unstored           // what it was
	ofLabs     bool               // agents are reached by their labs: it reads from a hub
	history    *history
	live       *live
	refused    *refusals
	arrival    *arrival
	twins      *twins
	intake     atomic.Pointer[intake] // of the store that is open; nil before the first
	requests   chan store.Gap
	receipts   chan receipt // what is to be told to agents
	stored     func(n int)  // is told how many messages were stored at once; nil = nobody is
	name       string       // of this viewer
	log        *slog.Logger

	mu       sync.Mutex
	prefixes map[string]string // by agent: the prefix of its topics
}

// source is where messages come from, and by which agents are reached: a broker, or a hub.
type source interface {
	Run(ctx context.Context) error
	State() uplink.SubscriberState
	Resend(prefix, agent string, g uplink.Gap) error
	Received(prefix, agent string, r uplink.Received) error
	ClearStatus(prefix, agent string) error
	Expect()
}

// receipt is what one agent is told of its events.
type receipt struct {
	agent    string
	received uplink.Received
}

// newLink makes the link; it connects in run. With an embedded broker it also subscribes to simulated agents.
func newLink(c *Config, embedded *broker.Broker, node *hubnode.Node, h *history, shown *live, log *slog.Logger) (*link, error) {
	l := &link{name: c.Name, history: h, live: shown, refused: new(refusals), arrival: newArrival(), twins: new(twins), requests: make(chan store.Gap, maxRequests), receipts: make(chan receipt, maxRequests), log: log, prefixes: map[string]string{},
		storing: func() bool { return true }}
	if c.MQTT.fromHub() {
		r, err := newReceiver(c, node, l)
		if err != nil {
			return nil, err
		}
		l.subscriber, l.storing, l.ofLabs = r, r.Storing, true
		return l, nil
	}
	return l, l.subscribe(c, embedded)
}

// subscribe makes the subscribers of a broker.
func (l *link) subscribe(c *Config, embedded *broker.Broker) error {
	o, err := c.subscriber(embedded)
	if err != nil {
		return err
	}
	o.Ready, o.Handle, o.Refused, o.Log = l.history.fails, l.handle, l.refused.add, l.log.With("part", "uplink")
	if embedded != nil {
		l.subscriber = embedded.Receiver(broker.ReceiverOptions{Handle: o.Handle, Ready: o.Ready, Refused: o.Refused, Former: o.ClientID, Log: o.Log})
	} else if l.subscriber, err = uplink.NewSubscriber(o); err != nil {
		return err
	}
	o.ClientID, o.Transient, o.Ready, o.Handle = o.ClientID+"-unstored", true, nil, l.handleUnstored
	o.Refused, o.Log = func(string, error) {}, nil
	l.unstored, err = uplink.NewSubscriber(o)
	return err
}

// open makes the intake of a store that was opened: what is remembered of another one is void.
func (l *link) open(s *store.Store, now func() time.Time) {
	in := newIntake(s, l.live, now, l.request, l.log)
	in.report, in.refused, in.arrival, in.twins, in.ofLabs = l.report, l.refused, l.arrival, l.twins, l.ofLabs
	l.intake.Store(in)
}

// run keeps the connection until ctx is done.
func (l *link) run(ctx context.Context) {
	var requesting sync.WaitGroup
	defer requesting.Wait()
	requesting.Go(func() { l.publishRequests(ctx) })
	if l.unstored != nil {
		requesting.Go(func() { l.showUnstored(ctx) })
	}
	requesting.Go(func() { every(ctx, requestRetry, func(now time.Time) { l.retryRequests(ctx, now) }) })
	if err := l.subscriber.Run(ctx); err != nil {
		l.log.Error("uplink ended", "error", err)
	}
}

// retryRequests requests the missing events of every agent that is online.
func (l *link) retryRequests(ctx context.Context, now time.Time) {
	in := l.intake.Load()
	if in == nil || l.history.fails() != nil || !l.storing() {
		return
	}
	for _, s := range in.fleet.sources(now) {
		if s.State != "online" {
			continue
		}
		if err := in.requestMissing(ctx, s.Source); err != nil && ctx.Err() == nil {
			l.log.Warn("looking for gaps", "agent", s.Source, "error", err)
		}
	}
}

// handle remembers the agents' prefixes and handles a batch.
func (l *link) handle(ctx context.Context, batch []uplink.Message) error {
	in := l.intake.Load()
	if in == nil {
		return errNotOpened
	}
	for i := range batch {
		if in.admits(&batch[i]) {
			l.setPrefix(batch[i].Agent, batch[i].Prefix)
		}
	}
	limited, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	err := l.noteHeard(limited, in)
	if err == nil {
		err = handleMessages(limited, in, batch)
	}
	if l.stored != nil {
		l.stored(len(batch))
	}
	if ctx.Err() != nil {
		return err
	}
	return l.history.stored(in.store, err)
}

// noteHeard notes what was heard of while nothing was stored, before anything newer is.
func (l *link) noteHeard(ctx context.Context, in *intake) error {
	gaps := l.heard.gaps(in.now())
	for i := range gaps {
		if err := in.noteExists(ctx, &gaps[i]); err != nil {
			return err
		}
	}
	l.heard.forget(gaps)
	return nil
}

// handleUnstored shows a batch that the broker keeps for the store, too.
func (l *link) handleUnstored(_ context.Context, batch []uplink.Message) error {
	l.live.showUnstored(batch, &l.heard)
	return nil
}

// showUnstored keeps a second connection while the store fails: the first one leaves its messages at the broker until they can be stored.
func (l *link) showUnstored(ctx context.Context) {
	var showing sync.WaitGroup
	defer showing.Wait()
	end := func() {}
	shown := false
	every(ctx, minReopen, func(time.Time) {
		failing := l.history.fails() != nil
		if failing == shown {
			return
		}
		if shown = failing; !failing {
			end()
			showing.Wait()
			return
		}
		var while context.Context
		while, end = context.WithCancel(ctx)
		showing.Go(func() {
			if err := l.unstored.Run(while); err != nil {
				l.log.Error("uplink ended", "error", err)
			}
		})
	})
	end()
}

func (l *link) setPrefix(agent, prefix string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.prefixes[agent] = prefix
}

func (l *link) prefix(agent string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.prefixes[agent]
}

// request queues a resend request. It does not block; beyond maxRequests it drops the request.
func (l *link) request(g store.Gap) {
	select {
	case l.requests <- g:
	default:
	}
}

// report queues what an agent is told of its events. It does not block; beyond maxRequests it drops: the next status is answered again.
func (l *link) report(agent string, r uplink.Received) {
	r.Viewer = l.name
	select {
	case l.receipts <- receipt{agent, r}:
	default:
	}
}

// publishRequests publishes the queued resend requests and receipts. A request that fails is repeated by retryRequests.
func (l *link) publishRequests(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case r := <-l.receipts:
			if err := l.subscriber.Received(l.prefix(r.agent), r.agent, r.received); err != nil && ctx.Err() == nil {
				l.log.Warn("agent not told what was received", "agent", r.agent, "error", err)
			}
		case g := <-l.requests:
			err := l.subscriber.Resend(l.prefix(g.Source), g.Source, uplink.Gap{Lane: g.Lane, Boot: g.Boot, From: g.First, To: g.Last})
			if err != nil && ctx.Err() == nil {
				l.log.Warn("resend not requested", "agent", g.Source, "error", err)
			}
		}
	}
}

// status returns the state of the connection for the page.
func (l *link) status() telemetry.UplinkStatus {
	s := l.subscriber.State()
	if since, failing := l.history.troubleSince(); failing && l.unstored != nil {
		if s = l.unstored.State(); s.Since.Before(since) {
			s.Since = since
		}
	}
	u := telemetry.UplinkStatus{Broker: s.Broker, Connected: s.Connected, Lag: map[string]uint64{}}
	if !s.Since.IsZero() {
		u.Since = new(telemetry.Moment(s.Since))
	}
	if s.Err != nil {
		u.Error = s.Err.Error()
	}
	return u
}
