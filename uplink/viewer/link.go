package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/store"
)

// mostAsked bounds how many resends wait to be asked for; a gap beyond is asked for when its agent comes online again.
const mostAsked = 256

// link is the connection to the broker: what comes goes to the intake, and resends are asked for.
type link struct {
	subscriber *uplink.Subscriber
	intake     *intake
	asked      chan store.Gap
	log        *slog.Logger

	mu       sync.Mutex
	prefixes map[string]string // agent -> the prefix it speaks under
}

// newLink makes the link; it connects in run. A trial listens to simulated agents as well.
func newLink(h *house, trial bool, log *slog.Logger) (*link, error) {
	m := &h.config.MQTT
	password, err := m.password()
	if err != nil {
		return nil, err
	}
	tls, err := m.tls()
	if err != nil {
		return nil, err
	}
	l := &link{asked: make(chan store.Gap, mostAsked), log: log, prefixes: map[string]string{}}
	l.intake = newIntake(h.store, h.lanes, h.fleet, h.now, l.ask, log)
	prefixes := []string{h.config.Prefix}
	if trial {
		prefixes = append(prefixes, h.config.Prefix+"_sim")
	}
	l.subscriber, err = uplink.NewSubscriber(uplink.SubscriberOptions{Broker: m.Broker, Prefixes: prefixes, ClientID: clientID(h.config.Name),
		User: m.User, Password: password, TLS: tls, Handle: l.handle, Log: log.With("part", "uplink")})
	return l, err
}

// run keeps the connection until ctx is done.
func (l *link) run(ctx context.Context) {
	var asking sync.WaitGroup
	defer asking.Wait()
	asking.Go(func() { l.resend(ctx) })
	asking.Go(func() { every(ctx, patience, func(now time.Time) { l.askOnline(ctx, now) }) })
	if err := l.subscriber.Run(ctx); err != nil {
		l.log.Error("uplink ended", "error", err)
	}
}

// patience is how long an agent has to fill a gap before it is asked again: a lost connection drops what it was sending.
const patience = 30 * time.Second

// askOnline asks every agent that is online for what is missing of it.
func (l *link) askOnline(ctx context.Context, now time.Time) {
	for _, s := range l.intake.fleet.sources(now) {
		if s.State != "online" {
			continue
		}
		if err := l.intake.askAgain(ctx, s.Source); err != nil && ctx.Err() == nil {
			l.log.Warn("looking for gaps", "agent", s.Source, "error", err)
		}
	}
}

// handle takes a batch in order. Events between two other messages are stored together.
func (l *link) handle(ctx context.Context, batch []uplink.Message) error {
	var events []buffer.Event
	flush := func() error {
		if len(events) == 0 {
			return nil
		}
		err := l.intake.events(ctx, events)
		events = events[:0]
		return err
	}
	for i := range batch {
		m := &batch[i]
		l.heard(m)
		if m.Kind == uplink.EventMessage {
			events = append(events, m.Event)
			continue
		}
		if m.Kind != uplink.StatusMessage && m.Kind != uplink.GapMessage {
			continue // states and results are for dashboards; their events come on the audit topic
		}
		if err := flush(); err != nil {
			return err
		}
		if err := l.other(ctx, m); err != nil {
			return err
		}
	}
	return flush()
}

func (l *link) other(ctx context.Context, m *uplink.Message) error {
	if m.Kind == uplink.GapMessage {
		return l.intake.declared(ctx, store.Gap{Source: m.Agent, Boot: m.Gap.Boot, Lane: m.Gap.Lane, First: m.Gap.From, Last: m.Gap.To})
	}
	return l.intake.status(ctx, m.Agent, m.Payload)
}

func (l *link) heard(m *uplink.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.prefixes[m.Agent] = m.Prefix
}

// ask queues a resend.
func (l *link) ask(g store.Gap) {
	select {
	case l.asked <- g:
	default:
	}
}

// resend asks for what is queued. What cannot be asked now is asked when the agent comes online again.
func (l *link) resend(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case g := <-l.asked:
			l.mu.Lock()
			prefix := l.prefixes[g.Source]
			l.mu.Unlock()
			err := l.subscriber.Resend(prefix, g.Source, uplink.Gap{Lane: g.Lane, Boot: g.Boot, From: g.First, To: g.Last})
			if err != nil && ctx.Err() == nil {
				l.log.Warn("resend not asked for", "agent", g.Source, "error", err)
			}
		}
	}
}

// status is the connection as the page shows it.
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
