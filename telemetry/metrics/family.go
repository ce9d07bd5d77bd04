package metrics

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"pychron-edge/buffer"
)

// family is the series of one name.
type family struct {
	name     string // with namespace
	help     string
	kind     buffer.Type
	ingested bool // posted by others
	slots    map[buffer.Labels]*slot
	order    []*slot // by labels; nil when slots came or went
}

// slot is one series.
type slot struct {
	key       buffer.Labels
	text      string // of its labels, see textOf
	value     float64
	histogram *histogram // nil: it is none
	seen      uint64     // the round it was given in
	gone      bool       // it was not given in a round: its family has another one of these labels, or none
}

func newFamily(namespace, name string, kind buffer.Type) *family {
	return &family{name: namespace + "_" + name, help: help(name), kind: kind, slots: map[buffer.Labels]*slot{}}
}

// put takes one point in a round, or returns why it cannot be shown.
func (f *family) put(p *Point, round uint64) (reason string) {
	s := f.slots[p.Labels]
	if s == nil {
		if s = newSlot(p.Labels); s == nil {
			return "labels"
		}
		f.slots[p.Labels], f.order = s, nil
	}
	return f.give(s, p, round)
}

// give is put of a point of one of its series.
func (f *family) give(s *slot, p *Point, round uint64) (reason string) {
	if s.seen == round {
		return "duplicate"
	}
	s.seen, s.value, s.histogram = round, p.Value, p.histogram
	return ""
}

// newSlot makes a slot, or nil if a label's name is not Prometheus'.
func newSlot(labels buffer.Labels) *slot {
	for name := range labels.All() {
		if !ValidLabel(name) {
			return nil
		}
	}
	return &slot{key: labels, text: textOf(labels)}
}

// close ends a round: what was not given is gone. It reports whether nothing is left.
func (f *family) close(round uint64) (empty bool) {
	steady := f.order != nil
	for _, s := range f.order {
		steady = steady && s.seen == round
	}
	if steady {
		return false
	}
	for key, s := range f.slots {
		if s.seen != round {
			delete(f.slots, key)
			s.gone = true
		}
	}
	f.order = slices.SortedFunc(maps.Values(f.slots), func(a, b *slot) int {
		return cmp.Or(a.labels()-b.labels(), strings.Compare(string(a.key), string(b.key)))
	})
	return len(f.slots) == 0
}

// labels is how many labels a slot is shown with.
func (s *slot) labels() (n int) {
	for _, value := range s.key.All() {
		if value != "" {
			n++
		}
	}
	return n
}
