package telemetry

import "pychron-edge/buffer"

// batchSize is how many events of one lane are copied at a time.
const batchSize = 16

// mergeIterator reads the three rings as one: each lane as it came, and between lanes in the order of events. It copies a few events at a time,
// so that a long history costs no memory.
type mergeIterator struct {
	eventOrder
	lanes [3]laneReader
	given *laneReader // of the event that next gave
	lost  []gap       // overwritten unread, since last taken
}

// gap is positions of a lane that were overwritten before they were read, both ends included.
type gap struct {
	Lane string `json:"lane"`
	From uint64 `json:"from"`
	To   uint64 `json:"to"`
}

// laneReader is the state of the iteration in one lane.
type laneReader struct {
	lane   buffer.Lane
	follow *buffer.Follower
	batch  []buffer.Event
	next   int
	pos    uint64 // of the last event given
	end    uint64 // last position to give; 0 = no end
	dry    bool   // there was nothing more at the last look
}

// newMerge begins after the given positions. With an end it goes no further than that.
func newMerge(lanes buffer.Lanes, boots func() []string, after buffer.Positions, end *buffer.Positions) *mergeIterator {
	m := &mergeIterator{eventOrder: eventOrder{boots: boots}}
	i := 0
	lanes.Each(func(lane buffer.Lane, ring *buffer.Ring) {
		pos := *after.Of(lane)
		l := laneReader{lane: lane, follow: ring.Follow(pos, batchSize), pos: pos}
		if end != nil {
			l.end = *end.Of(lane)
			l.dry = l.pos >= l.end
		}
		m.lanes[i] = l
		i++
	})
	return m
}

// next is the next event, valid until the one after; nil when there is none now.
func (m *mergeIterator) next() *buffer.Event {
	var first *laneReader
	for i := range m.lanes {
		l := &m.lanes[i]
		if m.fill(l); l.next < len(l.batch) && (first == nil || m.before(&l.batch[l.next], &first.batch[first.next])) {
			first = l
		}
	}
	if first == nil {
		return nil
	}
	m.given = first
	first.next++
	first.pos++
	return &first.batch[first.next-1]
}

// appendJSON appends the JSON of the event that next gave.
func (m *mergeIterator) appendJSON(dst []byte) []byte {
	return m.given.follow.AppendJSON(dst, m.given.next-1)
}

// again makes next ask the rings for what was appended since it returned nil.
func (m *mergeIterator) again() {
	for i := range m.lanes {
		m.lanes[i].dry = false
	}
}

// wait returns a channel for each lane, closed once the lane has an event after those given. Use it after next returned nil.
func (m *mergeIterator) wait() (audit, readings, ingest <-chan struct{}) {
	return m.lanes[0].follow.Wait(), m.lanes[1].follow.Wait(), m.lanes[2].follow.Wait()
}

// positions are those of the last events given.
func (m *mergeIterator) positions() (p buffer.Positions) {
	for i := range m.lanes {
		*p.Of(m.lanes[i].lane) = m.lanes[i].pos
	}
	return p
}

// fill reads the next batch of a lane when all of the last was given.
func (m *mergeIterator) fill(l *laneReader) {
	if l.dry || l.next < len(l.batch) {
		return
	}
	events, lost := l.follow.Next()
	l.batch, l.next = events, 0
	if len(events) == 0 {
		l.dry = true
		return
	}
	if lost > 0 {
		m.lost = append(m.lost, gap{l.lane.String(), l.pos + 1, l.pos + lost})
		l.pos += lost
	}
	if last := l.follow.Position(); l.end > 0 && last >= l.end {
		beyond := min(last-l.end, uint64(len(events)))
		l.batch, l.dry = events[:uint64(len(events))-beyond], true
	}
}
