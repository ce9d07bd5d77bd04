package metrics

import (
	dto "github.com/prometheus/client_model/go"

	"pychron-edge/buffer"
)

// forms is the memory of what Prometheus is given at one scrape: the form of each series, in few pieces. A scrape has it for itself, so a slow
// one keeps reading what it began with, and what comes after a scrape that has ended takes its memory over.
type forms struct {
	all      []*dto.MetricFamily
	families slab[dto.MetricFamily]
	series   slab[*dto.Metric]
	metrics  slab[dto.Metric]
	gauges   slab[dto.Gauge]
	counters slab[dto.Counter]
	values   slab[float64]
}

// reset has all memory taken anew. Nobody may read any more what was made of it.
func (m *forms) reset() {
	m.all, m.families, m.series, m.metrics = m.all[:0], m.families[:0], m.series[:0], m.metrics[:0]
	m.gauges, m.counters, m.values = m.gauges[:0], m.counters[:0], m.values[:0]
}

// add makes the form of a family, of its series in their order.
func (m *forms) add(f *family) {
	n, kind := len(f.order), typeOf(f.kind)
	metrics, values := m.metrics.take(n), m.values.take(n)
	var gauges []dto.Gauge
	var counters []dto.Counter
	switch kind {
	case dto.MetricType_GAUGE:
		gauges = m.gauges.take(n)
	case dto.MetricType_COUNTER:
		counters = m.counters.take(n)
	}
	out := &m.families.take(1)[0]
	out.Name, out.Help, out.Type, out.Metric = &f.name, &f.help, kind.Enum(), m.series.take(n)
	for i, s := range f.order {
		one := &metrics[i]
		one.Label, one.Gauge, one.Counter, one.Histogram = s.labels, nil, nil, nil
		values[i], out.Metric[i] = s.value, one
		switch kind {
		case dto.MetricType_GAUGE:
			one.Gauge = &gauges[i]
			one.Gauge.Value = &values[i]
		case dto.MetricType_COUNTER:
			one.Counter = &counters[i]
			one.Counter.Value = &values[i]
		default:
			one.Histogram = s.histogram.form()
		}
	}
	m.all = append(m.all, out)
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
