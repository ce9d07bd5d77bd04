package telemetry

import (
	"iter"

	"pychron-edge/buffer"
)

// identity is what an event is known by.
type identity struct {
	source, boot string
	lane         buffer.Lane
	seq          uint64
}

func identityOf(e *buffer.Event) identity { return identity{e.Source, e.Boot, e.Lane, e.Seq} }

// join is stored events and those of the rings, both in order, as one, in order, none twice: all (limit 0), or the newest limit of them, and
// whether there are more. stored may be nil.
func join(stored iter.Seq2[buffer.Event, error], recent []*buffer.Event, order *eventOrder, limit int) (events eventSeq, more bool, err error) {
	merged := merge(stored, recent, order)
	if limit == 0 {
		return merged, false, nil
	}
	var all []buffer.Event
	for e, err := range merged {
		if err != nil {
			return nil, false, err
		}
		all = append(all, *e)
	}
	cut := max(0, len(all)-limit)
	return each(all[cut:]), cut > 0 || limit == buffer.MaxLimit && len(all) == limit, nil
}

// merge yields stored events and recent ones, both in order, none twice. An error ends it. stored may be nil.
func merge(stored iter.Seq2[buffer.Event, error], recent []*buffer.Event, order *eventOrder) eventSeq {
	if stored == nil {
		stored = func(func(buffer.Event, error) bool) {}
	}
	return func(yield func(*buffer.Event, error) bool) {
		given, next := newGiven(recent), 0
		for e, err := range stored {
			for ; err == nil && next < len(recent) && order.before(recent[next], &e); next++ {
				if given.first(recent[next]) && !yield(recent[next], nil) {
					return
				}
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if given.first(&e) && !yield(&e, nil) {
				return
			}
		}
		for _, r := range recent[next:] {
			if given.first(r) && !yield(r, nil) {
				return
			}
		}
	}
}

// given is which of the events that may come twice were given.
type given map[identity]bool

func newGiven(recent []*buffer.Event) given {
	g := make(given, len(recent))
	for _, r := range recent {
		g[identityOf(r)] = false
	}
	return g
}

// first reports whether an event is given for the first time, and remembers it where it may come twice.
func (g given) first(e *buffer.Event) bool {
	id := identityOf(e)
	before, twice := g[id]
	if twice {
		g[id] = true
	}
	return !before
}

// each yields events.
func each(events []buffer.Event) eventSeq {
	return func(yield func(*buffer.Event, error) bool) {
		for i := range events {
			if !yield(&events[i], nil) {
				return
			}
		}
	}
}
