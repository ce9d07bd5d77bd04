package uplink

import (
	"sync/atomic"
	"time"
)

// backlog is the readings that the ring has overwritten before they were sent, and that the ring of blocks may hold: they are sent after everything
// that is new. It lives as long as the publisher, and is for the one that sends.
type backlog struct {
	held     heldEvents
	delay    time.Duration // how long it waits, after a connection, for a viewer to say what it reads
	ranges   []Gap         // oldest first; none touches another
	answer   *longResend
	inFlight int
	complete bool // all messages of the first range were sent
	begun    time.Time
	ended    func() // called when a range is sent and acknowledged

	waiting atomic.Uint64 // readings in all ranges
}

// add takes the readings of a boot from one number to another.
func (b *backlog) add(g Gap) {
	if b.covers(g) {
		return
	}
	b.ranges = append(b.ranges, g)
	b.count()
}

func (b *backlog) count() {
	n := uint64(0)
	for _, g := range b.ranges {
		n += g.To - g.From + 1
	}
	b.waiting.Store(n)
}

// covers reports whether all that is requested waits here.
func (b *backlog) covers(g Gap) bool {
	for _, r := range b.ranges {
		if r.Lane == g.Lane && r.Boot == g.Boot && r.From <= g.From && g.To != 0 && g.To <= r.To {
			return true
		}
	}
	return false
}

// limit is the number up to which all is sent that was sent up to seq: what waits here was not.
func (b *backlog) limit(boot string, seq uint64) uint64 {
	for _, r := range b.ranges {
		if r.Boot == boot {
			seq = min(seq, r.From-1)
		}
	}
	return seq
}

// rewind begins the first range anew, when a new connection begins: its readings may arrive twice.
func (b *backlog) rewind(now time.Time) {
	b.answer, b.inFlight, b.complete, b.begun = nil, 0, false, now
}

// take returns the next message, false if there is none, or if no viewer has said yet what it reads.
func (b *backlog) take(names *topicNames, now func() time.Time) (outgoing, bool) {
	for len(b.ranges) > 0 && !b.complete {
		if b.answer == nil {
			if !b.held.blocks() && now().Sub(b.begun) < b.delay {
				return outgoing{}, false
			}
			b.answer = newLongResend(b.ranges[0], b.held)
		}
		if m, ok := b.answer.take(names); ok {
			b.inFlight++
			m.backlog = b
			return m, true
		}
		b.complete = true
		b.end()
	}
	return outgoing{}, false
}

// acknowledge takes the acknowledgement of one message.
func (b *backlog) acknowledge() {
	b.inFlight--
	b.end()
}

// end goes on to the next range when the first one is sent and acknowledged.
func (b *backlog) end() {
	if b.complete && b.inFlight == 0 {
		b.ranges = b.ranges[1:]
		b.answer, b.complete = nil, false
		b.count()
		b.ended()
	}
}
