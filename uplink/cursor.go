package uplink

import (
	"sync"
	"sync/atomic"

	"pychron-edge/buffer"
)

// cursor is the place of a publisher in one lane: up to where events were sent, and up to where the broker has acknowledged them. It
// is used by one goroutine, except for the atomic fields.
type cursor struct {
	lane buffer.Lane
	ring *buffer.Ring
	boot string // this start's: states are published for its events only

	sent, acked     uint64 // positions in the ring
	sentID, ackedID EventID
	follow          *buffer.Follower
	batch           []buffer.Event // read from the ring
	payloads        payloads       // of this connection
	next            int            // index in batch of the event to send next
	gaps            []Gap          // still to be declared
	gapEvents       uint64         // how many events gaps declare lost
	gapEnd          EventID        // the last event that gaps declare lost
	stateAt         uint64         // position of the last event whose state was sent
	refused         [partGap]uint64
	backlog         *backlog       // where overwritten events may still be; nil: nowhere
	reread          func(Gap) bool // sends what was overwritten from where it is kept on disk, and says false where it cannot; nil: it is not kept
	again           uint64         // how many of the events to come were counted as published before

	ackedNow  atomic.Uint64 // acked, for State
	through   atomic.Uint64 // Seq of this boot up to which all events are acknowledged or declared lost
	published atomic.Uint64 // events acknowledged
	lost      atomic.Uint64 // events declared lost

	mu        sync.Mutex
	ackedCopy EventID // ackedID, for who keeps it
}

// newCursor begins at the oldest event that the ring holds. Events overwritten earlier are not declared lost: they were before this
// publisher's time.
func newCursor(lane buffer.Lane, ring *buffer.Ring, boot string) *cursor {
	c := &cursor{lane: lane, ring: ring, boot: boot, follow: ring.Follow(0, 2*MaxInFlight)}
	c.acked = ring.Stats().Overwritten
	c.ackedID = EventID{Boot: boot}
	if first, last := ring.Since(make([]buffer.Event, 0, 1), c.acked); len(first) == 1 {
		c.acked = last - 1
		c.ackedID = predecessor(&first[0])
	}
	c.ackedNow.Store(c.acked)
	c.rewind()
	return c
}

// resume begins after an event that an earlier start's publisher had acknowledged, if the ring holds it.
func (c *cursor) resume(after EventID) {
	events, last := c.ring.Since(nil, c.acked)
	for i := range events {
		if e := &events[i]; e.Boot == after.Boot && e.Seq == after.Seq {
			c.advance(last-uint64(len(events)-1-i), EventID{e.Boot, e.Seq})
			c.rewind()
			return
		}
	}
}

// acknowledged is the event up to which the broker has acknowledged all; its Seq is 0 if there is none.
func (c *cursor) acknowledged() EventID {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ackedCopy
}

// rewind goes back to the acknowledged position, after a connection was lost.
func (c *cursor) rewind() {
	c.sent, c.sentID = c.acked, c.ackedID
	c.follow.Seek(c.acked)
	c.batch, c.next = nil, 0
	c.payloads = payloads{} // a client whose connection was lost may still read what it was given
	c.gaps, c.stateAt = nil, 0
}

// take returns the next message of the lane, false if there is none.
func (c *cursor) take(names *topicNames) (outgoing, bool) {
	if len(c.gaps) > 0 {
		return c.gap(names), true
	}
	e, at := c.peek()
	if e == nil {
		return outgoing{}, false
	}
	if at > c.sent+1 && !c.postpone(e, at) && !c.fromDisk(e, at) {
		c.declareOverwritten(e, at)
		return c.gap(names), true
	}
	if at == c.refused[partEvent] {
		c.declareRefused(e, at)
		return c.gap(names), true
	}
	if e.Kind == buffer.State && e.Boot == c.boot && e.Device != "" && c.stateAt != at {
		c.stateAt = at
		if at != c.refused[partState] {
			return outgoing{row: stateTopic, topic: names.state(e), payload: statePayload(e), part: partState, cursor: c, at: at}, true
		}
	}
	c.next++
	c.sent, c.sentID = at, EventID{e.Boot, e.Seq}
	row, topic := names.event(e)
	return outgoing{row: row, topic: topic, payload: c.follow.AppendJSON(c.payloads.take(), c.next-1), cursor: c, at: at, advance: at, id: c.sentID}, true
}

// due reports whether take has a message.
func (c *cursor) due() bool {
	if c.ready() {
		return true
	}
	e, _ := c.peek()
	return e != nil
}

// ready reports whether take has a message without reading the ring.
func (c *cursor) ready() bool { return c.next < len(c.batch) || len(c.gaps) > 0 }

// peek returns the next event and its position, nil if there is none.
func (c *cursor) peek() (*buffer.Event, uint64) {
	if c.next == len(c.batch) {
		c.batch, _ = c.follow.Next() // what it lost shows as a jump from sent
		c.next = 0
	}
	if len(c.batch) == 0 {
		return nil, 0
	}
	return &c.batch[c.next], c.follow.Position() - uint64(len(c.batch)-1-c.next)
}

