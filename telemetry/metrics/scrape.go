package metrics

import (
	"strings"

	dto "github.com/prometheus/client_model/go"

	"pychron-edge/buffer"
)

// scrape is what every series had at one moment, in few pieces of memory. A scrape has it for itself, so a slow one keeps reading what it began
// with, and what comes after a scrape that has ended takes its memory over.
type scrape struct {
	families   []shown
	values     slab[float64]
	histograms slab[counted]
	text       []byte
}

// shown is a family at one moment.
type shown struct {
	*family
	order      []*slot
	values     []float64 // of order; nil of histograms
	histograms []counted // of order; nil of others
}

// reset has all memory taken anew. Nobody may read any more what was made of it.
func (m *scrape) reset() {
	clear(m.families) // a family that is gone is not kept
	m.families, m.values, m.histograms = m.families[:0], m.values[:0], m.histograms[:0]
}

// add takes a family as it is now, its series in their order.
func (m *scrape) add(f *family) {
	s := shown{family: f, order: f.order}
	if f.kind == buffer.Histogram {
		s.histograms = m.histograms.take(len(f.order))
		for i, of := range f.order {
			s.histograms[i].read(of.histogram)
		}
	} else {
		s.values = m.values.take(len(f.order))
		for i, of := range f.order {
			s.values[i] = of.value
		}
	}
	m.families = append(m.families, s)
}

// form is what Prometheus is given of a family.
func (s *shown) form() *dto.MetricFamily {
	out := &dto.MetricFamily{Name: &s.name, Help: &s.help, Type: typeOf(s.kind).Enum(), Metric: make([]*dto.Metric, len(s.order))}
	for i, of := range s.order {
		one := &dto.Metric{}
		for name, value := range of.key.All() {
			if value = strings.ToValidUTF8(value, "\uFFFD"); value != "" { // an empty label is no label
				one.Label = append(one.Label, &dto.LabelPair{Name: &name, Value: &value})
			}
		}
		switch s.kind {
		case buffer.Counter:
			one.Counter = &dto.Counter{Value: new(s.values[i])}
		case buffer.Histogram:
			one.Histogram = s.histograms[i].form()
		default:
			one.Gauge = &dto.Gauge{Value: new(s.values[i])}
		}
		out.Metric[i] = one
	}
	return out
}

func typeOf(kind buffer.Type) dto.MetricType {
	switch kind {
	case buffer.Counter:
		return dto.MetricType_COUNTER
	case buffer.Histogram:
		return dto.MetricType_HISTOGRAM
	}
	return dto.MetricType_GAUGE
}

// slab is memory that pieces are taken of.
type slab[T any] []T

// take gives the next n. They may be as they were used before.
func (s *slab[T]) take(n int) []T {
	if cap(*s)-len(*s) < n {
		*s = make([]T, 0, max(n, 2*cap(*s), 16)) // the pieces taken before keep what they are of
	}
	at := len(*s)
	*s = (*s)[:at+n]
	return (*s)[at : at+n : at+n]
}
