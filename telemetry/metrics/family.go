package metrics

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"pychron-edge/buffer"
)

// family is the series of one name, and the form Prometheus is given of them. That form is immutable: when a value
// changes, a new one is built, so a slow scrape keeps reading what it began with. It is kept for the next scrape only where
// nothing changed since the last one: what changes again and again takes no memory between the scrapes.
type family struct {
	name     string // with namespace
	help     string
	kind     buffer.Type
	ingested bool // posted by others
	slots    map[buffer.Labels]*slot
	order    []*slot // by labels; nil when slots came or went
	dirty    bool    // something changed in this round
	built    *dto.MetricFamily
}

// slot is one series.
type slot struct {
	key       buffer.Labels
	labels    []*dto.LabelPair
	value     float64
	histogram prometheus.Histogram
	count     uint64 // of its observations
	seen      uint64 // the round it was given in
	gone      bool   // it was not given in a round: its family has another one of these labels, or none
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
		f.slots[p.Labels], f.order, f.dirty = s, nil, true
	}
	return f.give(s, p, round)
}

// give is put of a point of one of its series.
func (f *family) give(s *slot, p *Point, round uint64) (reason string) {
	if s.seen == round {
		return "duplicate"
	}
	s.seen = round
	if s.take(p) {
		f.dirty = true
	}
	return ""
}

// take moves a series to a point; changed means that it is shown differently now.
func (s *slot) take(p *Point) (changed bool) {
	if p.histogram == nil {
		changed, s.value = p.Value != s.value, p.Value
		return changed
	}
	count := p.count
	if count == 0 {
		count = formOf(p.histogram).GetSampleCount()
	}
	changed = count != s.count || s.histogram != p.histogram
	s.histogram, s.count = p.histogram, count
	return changed
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

// close ends a round: what was not given is gone. It returns nil when nothing is left.
func (f *family) close(round uint64, known labelPairs) *dto.MetricFamily {
	for key, s := range f.slots {
		if s.seen != round {
			delete(f.slots, key)
			s.gone = true
			known.forget(s.labels)
			f.order, f.dirty = nil, true
		}
	}
	if len(f.slots) == 0 {
		return nil
	}
	if f.order == nil {
		f.order = slices.SortedFunc(maps.Values(f.slots), func(a, b *slot) int {
			return cmp.Or(len(a.labels)-len(b.labels), strings.Compare(string(a.key), string(b.key)))
		})
	}
	if f.dirty {
		f.built, f.dirty = nil, false
		return f.build()
	}
	if f.built == nil {
		f.built = f.build()
	}
	return f.built
}

// build makes the form of a family, in few pieces of memory.
func (f *family) build() *dto.MetricFamily {
	n := len(f.order)
	metrics, values := make([]dto.Metric, n), make([]float64, n)
	out := &dto.MetricFamily{Name: new(f.name), Help: new(f.help), Metric: make([]*dto.Metric, n), Type: f.form().Enum()}
	gauges, counters := f.parts(n)
	for i, s := range f.order {
		m := &metrics[i]
		m.Label, values[i], out.Metric[i] = s.labels, s.value, m
		switch f.kind {
		case buffer.Counter:
			m.Counter = &counters[i]
			m.Counter.Value = &values[i]
		case buffer.Histogram:
			m.Histogram = formOf(s.histogram)
		default:
			m.Gauge = &gauges[i]
			m.Gauge.Value = &values[i]
		}
	}
	return out
}

func (f *family) form() dto.MetricType {
	switch f.kind {
	case buffer.Counter:
		return dto.MetricType_COUNTER
	case buffer.Histogram:
		return dto.MetricType_HISTOGRAM
	}
	return dto.MetricType_GAUGE
}

func (f *family) parts(n int) (gauges []dto.Gauge, counters []dto.Counter) {
	switch f.kind {
	case buffer.Counter:
		return nil, make([]dto.Counter, n)
	case buffer.Histogram:
		return nil, nil
	}
	return make([]dto.Gauge, n), nil
}
