package uplink

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"time"
)

// drainTimeout is how long the end of a run may take to send the rest of the audit lane.
const drainTimeout = 2 * time.Second

// sender publishes over one connection, from the first status to the loss of the connection.
type sender struct {
	p             *Publisher
	conn          *connection
	inFlight      inFlight
	refused       error     // topics that the broker does not let this agent read; nil if there are none
	oneAtATime    int       // how many messages are still to be sent one at a time, because one may be poison
	statusAt      time.Time // when the status was published
	drainDeadline time.Time // zero until ctx is done
	tick          *time.Timer
	ticked        atomic.Bool // a second is over
}

func newSender(p *Publisher, conn *connection) *sender {
	s := &sender{p: p, conn: conn}
	if p.poison.suspicious() {
		s.oneAtATime = 2 * MaxInFlight
	}
	return s
}

// begin publishes online and subscribes to topics, each at its QoS. A broker that refuses the subscription is used all the same.
func (s *sender) begin(topics map[string]byte) error {
	s.p.statusDue.Store(false)
	if err := s.conn.await(s.conn.publish(s.status(true)), "publishing the status"); err != nil {
		return err
	}
	s.statusAt = time.Now()
	t := s.conn.subscribe(topics)
	if err := s.conn.await(t, "subscribing"); err != nil {
		return err
	}
	if s.refused = granted(t); s.refused != nil {
		s.p.o.Log.Warn("what others send to this agent cannot be received", "error", s.refused)
	}
	return nil
}

func (s *sender) status(online bool) *outgoing {
	return &outgoing{row: statusTopic, topic: s.p.names.of(statusTopic), payload: s.p.o.Status(online), part: partOther}
}

func (s *sender) draining() bool { return !s.drainDeadline.IsZero() }

// run sends until the connection is lost (an error), or ctx is done and the rest of the audit lane is sent (nil).
func (s *sender) run(ctx context.Context) error {
	defer context.AfterFunc(ctx, s.p.wake)()
	s.conn.writer.whenClosed(s.p.wake)
	s.tick = time.AfterFunc(time.Second, func() {
		s.ticked.Store(true)
		s.p.wake()
	})
	defer s.tick.Stop()
	for {
		idle, err := s.fill()
		if err != nil {
			return err
		}
		if !s.draining() && ctx.Err() != nil {
			s.drainDeadline = time.Now().Add(drainTimeout)
			continue
		}
		if s.draining() && (idle && s.inFlight.n == 0 || time.Now().After(s.drainDeadline)) {
			return s.conn.await(s.conn.publish(s.status(false)), "publishing offline")
		}
		if err := s.wait(idle); err != nil {
			return err
		}
		if err := s.collect(); err != nil {
			return err
		}
	}
}

// fill sends until the in-flight window is full (false) or there is nothing to send (true).
func (s *sender) fill() (idle bool, err error) {
	if s.p.delivery.due() {
		if s.inFlight.n > 0 {
			return false, nil
		}
		for lane, after := range s.p.delivery.takeAgain() {
			s.p.cursor(lane).sendAgain(after)
		}
	}
	limit := MaxInFlight
	if s.oneAtATime > 0 {
		limit = 1
	}
	var now time.Time
	for s.inFlight.n < limit {
		select {
		case <-s.conn.writer.closed: // before take: what is taken is in flight, so that unsent returns it
			return false, s.lost(s.conn.lost())
		default:
		}
		m := s.inFlight.room()
		if !s.take(m) {
			return true, nil
		}
		if s.inFlight.n+1 < limit && s.ready() {
			s.conn.writer.holdNext()
		}
		t := s.conn.publish(m)
		if now.IsZero() {
			now = time.Now()
		}
		s.inFlight.push(t, now)
		s.oneAtATime = max(s.oneAtATime-1, 0)
		if finished(t) && t.Error() != nil { // the client did not take it: what follows would overtake it
			return false, s.lost(fmt.Errorf("publishing on %s: %w", m.topic, t.Error()))
		}
	}
	return false, nil
}

// ready reports whether take is certain to return another message.
func (s *sender) ready() bool {
	if s.draining() {
		return s.p.cursors[0].ready()
	}
	return slices.ContainsFunc(s.p.cursors[:], (*cursor).ready)
}

