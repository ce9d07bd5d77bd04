package telemetry

import "pychron-edge/buffer"

// step is how many events of one lane are copied at a time.
const step = 16

// walk reads the three rings as one: in order of (boot by arrival, up) where two events are of one source, of time where
// not. It copies a few events at a time, so that a long history costs no memory.
type mergeIterator struct {
	boots func() []string
	rank  map[string]int
	lanes [3]laneReader
	lost  []gap // overwritten unread, since last taken
}

// hole is positions of a lane that were overwritten before they were read.
type gap struct {
	Lane string `json:"lane"`
	From uint64 `json:"from"`
	To   uint64 `json:"to"`
}

// head is where the walk stands in one lane.
type laneReader struct {
	lane  buffer.Lane
	ring  *buffer.Ring
	batch []buffer.Event
	next  int
	pos   uint64 // of the last event given
	end   uint64 // stop here; 0 = go on
	dry   bool   // nothing there when last looked
}

// newWalk begins after a place. With an end it goes no further than that.
func (s *Server) newMerge(after buffer.Positions, end *buffer.Positions) *mergeIterator {
	w := &mergeIterator{boots: s.Backend.Boots}
	i := 0
	s.Lanes.Each(func(lane buffer.Lane, ring *buffer.Ring) {
		h := laneReader{lane: lane, ring: ring, batch: make([]buffer.Event, 0, step), pos: *after.Of(lane)}
		if end != nil {
			h.end = *end.Of(lane)
			h.dry = h.pos >= h.end
		}
		w.lanes[i] = h
		i++
	})
	return w
}

// next is the next event, valid until the one after; nil when there is none now.
func (w *mergeIterator) next() *buffer.Event {
	var first *laneReader
	for i := range w.lanes {
		h := &w.lanes[i]
		if w.fill(h); h.next < len(h.batch) && (first == nil || w.before(&h.batch[h.next], &first.batch[first.next])) {
			first = h
		}
	}
	if first == nil {
		return nil
	}
	first.next++
	first.pos++
	return &first.batch[first.next-1]
}

// again looks for what was appended since the walk came to its end.
func (w *mergeIterator) again() {
	for i := range w.lanes {
		w.lanes[i].dry = false
	}
}

// place is after what was given.
func (w *mergeIterator) positions() (p buffer.Positions) {
	for i := range w.lanes {
		*p.Of(w.lanes[i].lane) = w.lanes[i].pos
	}
	return p
}

// fill reads on when a head has given all it had.
func (w *mergeIterator) fill(h *laneReader) {
	if h.dry || h.next < len(h.batch) {
		return
	}
	var last uint64
	h.next = 0
	h.batch, last = h.ring.Since(h.batch[:0], h.pos)
	first := last - uint64(len(h.batch)) + 1
	if len(h.batch) == 0 {
		h.dry = true
		return
	}
	if first > h.pos+1 {
		w.lost = append(w.lost, gap{h.lane.String(), h.pos + 1, first - 1})
		h.pos = first - 1
	}
	if h.end > 0 && last >= h.end {
		keep := uint64(len(h.batch)) - min(last-h.end, uint64(len(h.batch)))
		h.batch = h.batch[:keep]
		h.dry = true
	}
}

// before says whether a goes before b.
func (w *mergeIterator) before(a, b *buffer.Event) bool {
	switch {
	case a.Source != b.Source:
		return a.Time.Before(b.Time)
	case a.Boot != b.Boot:
		return w.order(a.Boot) < w.order(b.Boot)
	}
	return a.Up < b.Up
}

// order is the place of a boot by arrival; one not heard of is the latest.
func (w *mergeIterator) order(boot string) int {
	n, ok := w.rank[boot]
	if ok {
		return n
	}
	w.rank = map[string]int{}
	for i, b := range w.boots() {
		w.rank[b] = i
	}
	if n, ok = w.rank[boot]; !ok {
		n = len(w.rank)
		w.rank[boot] = n
	}
	return n
}
