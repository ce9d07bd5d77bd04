package main

import (
	"sync"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/store"
)

// live is what the page shows at once: the rings, and the state of the agents. Events reach it when they are stored, and unstored while
// the store fails; those come again later, and are shown once. What comes after a newer one is history, and not shown at once.
type live struct {
	lanes buffer.Lanes
	fleet *fleet

	mu     sync.Mutex
	newest map[stream]uint64 // shown
}

func newLive(lanes buffer.Lanes, f *fleet) *live {
	return &live{lanes: lanes, fleet: f, newest: map[stream]uint64{}}
}

// show shows an event, unless it or a newer one of its stream was shown.
func (l *live) show(e *buffer.Event) {
	if l.isNewest(e) {
		l.lanes.Append(e)
		l.fleet.addEvent(e)
	}
}

// showUnstored shows a batch that is not stored. A status that cannot be believed is told of when it comes again.
func (l *live) showUnstored(batch []uplink.Message) {
	for i := range batch {
		m := &batch[i]
		switch {
		case !l.fleet.admits(sourceOf(m)):
		case m.Kind == uplink.StatusMessage:
			_, _ = l.fleet.setStatus(m.Agent, m.Payload)
		case m.Kind == uplink.EventMessage:
			store.Name(&m.Event)
			l.show(&m.Event)
		}
	}
}

// isNewest reports whether an event is newer than all that were shown of its stream, and remembers it as shown.
func (l *live) isNewest(e *buffer.Event) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.newest) > maxStreams {
		clear(l.newest)
	}
	k := streamOf(e)
	if e.Seq <= l.newest[k] {
		return false
	}
	l.newest[k] = e.Seq
	return true
}
