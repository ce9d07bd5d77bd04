package telemetry

import "pychron-edge/buffer"

// eventOrder is the order of events in an answer: that of (boot by arrival, up) where two events are of one source, of time where not. It is
// used by one goroutine.
type eventOrder struct {
	boots func() []string // in order of arrival
	rank  map[string]int  // of a boot among them
}

// before reports that a goes before b.
func (o *eventOrder) before(a, b *buffer.Event) bool {
	switch {
	case a.Source != b.Source:
		return a.Time.Before(b.Time)
	case a.Boot != b.Boot:
		return o.of(a.Boot) < o.of(b.Boot)
	case a.Lane == b.Lane:
		return a.Seq < b.Seq
	}
	return a.Up < b.Up
}

// compare is before, as sorting takes it.
func (o *eventOrder) compare(a, b *buffer.Event) int {
	switch {
	case o.before(a, b):
		return -1
	case o.before(b, a):
		return 1
	}
	return 0
}

// of is the rank of a boot by arrival; one that is not known is the latest.
func (o *eventOrder) of(boot string) int {
	n, ok := o.rank[boot]
	if ok {
		return n
	}
	o.rank = map[string]int{}
	for i, b := range o.boots() {
		o.rank[b] = i
	}
	if n, ok = o.rank[boot]; !ok {
		n = len(o.rank)
		o.rank[boot] = n
	}
	return n
}
