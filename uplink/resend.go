package uplink

import (
	"context"
	"fmt"
	"math"
	"time"

	"encoding/json"

	"pychron-edge/buffer"
)

const (
	mostResends = 16              // waiting or under way; more are dropped, the viewer asks again
	findBound   = 5 * time.Second // for the journal to give one portion
)

// resend is one answer under way: events that are still held are sent again as they were, the others are declared as gaps.
type resend struct {
	gap     Gap
	next    uint64 // Seq to answer next
	batch   []buffer.Event
	at      int
	ring    uint64 // position to read on from
	stored  bool   // the journal has been asked
	settled bool   // nothing more is held
}

// ask takes what a viewer asks for.
func (p *Publisher) ask(payload []byte, retained bool) {
	var g Gap
	err := json.Unmarshal(payload, &g)
	if err == nil && retained {
		err = fmt.Errorf("it is retained")
	}
	if err != nil {
		p.o.Log.Warn("a request to send again is refused", "error", err)
		return
	}
	select {
	case p.asked <- g:
		p.wake()
	default:
		p.o.Log.Warn("too many requests to send again: one is dropped")
	}
}

func (s *session) ask(g Gap) {
	if len(s.resends) < mostResends {
		s.resends = append(s.resends, &resend{gap: g, next: g.From, ring: s.p.o.Lanes.Of(g.Lane).Stats().Overwritten})
	}
}

// resend is the next message of the oldest answer.
func (s *session) resend() (item, bool) {
	select {
	case g := <-s.p.asked:
		s.ask(g)
	default:
	}
	for len(s.resends) > 0 {
		if it, ok := s.resends[0].take(s.p); ok {
			return it, true
		}
		s.resends = s.resends[1:]
	}
	return item{}, false
}

// take is the next message of this answer, false when it is complete.
func (r *resend) take(p *Publisher) (item, bool) {
	for r.at == len(r.batch) && !r.settled {
		r.more(p)
	}
	if r.at < len(r.batch) {
		e := &r.batch[r.at]
		if e.Seq > r.next {
			return r.hole(p, e.Seq-1), true
		}
		r.at++
		r.next = e.Seq + 1
		return item{topic: p.topics.event(e), payload: buffer.AppendJSON(nil, e), part: other}, true
	}
	if r.gap.To >= r.next || r.gap.To == 0 && r.next == r.gap.From {
		return r.hole(p, r.gap.To), true
	}
	return item{}, false
}

// hole declares what is not held any more, from next to to.
func (r *resend) hole(p *Publisher, to uint64) item {
	g := Gap{r.gap.Lane, r.gap.Boot, r.next, to}
	if r.next = to + 1; to == 0 {
		r.next = math.MaxUint64
	}
	return item{topic: p.topics.of("gap"), payload: g.payload(), part: other}
}

// more reads the next portion: from the journal what is older than the ring, then from the ring.
func (r *resend) more(p *Publisher) {
	r.batch, r.at = r.batch[:0], 0
	if r.gap.Lane == buffer.Audit && p.o.Find != nil && !r.stored {
		r.find(p)
		if len(r.batch) > 0 {
			return
		}
		r.stored = true
	}
	events, last := p.o.Lanes.Of(r.gap.Lane).Since(make([]buffer.Event, 0, 2*Window), r.ring)
	r.ring, r.settled = last, len(events) == 0
	for _, e := range events {
		if e.Boot == r.gap.Boot && e.Seq >= r.next && (e.Seq <= r.gap.To || r.gap.To == 0) {
			r.batch = append(r.batch, e)
		}
	}
}

// find reads a portion of the journal.
func (r *resend) find(p *Publisher) {
	ctx, cancel := context.WithTimeout(context.Background(), findBound)
	defer cancel()
	to := r.gap.To
	if to == 0 {
		to = math.MaxUint64
	}
	err := p.o.Find(ctx, r.gap.Boot, r.next, to, func(e *buffer.Event) bool {
		r.batch = append(r.batch, *e)
		return len(r.batch) < 16*Window
	})
	if err != nil {
		p.o.Log.Warn("reading the journal to send again", "error", err)
	}
}
