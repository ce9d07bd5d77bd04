package main

import (
	"sync"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/store"
)

// live is what the page shows at once: the rings, and the state of the agents. Events reach it when they are stored, and unstored while
// the store fails; those come again later, and are shown once.
type live struct {
	lanes buffer.Lanes
	fleet *fleet

	mu    sync.Mutex
	shown map[stream]*shown
}

// shown is which numbers of a stream were shown: all to newest, except for those missing.
type shown struct {
	newest  uint64
	missing []span // oldest first
}

// span is consecutive numbers, both ends included.
type span struct{ first, last uint64 }

// maxMissing is how many spans of one stream are remembered as not shown; beyond, the oldest is not shown any more.
const maxMissing = 64

func newLive(lanes buffer.Lanes, f *fleet) *live {
	return &live{lanes: lanes, fleet: f, shown: map[stream]*shown{}}
}

// show shows an event that was not shown before. One that is older than the newest of its stream may still be the last of its point.
func (l *live) show(e *buffer.Event) {
	newest, missing := l.take(e)
	if newest || missing {
		l.lanes.Append(e)
	}
	switch {
	case newest:
		l.fleet.addEvent(e)
	case missing:
		l.fleet.addLate(e)
	}
}

// showLate shows an event that a resend brought, if an open page may miss it: newer ones of its stream were shown.
func (l *live) showLate(e *buffer.Event) {
	l.mu.Lock()
	known := l.shown[streamOf(e)]
	l.mu.Unlock()
	if known != nil && e.Seq < known.newest {
		l.show(e)
	}
}

// showUnstored shows a batch that is not stored, and remembers in heard what it was. A status that cannot be believed is told of when it comes
// again.
func (l *live) showUnstored(batch []uplink.Message, heard *unstored) {
	for i := range batch {
		m := &batch[i]
		switch {
		case !l.fleet.admits(sourceOf(m)):
		case m.Kind == uplink.StatusMessage && len(m.Payload) > 0:
			if s, err := l.fleet.setStatus(m.Agent, m.Payload); err == nil {
				heard.addStatus(m.Agent, &s)
			}
		case m.Kind == uplink.EventMessage:
			store.Name(&m.Event)
			l.show(&m.Event)
			heard.addEvent(&m.Event)
		}
	}
}

// take remembers an event as shown. It is newest if no newer one was shown of its stream, or missing if it was not shown before.
func (l *live) take(e *buffer.Event) (newest, missing bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.shown) > maxStreams {
		clear(l.shown)
	}
	k := streamOf(e)
	s := l.shown[k]
	if s == nil {
		s = new(shown)
		l.shown[k] = s
	}
	if e.Seq <= s.newest {
		return false, s.fill(e.Seq)
	}
	if e.Seq > s.newest+1 {
		s.missing = append(s.missing[max(0, len(s.missing)+1-maxMissing):], span{s.newest + 1, e.Seq - 1})
	}
	s.newest = e.Seq
	return true, false
}

// fill takes a number out of those missing, and reports whether it was one of them.
func (s *shown) fill(seq uint64) bool {
	for i, m := range s.missing {
		if seq < m.first || seq > m.last {
			continue
		}
		rest := make([]span, 0, len(s.missing)+1)
		rest = append(rest, s.missing[:i]...)
		if m.first < seq {
			rest = append(rest, span{m.first, seq - 1})
		}
		if seq < m.last {
			rest = append(rest, span{seq + 1, m.last})
		}
		rest = append(rest, s.missing[i+1:]...)
		s.missing = rest[max(0, len(rest)-maxMissing):]
		return true
	}
	return false
}