// maxBacklogInFlight is from how many messages in flight on nothing old is sent, so that what is new never waits for a full window of it.
const maxBacklogInFlight = MaxInFlight / 4

// take sets m to the most urgent message, and returns whether there is one: results, audit, the status, then ingested events, readings, trips,
// the backlog, and answers to resend requests.
func (s *sender) take(m *outgoing) (ok bool) {
	p := s.p
	if p.commands.waiting() {
		if *m, ok = p.commands.take(p.names); ok {
			return true
		}
	}
	audit, rest := p.cursors[0], p.cursors[1:]
	if audit.due() {
		*m, ok = audit.take(p.names)
		return ok
	}
	if s.draining() {
		*m, ok = p.trips.take(p.names)
		return ok
	}
	if p.statusDue.Load() && p.statusDue.Swap(false) {
		s.statusAt = time.Now()
		*m = *s.status(true)
		return true
	}
	for _, c := range rest {
		if c.due() {
			*m, ok = c.take(p.names)
			return ok
		}
	}
	if *m, ok = p.trips.take(p.names); ok {
		return true
	}
	if s.inFlight.n >= maxBacklogInFlight {
		return false
	}
	if p.backlog != nil {
		p.resends.begin() // while it is known that the backlog covers a request
		if *m, ok = p.backlog.take(p.names, p.o.Now); ok {
			return true
		}
	}
	*m, ok = p.resends.take(p.names)
	return ok
}

// wait returns when there is something to do. All that it waits for but an acknowledgement comes by one channel: a select costs by its cases.
func (s *sender) wait(idle bool) error {
	if idle {
		for i, c := range s.p.cursors {
			if i == 0 || !s.draining() {
				c.ring.Signal(c.sent, s.p.wakeup)
			}
		}
	}
	select {
	case <-s.inFlight.acknowledged(idle):
	case <-s.p.wakeup:
		if idle && !s.p.cursors[0].due() {
			runtime.Gosched() // readings come in bursts: those that are about to be appended are sent along
		}
	}
	select {
	case <-s.conn.writer.closed:
		if err := s.collect(); err != nil {
			return err
		}
		return s.lost(s.conn.lost())
	default:
	}
	if s.ticked.Load() {
		return s.overdue()
	}
	return nil
}

// overdue looks, once a second, whether an acknowledgement is missing, or it is time to publish the status again.
func (s *sender) overdue() error {
	s.ticked.Store(false)
	s.tick.Reset(time.Second)
	if time.Since(s.statusAt) >= s.p.o.Heartbeat {
		s.p.statusDue.Store(true)
	}
	if m := s.inFlight.oldest(); m != nil && !finished(m.token) && time.Since(m.at) > s.conn.ackTimeout {
		return s.lost(fmt.Errorf("%s: no acknowledgement within %v", m.message.topic, s.conn.ackTimeout))
	}
	return nil
}

// collect takes the acknowledgements that have come, oldest first.
func (s *sender) collect() error {
	for s.inFlight.oldestFinished() {
		m := s.inFlight.oldest()
		if err := m.token.Error(); err != nil {
			return s.lost(fmt.Errorf("publishing on %s: %w", m.message.topic, err))
		}
		s.p.poison.accepted(&m.message)
		if c := m.message.cursor; c != nil {
			c.acknowledge(&m.message)
		}
		if b := m.message.backlog; b != nil {
			b.acknowledge()
		}
		s.inFlight.pop()
	}
	return nil
}

// lost counts the end of the connection against the oldest message in flight, and returns err. Only an end that the broker made is
// counted, not a network that fell silent.
func (s *sender) lost(err error) error {
	if m := s.inFlight.oldest(); m != nil && s.conn.writer.closedByPeer() {
		s.p.poison.connectionEnded(&m.message, s.p.o.Log)
	}
	return err
}

// unsent empties the in-flight window and returns the results of commands and the trips in it.
func (s *sender) unsent() (results [][]byte, trips []*queuedTrip) {
	for ; s.inFlight.n > 0; s.inFlight.pop() {
		switch m := s.inFlight.oldest().message; m.part {
		case partResult:
			results = append(results, m.payload)
		case partTrip:
			trips = append(trips, m.trip)
		}
	}
	return results, trips
}
