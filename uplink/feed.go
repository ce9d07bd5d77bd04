package uplink

import (
	"sync/atomic"

	"pychron-edge/buffer"
)

// id is what an event is known by within its lane.
type id struct {
	boot string
	seq  uint64
}

// part says what of an event a message carries.
type part uint8

const (
	whole  part = iota // the event itself
	state              // the last state of a control, retained
	hole               // a gap in its place
	result             // of a command
	other              // nothing that is waited for: a status, an answer to a resend
)

// item is one message on its way, and what its acknowledgement is good for.
type item struct {
	topic    string
	payload  []byte
	retained bool

	part    part
	feed    *feed
	at      uint64 // position of the event it is about
	advance uint64 // the feed's acked position once this is acknowledged; 0 = unchanged
	id      id     // of the event at advance
	lost    uint64 // events declared lost by it
}

// feed is the place in one lane: what was sent, and what the broker has acknowledged.
type feed struct {
	lane buffer.Lane
	ring *buffer.Ring
	boot string // ours: only of this one states are told

	sent, done     uint64 // positions; done is acknowledged
	sentID, doneID id
	batch          []buffer.Event
	next           int    // in batch
	last           uint64 // position of the batch's last event
	holes          []Gap  // still to be declared
	holeLost       uint64
	holeEnd        id
	stated         uint64           // position whose state was sent
	refused        [hole + 1]uint64 // by part: the position the broker does not take; 0 = none
	acked          atomic.Uint64    // done, for State
	through        atomic.Uint64    // Seq of our boot up to which all is acknowledged or declared
	published      atomic.Uint64    // events acknowledged
	gone           atomic.Uint64    // events declared as gaps
}

// newFeed begins at the oldest event the ring holds now: what was overwritten before there was a publisher is not its to declare.
func newFeed(lane buffer.Lane, ring *buffer.Ring, boot string) *feed {
	f := &feed{lane: lane, ring: ring, boot: boot, batch: make([]buffer.Event, 0, 2*Window)}
	f.done = ring.Stats().Overwritten
	f.doneID = id{boot: boot}
	if first, last := ring.Since(make([]buffer.Event, 0, 1), f.done); len(first) == 1 {
		f.done = last - 1
		f.doneID = before(&first[0])
	}
	f.acked.Store(f.done)
	f.rewind()
	return f
}

func before(e *buffer.Event) id { return id{e.Boot, e.Seq - 1} }

// rewind goes back to what was acknowledged, after a connection was lost.
func (f *feed) rewind() {
	f.sent, f.sentID = f.done, f.doneID
	f.batch, f.next = f.batch[:0], 0
	f.holes, f.stated = nil, 0
}

// take gives the next message of the lane.
func (f *feed) take(t *topics) (item, bool) {
	if len(f.holes) > 0 {
		return f.hole(t), true
	}
	e, at := f.peek()
	if e == nil {
		return item{}, false
	}
	if at > f.sent+1 {
		f.overwritten(e, at)
		return f.hole(t), true
	}
	if at == f.refused[whole] {
		f.next++
		f.holes, f.holeLost, f.holeEnd = []Gap{{f.lane, e.Boot, e.Seq, e.Seq}}, 1, id{e.Boot, e.Seq}
		f.sent = at
		return f.hole(t), true
	}
	if e.Kind == buffer.State && e.Boot == f.boot && e.Device != "" && f.stated != at {
		f.stated = at
		if at != f.refused[state] {
			return item{topic: t.state(e), payload: statePayload(e), retained: true, part: state, feed: f, at: at}, true
		}
	}
	f.next++
	f.sent, f.sentID = at, id{e.Boot, e.Seq}
	return item{topic: t.event(e), payload: buffer.AppendJSON(make([]byte, 0, 512), e), feed: f, at: at, advance: at, id: f.sentID}, true
}

// ready says whether take has a message without looking into the ring.
func (f *feed) ready() bool { return f.next < len(f.batch) || len(f.holes) > 0 }

// peek is the next event and its position, nil if there is none.
func (f *feed) peek() (*buffer.Event, uint64) {
	if f.next == len(f.batch) {
		f.batch, f.last = f.ring.Since(f.batch[:0], f.sent)
		f.next = 0
	}
	if len(f.batch) == 0 {
		return nil, 0
	}
	return &f.batch[f.next], f.last - uint64(len(f.batch)-1-f.next)
}

// overwritten notes what is missing between what was sent last and e.
func (f *feed) overwritten(e *buffer.Event, at uint64) {
	f.holes, f.holeLost, f.holeEnd = between(f.lane, f.sentID, e), at-1-f.sent, before(e)
	f.sent = at - 1
}

// hole is the next declaration of what is lost. The last one moves the place on.
func (f *feed) hole(t *topics) item {
	it := item{topic: t.of("gap"), payload: f.holes[0].payload(), part: hole, feed: f, at: f.sent}
	f.holes = f.holes[1:]
	if len(f.holes) == 0 {
		it.advance, it.id, it.lost = f.sent, f.holeEnd, f.holeLost
		f.sentID = f.holeEnd
	}
	return it
}

// between is what lies between the event known as after and the event e, of which all is lost. Of a boot that ended in
// between the end is unknown.
func between(lane buffer.Lane, after id, e *buffer.Event) []Gap {
	if after.boot == e.Boot {
		return []Gap{{lane, e.Boot, after.seq + 1, max(e.Seq-1, after.seq+1)}}
	}
	gaps := []Gap{{lane, after.boot, after.seq + 1, 0}}
	if e.Seq > 1 {
		gaps = append(gaps, Gap{lane, e.Boot, 1, e.Seq - 1})
	}
	return gaps
}

// acknowledge moves the place on.
func (f *feed) acknowledge(it *item) {
	if it.advance == 0 {
		return
	}
	f.reach(it.advance, it.id)
	if it.part == hole {
		f.gone.Add(it.lost)
	} else {
		f.published.Add(1)
	}
}

// refuse passes over, for ever, the part of an event that the broker does not take. The feed has been rewound and nothing of it is
// on its way. A gap that is not taken is counted and left behind.
func (f *feed) refuse(p part, at uint64) {
	if p != hole {
		f.refused[p] = at
		return
	}
	f.reach(at, f.holeEnd)
	f.gone.Add(f.holeLost)
	f.rewind()
}

// reach moves the place to a position, where the event id stands.
func (f *feed) reach(at uint64, id id) {
	f.done, f.doneID = at, id
	f.acked.Store(at)
	if id.boot == f.boot {
		f.through.Store(id.seq)
	}
}

// lag is how many events are not acknowledged.
func (f *feed) lag() uint64 {
	done := f.acked.Load()
	return max(f.ring.Stats().Position, done) - done
}
