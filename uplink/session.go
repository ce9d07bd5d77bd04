package uplink

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"
)

// drainBound is how long the end of a run may take to send what is left of the audit lane.
const drainBound = 2 * time.Second

// session is one connection from its birth message to its loss.
type session struct {
	p       *Publisher
	line    *line
	window  window
	careful int // messages still to be sent one at a time, after a loss
	resends []*resend
	said    time.Time // when the status was said
	until   time.Time // end of draining; zero while running
	tick    *time.Ticker
}

func newSession(p *Publisher, l *line) *session {
	s := &session{p: p, line: l}
	if p.guard.tries > 0 {
		s.careful = 2 * Window
	}
	return s
}

// birth says online and asks for what is sent to us. A broker that lets us publish but not listen is used all the same.
func (s *session) birth() error {
	p := s.p
	p.toldAgain()
	t := s.line.client.Publish(p.topics.of("status"), 1, true, p.o.Status(true))
	if err := s.line.await(t, "publishing the status"); err != nil {
		return err
	}
	s.said = time.Now()
	filters := []string{p.topics.of("resend")}
	if p.o.Commands != nil {
		filters = append(filters, p.topics.of("commands"))
	}
	heard := s.line.subscribe(filters...)
	if err := s.line.await(heard, "subscribing"); err != nil {
		return err
	}
	if err := granted(heard); err != nil {
		p.o.Log.Warn("cannot listen to the broker", "error", err)
	}
	return nil
}

// run sends until the connection is lost (an error) or ctx is done and all is said (nil).
func (s *session) run(ctx context.Context) error {
	s.tick = time.NewTicker(time.Second)
	defer s.tick.Stop()
	for {
		idle, err := s.fill()
		if err != nil {
			return err
		}
		if s.until.IsZero() && ctx.Err() != nil {
			s.until = time.Now().Add(drainBound)
			continue
		}
		if !s.until.IsZero() && (idle && s.window.n == 0 || time.Now().After(s.until)) {
			return s.farewell()
		}
		if err := s.wait(ctx, idle); err != nil {
			return err
		}
		if err := s.collect(); err != nil {
			return err
		}
	}
}

// fill sends until the window is full (false) or there is nothing to send (true).
func (s *session) fill() (idle bool, err error) {
	limit := Window
	if s.careful > 0 {
		limit = 1
	}
	for s.window.n < limit {
		it, ok := s.take()
		if !ok {
			return true, nil
		}
		select {
		case <-s.line.wire.done:
			return false, s.fail(s.line.lost())
		default:
		}
		if s.window.n+1 < limit && s.ready() {
			s.line.wire.follows()
		}
		t := s.line.client.Publish(it.topic, 1, it.retained, it.payload)
		s.window.push(it, t, time.Now())
		s.careful = max(s.careful-1, 0)
	}
	return false, nil
}

// ready says whether take will surely find another message.
func (s *session) ready() bool {
	if !s.until.IsZero() {
		return s.p.feeds[0].ready()
	}
	return slices.ContainsFunc(s.p.feeds[:], (*feed).ready)
}

// take is the most urgent message there is: results, audit, the status, then what others posted, readings, and what was asked for again.
func (s *session) take() (item, bool) {
	p := s.p
	if it, ok := p.desk.take(); ok {
		return it, true
	}
	audit, rest := p.feeds[0], p.feeds[1:]
	if it, ok := audit.take(p.topics); ok || !s.until.IsZero() {
		return it, ok
	}
	if p.toldAgain() || time.Since(s.said) >= p.o.Heartbeat {
		s.said = time.Now()
		return item{topic: p.topics.of("status"), payload: p.o.Status(true), retained: true, part: other}, true
	}
	for _, f := range rest {
		if it, ok := f.take(p.topics); ok {
			return it, true
		}
	}
	return s.resend()
}

// wait returns when there is something to do.
func (s *session) wait(ctx context.Context, idle bool) error {
	landed := s.window.news(idle)
	var news [3]<-chan struct{}
	var asked <-chan Gap
	if idle {
		asked = s.p.asked
		for i, f := range s.p.feeds {
			if i == 0 || s.until.IsZero() {
				news[i] = f.ring.Wait(f.sent)
			}
		}
	}
	stop := ctx.Done()
	if !s.until.IsZero() {
		stop = nil
	}
	select {
	case <-landed:
	case <-s.line.wire.done:
		if err := s.collect(); err != nil {
			return err
		}
		return s.fail(s.line.lost())
	case <-s.tick.C:
		if h := s.window.head(); h != nil && time.Since(h.since) > s.p.account.ack {
			return s.fail(fmt.Errorf("%s: no acknowledgement within %v", h.item.topic, s.p.account.ack))
		}
	case g := <-asked:
		s.ask(g)
	case <-news[0]:
	case <-news[1]:
	case <-news[2]:
		runtime.Gosched() // readings come in bursts: those about to be told go along
	case <-s.p.kick:
	case <-stop:
	}
	return nil
}

// collect takes the acknowledgements that are there, oldest first.
func (s *session) collect() error {
	for s.window.landed() {
		h := s.window.head()
		if err := h.token.Error(); err != nil {
			return s.fail(fmt.Errorf("publishing on %s: %w", h.item.topic, err))
		}
		s.p.guard.passed(&h.item)
		if h.item.feed != nil {
			h.item.feed.acknowledge(&h.item)
		}
		s.window.pop()
	}
	return nil
}

// fail notes what was on its way when the connection ended. Only an end that the broker made counts against a message: not a
// network that fell silent.
func (s *session) fail(err error) error {
	if h := s.window.head(); h != nil && s.line.wire.hungUp() {
		s.p.guard.suspect(&h.item, s.p.o.Log)
	}
	return err
}

// farewell says offline.
func (s *session) farewell() error {
	t := s.line.client.Publish(s.p.topics.of("status"), 1, true, s.p.o.Status(false))
	return s.line.await(t, "saying offline")
}
