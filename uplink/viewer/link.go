package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"pychron-edge/telemetry"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/store"
)

const (
	maxRequests  = 256              // resend requests that wait; a gap beyond is requested at the next retry
	requestRetry = 30 * time.Second // between two requests of the same gap: a lost connection drops an answer under way
)

// link is the connection to the broker. It passes messages to the intake and publishes the intake's resend requests.
type link struct {
	subscriber *uplink.Subscriber
	intake     *intake
	requests   chan store.Gap
	receipts   chan receipt // what is to be told to agents
	name       string       // of this viewer
	stored     func(error)  // called after each batch; nil = it is stored
	log        *slog.Logger

	mu       sync.Mutex
	prefixes map[string]string // by agent: the prefix of its topics
}

// receipt is what one agent is told of its events.
type receipt struct {
	agent    string
	received uplink.Received
}

// newLink makes the link; it connects in run. withSimulated also subscribes to simulated agents.
func newLink(c *Config, withSimulated bool, log *slog.Logger) (*link, error) {
	password, err := c.MQTT.password()
	if err != nil {
		return nil, err
	}
	tls, err := c.MQTT.tls()
	if err != nil {
		return nil, err
	}
	l := &link{name: c.Name, requests: make(chan store.Gap, maxRequests), receipts: make(chan receipt, maxRequests), log: log, prefixes: map[string]string{}}
	prefixes := []string{c.Prefix}
	if withSimulated {
		prefixes = append(prefixes, c.Prefix+"_sim")
	}
	l.subscriber, err = uplink.NewSubscriber(uplink.SubscriberOptions{Broker: c.MQTT.Broker, Prefixes: prefixes, ClientID: clientID(c.Name),
		User: c.MQTT.User, Password: password, TLS: tls, Handle: l.handle, Refused: func(agent string, err error) { l.intake.refused.add(agent, err) }, Log: log.With("part", "uplink")})
	return l, err
}

// run keeps the connection until ctx is done. intake must be set.
func (l *link) run(ctx context.Context) {
	var requesting sync.WaitGroup
	defer requesting.Wait()
	requesting.Go(func() { l.publishRequests(ctx) })
	requesting.Go(func() { every(ctx, requestRetry, func(now time.Time) { l.retryRequests(ctx, now) }) })
	if err := l.subscriber.Run(ctx); err != nil {
		l.log.Error("uplink ended", "error", err)
	}
}

// retryRequests requests the missing events of every agent that is online.
func (l *link) retryRequests(ctx context.Context, now time.Time) {
	for _, s := range l.intake.fleet.sources(now) {
		if s.State != "online" {
			continue
		}
		if err := l.intake.requestMissing(ctx, s.Source); err != nil && ctx.Err() == nil {
			l.log.Warn("looking for gaps", "agent", s.Source, "error", err)
		}
	}
}

// handle remembers the agents' prefixes and handles a batch.
func (l *link) handle(ctx context.Context, batch []uplink.Message) error {
	for i := range batch {
		if l.intake.admits(&batch[i]) {
			l.setPrefix(batch[i].Agent, batch[i].Prefix)
		}
	}
	err := handleMessages(ctx, l.intake, batch)
	if ctx.Err() == nil {
		l.stored(err)
	}
	return err
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
	u := telemetry.UplinkStatus{Broker: s.Broker, Connected: s.Connected, Lag: map[string]uint64{}}
	if !s.Since.IsZero() {
		u.Since = new(s.Since.UTC())
	}
	if s.Err != nil {
		u.Error = s.Err.Error()
	}
	return u
}
