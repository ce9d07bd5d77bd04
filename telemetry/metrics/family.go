package metrics

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"

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
	labels    []*dto.LabelPair
	value     float64
	histogram *shownHistogram // nil: it is none
	seen      uint64          // the round it was given in
	gone      bool            // it was not given in a round: its family has another one of these labels, or none
}

func newFamily(namespace, name string, kind buffer.Type) *family {
	return &family{name: namespace + "_" + name, help: help(name), kind: kind, slots: map[buffer.Labels]*slot{}}
}

// put takes one point in a round, or returns why it cannot be shown. known are the labels of all families.
func (f *family) put(p *Point, round uint64, known labelPairs) (reason string) {
	s := f.slots[p.Labels]
	if s == nil {
		if s = newSlot(p.Labels, known); s == nil {
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
	s.seen, s.value = round, p.Value
	if p.histogram != nil {
		if s.histogram == nil {
			s.histogram = &shownHistogram{}
		}
		s.histogram.take(p.histogram, p.count)
	}
	return ""
}

// newSlot makes a slot, or nil if a label's name is not Prometheus'. Values are made valid UTF-8, for one bad byte would
// cost the whole scrape.
func newSlot(labels buffer.Labels, known labelPairs) *slot {
	s := &slot{key: labels}
	for name := range labels.All() {
		if !ValidLabel(name) {
			return nil
		}
	}
	for name, value := range labels.All() {
		if value != "" { // an empty label is no label
			s.labels = append(s.labels, known.pair(name, strings.ToValidUTF8(value, "\uFFFD")))
		}
	}
	s.labels = slices.Clip(s.labels)
	return s
}

// close ends a round: what was not given is gone. It reports whether nothing is left.
func (f *family) close(round uint64, known labelPairs) (empty bool) {
	for key, s := range f.slots {
		if s.seen != round {
			delete(f.slots, key)
			s.gone = true
			known.forget(s.labels)
			f.order = nil
		}
	}
	if f.order == nil {
		f.order = slices.SortedFunc(maps.Values(f.slots), func(a, b *slot) int {
			return cmp.Or(len(a.labels)-len(b.labels), strings.Compare(string(a.key), string(b.key)))
		})
	}
	return len(f.slots) == 0
}
