package metrics

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	dto "github.com/prometheus/client_model/go"

	"pychron-edge/buffer"
)

// gatherer makes /metrics from what is in memory. No instrument is touched.
type gatherer struct {
	metrics *Metrics
	present *buffer.Present
	extra   []func(emit func(Point))
	runtime prometheus.Gatherer

	mu       sync.Mutex
	round    uint64
	families map[string]*family // by name without namespace
	labels   labelPairs
	readings map[reading]readingName
	device   *map[string]string // the families readings were named by
	oldest   map[buffer.Labels]float64
	failed   map[string]float64 // by reason
}

// reading is which quantity a sample is of.
type reading struct {
	source, device, channel, name string
	unit                          buffer.Unit
}

// shown is how a reading is shown, worked out once.
type readingName struct {
	metric string
	labels buffer.Labels // device, channel, source
}

// Gatherer serves /metrics: the state of m, the readings of present that are neither stale nor missing, the points that
// extra emits, what others posted, and Go's and the process' own. Families are cached and built anew only when something
// in them changed. A series that cannot be shown is dropped and counted; it never costs the others. extra is called at
// each scrape, one scrape at a time, and must not block.
func (m *Metrics) Gatherer(present *buffer.Present, extra ...func(emit func(Point))) prometheus.Gatherer {
	runtime := prometheus.NewRegistry()
	process := collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})
	runtime.MustRegister(collectors.NewGoCollector(), process)
	return &gatherer{
		metrics: m, present: present, extra: extra, runtime: runtime, families: map[string]*family{}, labels: labelPairs{},
		readings: map[reading]readingName{}, oldest: map[buffer.Labels]float64{}, failed: map[string]float64{},
	}
}

// Gather implements [prometheus.Gatherer]. Go's and the process' own are gathered beside the rest: the kernel's files of a process
// take as long to read as a thousand readings.
func (g *gatherer) Gather() (out []*dto.MetricFamily, err error) {
	var runtime []*dto.MetricFamily
	var beside sync.WaitGroup
	beside.Go(func() { runtime, err = g.runtime.Gather() })
	out = g.gather()
	beside.Wait()
	out = append(out, runtime...)
	slices.SortFunc(out, func(a, b *dto.MetricFamily) int { return cmp.Compare(a.GetName(), b.GetName()) })
	return out, err
}

// gather gives the families of ours.
func (g *gatherer) gather() (out []*dto.MetricFamily) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.round++
	g.putReadings()
	g.metrics.emit(g.put)
	for _, extra := range g.extra {
		extra(g.put)
	}
	g.metrics.emitIngested(func(p Point) { g.offer(&p, true) })
	g.putDropped()
	for name, f := range g.families {
		built := f.close(g.round, g.labels)
		if built == nil {
			delete(g.families, name)
			continue
		}
		out = append(out, built)
	}
	return out
}

func (g *gatherer) put(p Point) { g.offer(&p, false) }

// offer takes a point of this program, or one that others posted; where both have one name, this program has it.
func (g *gatherer) offer(p *Point, ingested bool) {
	f := g.families[p.Name]
	switch {
	case f == nil || f.ingested && !ingested:
		if !ValidName(p.Name) {
			g.failed["name"]++
			return
		}
		f = newFamily(g.metrics.namespace, p.Name, p.Type)
		if f.ingested = ingested; ingested {
			f.help = ingestedHelp(p.Name)
		}
		g.families[p.Name] = f
	case ingested && !f.ingested:
		g.failed["name"]++
		return
	case f.kind != p.Type:
		g.failed["type"]++
		return
	}
	if reason := f.put(p, g.round, g.labels); reason != "" {
		g.failed[reason]++
	}
}

// putReadings shows what is now: neither stale nor missing.
func (g *gatherer) putReadings() {
	if families := g.metrics.families.Load(); families != g.device {
		g.device = families
		clear(g.readings)
	}
	now, trusted := g.metrics.now(), g.metrics.trusted.Load()
	clear(g.oldest)
	g.present.Each(func(s *buffer.Sample) {
		if s.Missing != "" || s.Stale(now) || math.IsNaN(s.Value) {
			return
		}
		show := g.show(s)
		g.put(Point{Name: show.metric, Type: buffer.Gauge, Labels: show.labels, Value: s.Value})
		if s.Bound != buffer.Exact {
			g.put(bound(s, show.labels))
		}
		if trusted && !s.Time.IsZero() {
			g.age(show.labels, s.Time)
		}
	})
	for labels, at := range g.oldest {
		g.put(Point{Name: "reading_timestamp_seconds", Type: buffer.Gauge, Labels: labels, Value: at})
	}
	if len(g.readings) > 2*maxSeries {
		clear(g.readings)
	}
}

// age keeps the oldest time of a channel's readings: the one that is true of all of them.
func (g *gatherer) age(labels buffer.Labels, at time.Time) {
	seconds := float64(at.UnixMicro()) / 1e6
	if old, ok := g.oldest[labels]; !ok || seconds < old {
		g.oldest[labels] = seconds
	}
}

// show works out the name and labels of a reading, once.
func (g *gatherer) show(s *buffer.Sample) readingName {
	key := reading{s.Source, s.Device, s.Channel, s.Name, s.Unit}
	show, ok := g.readings[key]
	if ok {
		return show
	}
	family, ok := (*g.device)[s.Source+"/"+s.Device]
	if !ok {
		family = (*g.device)[s.Device]
	}
	pairs := []string{"device", s.Device}
	if s.Channel != "" {
		pairs = append(pairs, "channel", s.Channel)
	}
	if s.Source != "" {
		pairs = append(pairs, "source", s.Source)
	}
	show = readingName{metric: buffer.MetricName(family, s.Name, s.Unit), labels: buffer.MakeLabels(pairs...)}
	g.readings[key] = show
	g.metrics.claim(show.metric)
	return show
}

// bound is the point of a reading that is only a limit of the quantity.
func bound(s *buffer.Sample, labels buffer.Labels) Point {
	pairs := []string{"reading", s.Name}
	for name, value := range labels.All() {
		pairs = append(pairs, name, value)
	}
	value := 1.0
	if s.Bound == buffer.AtMost {
		value = -1
	}
	return Point{Name: "reading_bound", Type: buffer.Gauge, Labels: buffer.MakeLabels(pairs...), Value: value}
}

// putDropped counts what could not be shown, up to the scrape before.
func (g *gatherer) putDropped() {
	all := maps.Clone(g.failed)
	g.metrics.mu.Lock()
	for reason, n := range g.metrics.dropped {
		all[reason] += n
	}
	g.metrics.mu.Unlock()
	for _, reason := range []string{"name", "labels", "type", "value", "duplicate", "cap"} {
		g.put(Point{Name: "metrics_dropped_series_total", Type: buffer.Counter, Labels: buffer.MakeLabels("reason", reason), Value: all[reason]})
	}
}
