package rawline

import (
	"context"
	"time"

	"pychron-edge/drivers"
)

// keepFor is how long the line is kept for a client between a selection and its ENQ.
const keepFor = 250 * time.Millisecond

// lender gives the line to one request of a client after the other.
type lender struct {
	o     *Options
	queue *queue
	log   *records
}

// run lends the line until ctx is done.
func (l *lender) run(ctx context.Context) {
	ctx = drivers.WithPriority(ctx, drivers.Command)
	for {
		a, ok := l.queue.await(ctx, 0, func(ask) bool { return true })
		if !ok {
			return
		}
		if s := l.o.Line(); s != nil && l.may(s, a) {
			l.lend(ctx, s, a)
		} else {
			a.from.done(nil)
		}
	}
}

// may reports whether a request is let through; if not, that is recorded.
func (l *lender) may(s *Shared, a ask) bool {
	if s.Raw.IsRead(a.request) || l.o.Control {
		return true
	}
	l.log.refused(a)
	return false
}

// lend has the exchange, and those that belong to it.
func (l *lender) lend(ctx context.Context, s *Shared, a ask) {
	if !s.Raw.Enquiry {
		l.exchange(ctx, s, s.lent, a)
		return
	}
	err := s.lent.Hold(ctx, func(held drivers.Port) error { l.selecting(ctx, s, held, a); return nil })
	if err != nil { // the line is down
		a.from.done(nil)
	}
}

// selecting has a selection and its ENQ, which may come on another connection of the same client: nobody's poll goes between.
func (l *lender) selecting(ctx context.Context, s *Shared, held drivers.Port, a ask) {
	for {
		reply := l.exchange(ctx, s, held, a)
		if !s.Raw.Selects(reply) || a.request == drivers.Enquiry {
			return
		}
		selected := a.request
		next, ok := l.queue.await(ctx, keepFor, func(other ask) bool { return other.from.address == a.from.address })
		if !ok {
			return
		}
		if !l.may(s, next) {
			next.from.done(nil)
			return
		}
		if a = next; a.request == drivers.Enquiry {
			if data := l.exchange(ctx, s, held, a); data != nil && s.Raw.IsRead(selected) {
				s.remember(selected, reply, data)
			}
			return
		}
	}
}

// exchange asks the instrument and gives the client its reply, whole and once; nil if there is none.
func (l *lender) exchange(ctx context.Context, s *Shared, port drivers.Port, a ask) []byte {
	reads := s.Raw.IsRead(a.request)
	if !reads {
		s.forget()
	}
	begun := time.Now()
	whole := s.Raw.Whole()
	if !s.Raw.Answers(a.request) {
		whole = nil
	}
	reply, err := port.Transact(ctx, s.Raw.Wire(a.request), whole)
	if !reads {
		l.log.wrote(a, whole != nil, err, time.Since(begun))
		l.o.Written()
	}
	if err != nil {
		a.from.done(nil)
		return nil
	}
	if reads && !s.Raw.Enquiry {
		s.remember(a.request, reply, nil)
	}
	l.reply(a, reply)
	return reply
}

// reply gives a client its reply. A client that has given up and asked again gets the one reply on the connection where it waits.
func (l *lender) reply(a ask, reply []byte) {
	same := func(other ask) bool {
		return other.from != a.from && other.from.address == a.from.address && other.request == a.request
	}
	for _, again := range l.queue.take(maxClients, same) {
		again.from.done(reply)
	}
	a.from.done(reply)
}