// postpone leaves the events between the last one sent and e, which stands at position at, to the backlog.
func (c *cursor) postpone(e *buffer.Event, at uint64) bool {
	if c.backlog == nil || c.sentID.Boot != e.Boot || e.Seq <= c.sentID.Seq+1 {
		return false
	}
	c.backlog.add(Gap{c.lane, e.Boot, c.sentID.Seq + 1, e.Seq - 1})
	c.sent, c.sentID = at-1, predecessor(e)
	return true
}

// fromDisk leaves the events between the last one sent and e, which stands at position at, to whoever reads them again on disk, and
// declares what is not there.
func (c *cursor) fromDisk(e *buffer.Event, at uint64) bool {
	if c.reread == nil {
		return false
	}
	for _, g := range gapsBetween(c.lane, c.sentID, e) {
		if !c.reread(g) {
			return false
		}
	}
	c.sent, c.sentID = at-1, predecessor(e)
	return true
}

// declareOverwritten prepares the gaps between the last event sent and e, which stands at position at.
func (c *cursor) declareOverwritten(e *buffer.Event, at uint64) {
	c.gaps, c.gapEvents, c.gapEnd = gapsBetween(c.lane, c.sentID, e), at-1-c.sent, predecessor(e)
	c.sent = at - 1
}

// declareRefused prepares a gap in place of e, which the broker does not accept.
func (c *cursor) declareRefused(e *buffer.Event, at uint64) {
	c.next++
	c.gaps, c.gapEvents, c.gapEnd = []Gap{{c.lane, e.Boot, e.Seq, e.Seq}}, 1, EventID{e.Boot, e.Seq}
	c.sent = at
}

// gap returns the next gap to declare. The acknowledgement of the last one advances the cursor.
func (c *cursor) gap(names *topicNames) outgoing {
	m := outgoing{row: gapTopic, topic: names.of(gapTopic), payload: c.gaps[0].payload(), part: partGap, cursor: c, at: c.sent}
	c.gaps = c.gaps[1:]
	if len(c.gaps) == 0 {
		m.advance, m.id, m.lost = c.sent, c.gapEnd, c.gapEvents
		c.sentID = c.gapEnd
	}
	return m
}

// gapsBetween returns the gaps between the event after and the event e, all of whose events are lost. Where a boot ended in between,
// its last event is unknown.
func gapsBetween(lane buffer.Lane, after EventID, e *buffer.Event) []Gap {
	if after.Boot == e.Boot {
		return []Gap{{lane, e.Boot, after.Seq + 1, max(e.Seq-1, after.Seq+1)}}
	}
	gaps := []Gap{{lane, after.Boot, after.Seq + 1, 0}}
	if e.Seq > 1 {
		gaps = append(gaps, Gap{lane, e.Boot, 1, e.Seq - 1})
	}
	return gaps
}

// acknowledge advances the cursor by an acknowledged message.
func (c *cursor) acknowledge(m *outgoing) {
	if m.advance == 0 {
		return
	}
	c.advance(m.advance, m.id)
	if m.part == partEvent {
		c.payloads.put(m.payload)
	}
	switch {
	case m.part == partGap:
		c.lost.Add(m.lost)
	case c.again > 0:
		c.again--
	default:
		c.published.Add(1)
	}
}

// sendAgain goes back to the event after a number of this boot, as far as the ring still has them: the broker acknowledged them, and a
// viewer does not have them. Nothing of the lane may be in flight.
func (c *cursor) sendAgain(after uint64) {
	if c.ackedID.Boot != c.boot || after >= c.ackedID.Seq {
		return
	}
	back := min(c.ackedID.Seq-after, c.acked-min(c.ring.Stats().Overwritten, c.acked))
	c.again += back
	c.advance(c.acked-back, EventID{c.boot, c.ackedID.Seq - back})
	c.rewind()
}

// refuse skips, for good, the part of an event that the broker does not accept, and rewinds: nothing of the lane may be in flight. An
// event is declared as a gap later; a gap that is not accepted is counted as lost events.
func (c *cursor) refuse(p part, at uint64) {
	if p < partGap {
		c.rewind()
		c.refused[p] = at
		return
	}
	end, events := c.gapEnd, c.gapEvents
	c.advance(at, end)
	c.lost.Add(events)
	c.rewind()
}

// advance moves the acknowledged position to at, where the event id stands.
func (c *cursor) advance(at uint64, id EventID) {
	c.acked, c.ackedID = at, id
	c.ackedNow.Store(at)
	c.mu.Lock()
	c.ackedCopy = id
	c.mu.Unlock()
	c.settle()
}

// settle says anew up to where everything of this boot is acknowledged.
func (c *cursor) settle() {
	if c.ackedID.Boot != c.boot {
		return
	}
	seq := c.ackedID.Seq
	if c.backlog != nil {
		seq = c.backlog.limit(c.boot, seq)
	}
	c.through.Store(seq)
}

// lag returns how many events are not acknowledged.
func (c *cursor) lag() uint64 {
	acked := c.ackedNow.Load()
	n := max(c.ring.Stats().Position, acked) - acked
	if c.backlog != nil {
		n += c.backlog.waiting.Load()
	}
	return n
}
