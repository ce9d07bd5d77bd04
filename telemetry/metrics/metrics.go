package metrics

import (
	"math"
	"sync"
	"sync/atomic"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/lifecycle"
)

// DefaultNamespace goes before every name of Reserved on /metrics.
const DefaultNamespace = "pychron"

// maxSeries is how many series the program itself may have; labels that come from the configuration cannot reach it.
const maxSeries = 5000

// Point is one series at one moment, as the parts of the program that keep their own state give it to a Gatherer.
type Point struct {
	Name      string // without namespace
	Type      buffer.Type
	Labels    buffer.Labels
	Value     float64
	histogram *histogram
}

// Metrics is the state behind /metrics that is moved where things happen. All methods may be called from any goroutine.
// Readings are not in it: they are taken from Present at the scrape.
type Metrics struct {
	namespace string
	now       func() time.Duration
	families  atomic.Pointer[map[string]string]
	trusted   atomic.Bool // wall clock

	mu     sync.Mutex
	series map[identity]*series
	exchanges
	ingested ingested
	claimed  map[string]bool    // names of readings that were ever shown: no ingested series may take them
	dropped  map[string]float64 // by reason

	runsMu sync.Mutex // orders what events of runs move
	runs   lifecycle.Tracker
}

// identity of a series.
type identity struct {
	name   string
	labels buffer.Labels
}

// series is the state of one series.
type series struct {
	kind      buffer.Type
	value     float64
	histogram *histogram
}

// New makes the state of a program that has just started. namespace "" is [DefaultNamespace]; now is the
// monotonic time since the start, on the same clock as [buffer.Sample.Up].
func New(namespace string, now func() time.Duration) *Metrics {
	if namespace == "" {
		namespace = DefaultNamespace
	}
	m := &Metrics{
		namespace: namespace, now: now,
		series: map[identity]*series{}, exchanges: exchanges{operations: map[[2]string]*operation{}, last: map[string]*atomic.Uint64{}},
		claimed:  map[string]bool{},
		ingested: ingested{series: map[identity]*ingestedOne{}, kinds: map[string]buffer.Type{}}, dropped: map[string]float64{},
	}
	m.families.Store(&map[string]string{})
	return m
}

// Namespace goes before every name.
func (m *Metrics) Namespace() string { return m.namespace }

// Families takes of which family ("valve", "laser", "") each device is: it begins the names of its readings. In a viewer,
// the key is "source/device". The map must not be changed afterwards.
func (m *Metrics) Families(family map[string]string) { m.families.Store(&family) }

// TrustClock takes whether wall time is synchronised: until it is, the *_timestamp_seconds of readings are absent.
func (m *Metrics) TrustClock(on bool) { m.trusted.Store(on) }

// Record moves the metric of an event. Readings and states move nothing here, for Present is what is true now; nor do
// debug events, whose exchanges [IO] has counted.
func (m *Metrics) Record(e *buffer.Event) {
	if lifecycle.Is(e.Metric) {
		m.recordRun(e)
	}
	switch {
	case e.Lane == buffer.Ingest:
		m.ingest(e)
	case e.Kind == buffer.Reading, e.Kind == buffer.State, e.Severity == buffer.Debug, e.Missing != "":
	case e.Type == buffer.Counter:
		m.Add(e.Metric, e.Labels, e.Value)
	case e.Type == buffer.Gauge:
		m.Set(e.Metric, e.Labels, e.Value)
	case e.Type == buffer.Histogram:
		m.Observe(e.Metric, e.Labels, e.Value)
	}
	if e.Kind == buffer.Trip && e.Value == 1 {
		m.Add("interlock_trips_total", buffer.MakeLabels("rule", e.Labels.Value("rule")), 1)
	}
}

// Add moves a counter up by increment, which is finite and not negative (else it is dropped and counted).
func (m *Metrics) Add(metric string, labels buffer.Labels, increment float64) {
	if !(increment >= 0) || math.IsInf(increment, 0) {
		m.drop("value")
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.of(metric, labels, buffer.Counter); s != nil {
		s.value += increment
	}
}

// Set gives a gauge its present value.
func (m *Metrics) Set(metric string, labels buffer.Labels, value float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.of(metric, labels, buffer.Gauge); s != nil {
		s.value = value
	}
}

// Observe adds one observation, in seconds, to a histogram with buckets from 5 ms to 2 hours.
func (m *Metrics) Observe(metric string, labels buffer.Labels, seconds float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.of(metric, labels, buffer.Histogram); s != nil {
		s.histogram.observe(seconds)
	}
}

// Forget drops every series of one device, as after a reload that took it away.
func (m *Metrics) Forget(device string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id := range m.series {
		if id.labels.Value("device") == device {
			delete(m.series, id)
		}
	}
	m.forget(device)
}

// of finds or makes a series; nil if it cannot be. The caller holds mu.
func (m *Metrics) of(metric string, labels buffer.Labels, kind buffer.Type) *series {
	id := identity{metric, labels}
	s := m.series[id]
	switch {
	case s == nil && len(m.series) >= maxSeries:
		m.dropped["cap"]++
		return nil
	case s == nil:
		s = &series{kind: kind}
		if kind == buffer.Histogram {
			s.histogram = newHistogram(durationBounds)
		}
		m.series[id] = s
	case s.kind != kind:
		m.dropped["type"]++
		return nil
	}
	return s
}

func (m *Metrics) drop(reason string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dropped[reason]++
}
