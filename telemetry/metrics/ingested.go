package metrics

import (
	"math"
	"strings"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/lifecycle"
)

// Bounds of what others may bring.
const (
	MaxIngested   = 2000             // series, of all that was posted
	gaugeExpires  = 10 * time.Minute // a gauge that nobody renews is a stale number
	countsExpires = 24 * time.Hour   // counters and histograms, which only add up
)

// ingested are the series that others have posted.
type ingested struct {
	series map[identity]*ingestedOne
	kinds  map[string]buffer.Type // one type per name, the first
}

type ingestedOne struct {
	series
	seen time.Duration
}

// IngestName is the name under which a posted metric stands on /metrics: counters get the _total they lack.
func IngestName(metric string, kind buffer.Type) string {
	if kind == buffer.Counter && !strings.HasSuffix(metric, "_total") {
		return metric + "_total"
	}
	return metric
}

// ingestedIdentity is what tells the series of an ingested event from the others. To Prometheus a label without a value is no label: two series that
// differ in that alone would be one twice.
func ingestedIdentity(e *buffer.Event) identity {
	id := identity{IngestName(e.Metric, e.Type), e.Labels}
	var pairs []string
	empty := false
	for k, v := range e.Labels.All() {
		if empty = empty || v == ""; v != "" {
			pairs = append(pairs, k, v)
		}
	}
	if empty {
		id.labels = buffer.MakeLabels(pairs...)
	}
	return id
}

// ingest moves the series of an ingested event. What belongs to one run (label run_id) stays an event: it would make a
// series for every run there ever was; what lifecycle counts has its metrics there. A series that cannot be kept is dropped and
// counted, its event stands.
func (m *Metrics) ingest(e *buffer.Event) {
	if e.Missing != "" || e.Labels.Value("run_id") != "" || lifecycle.Is(e.Metric) || Pychrons(IngestName(e.Metric, e.Type)) {
		return
	}
	now := m.now()
	id := ingestedIdentity(e)
	m.mu.Lock()
	defer m.mu.Unlock()
	v, reason := m.admit(id, e, now)
	if reason != "" {
		m.dropped[reason]++
		return
	}
	v.seen = now
	switch e.Type {
	case buffer.Counter:
		v.value += e.Value
	case buffer.Histogram:
		v.histogram.observe(e.Value)
	default:
		v.value = e.Value
	}
}

// Refuses returns why the series of an ingested event would not be kept now, "" if it would. The event itself is.
func (m *Metrics) Refuses(e *buffer.Event) (reason string) {
	if e.Missing != "" || e.Labels.Value("run_id") != "" {
		return ""
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	id := ingestedIdentity(e)
	if reason = m.refuses(id, e); reason == "" && m.ingested.series[id] == nil && m.full(m.now()) {
		reason = "cap"
	}
	return reason
}

// admit finds or makes the series of an ingested event, or gives the reason why not. The caller holds mu.
func (m *Metrics) admit(id identity, e *buffer.Event, now time.Duration) (*ingestedOne, string) {
	if reason := m.refuses(id, e); reason != "" {
		return nil, reason
	}
	if v := m.ingested.series[id]; v != nil {
		return v, ""
	}
	if m.full(now) {
		return nil, "cap"
	}
	v := &ingestedOne{series: series{kind: e.Type}}
	if e.Type == buffer.Histogram {
		v.histogram = newHistogram(durationBounds)
	}
	m.ingested.series[id], m.ingested.kinds[id.name] = v, e.Type
	return v, ""
}

// full reports whether there is no room for another series. The caller holds mu.
func (m *Metrics) full(now time.Duration) bool {
	if len(m.ingested.series) >= MaxIngested {
		m.expire(now)
	}
	return len(m.ingested.series) >= MaxIngested
}

// refuses returns what is wrong with an event as a series, "" if nothing is. The caller holds mu.
func (m *Metrics) refuses(id identity, e *buffer.Event) string {
	kind, known := m.ingested.kinds[id.name]
	switch {
	case !ValidName(id.name) || Reserved(id.name) || m.claimed[id.name]:
		return "name"
	case known && kind != e.Type:
		return "type"
	case math.IsNaN(e.Value) || e.Type == buffer.Counter && !(e.Value >= 0 && e.Value < math.Inf(1)):
		return "value"
	}
	for name := range e.Labels.All() {
		if !ValidLabel(name) {
			return "labels"
		}
	}
	return ""
}

// expire forgets the ingested series that nobody has renewed. The caller holds mu.
func (m *Metrics) expire(now time.Duration) {
	clear(m.ingested.kinds)
	for id, v := range m.ingested.series {
		timeout := countsExpires
		if v.kind == buffer.Gauge {
			timeout = gaugeExpires
		}
		if now-v.seen > timeout {
			delete(m.ingested.series, id)
			continue
		}
		m.ingested.kinds[id.name] = v.kind
	}
}

// claim keeps the name of a reading for this program: ingested series that have it go.
func (m *Metrics) claim(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.claimed[name] {
		return
	}
	m.claimed[name] = true
	for id := range m.ingested.series {
		if id.name == name {
			delete(m.ingested.series, id)
			m.dropped["name"]++
		}
	}
}
