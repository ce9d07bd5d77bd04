package metrics

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	dto "github.com/prometheus/client_model/go"

	"pychron-edge/buffer"
)

// Gatherer makes /metrics from what is in memory. No instrument is touched.
type Gatherer struct {
	metrics *Metrics
	present *buffer.Present
	extra   []func(emit func(Point))
	runtime prometheus.Gatherer
	ended   sync.Pool // of *scrape: the memory of scrapes that have ended, for those to come

	mu       sync.Mutex
	round    uint64
	families map[string]*family // by name without namespace
	readings map[source]shownReadings
	shown    int                // readings in them
	device   *map[string]string // the families readings were named by
	oldest   map[buffer.Labels]float64
	failed   map[string]float64 // by reason
}

// source is a device, and which agent it is of.
type source struct{ source, device string }

// shownReadings are the readings of a device, in the order of its samples.
type shownReadings []*shownReading

// shownReading is how a reading is shown, worked out once.
type shownReading struct {
	channel, name string
	unit          buffer.Unit
	metric        string
	labels        buffer.Labels // device, channel, source
	family        *family       // and its series in it; nil before it was shown
	slot          *slot
}

// Gatherer serves /metrics: the state of m, the readings of present that are neither stale nor missing, the points that
// extra emits, what others posted, and Go's and the process' own. A series that cannot be shown is dropped and counted; it never costs the others. extra is called at
// each scrape, one scrape at a time, and must not block.
func (m *Metrics) Gatherer(present *buffer.Present, extra ...func(emit func(Point))) *Gatherer {
	runtime := prometheus.NewRegistry()
	runtime.MustRegister(collectors.NewGoCollector(), newProcess())
	return &Gatherer{
		metrics: m, present: present, extra: extra, runtime: runtime, families: map[string]*family{},
		readings: map[source]shownReadings{}, oldest: map[buffer.Labels]float64{}, failed: map[string]float64{},
	}
}

// Gather implements [prometheus.Gatherer].
func (g *Gatherer) Gather() ([]*dto.MetricFamily, error) {
	m := &scrape{}
	all, err := g.gather(m)
	for i := range m.families {
		all = append(all, m.families[i].form())
	}
	slices.SortFunc(all, func(a, b *dto.MetricFamily) int { return cmp.Compare(a.GetName(), b.GetName()) })
	return all, err
}

// gather takes all families in the order of their names, and Go's and the process' own by themselves, in that order, too. Those are gathered
// beside the rest: the kernel's files of a process take as long to read as a thousand readings.
func (g *Gatherer) gather(m *scrape) (others []*dto.MetricFamily, err error) {
	var beside sync.WaitGroup
	beside.Go(func() {
		defer func() { // nobody else hears of a panic here: it would end the program
			if p := recover(); p != nil {
				err = fmt.Errorf("gathering what Go and the process are like: panic: %v\n%s", p, debug.Stack())
			}
		}()
		others, err = g.runtime.Gather()
	})
	g.ours(m)
	beside.Wait()
	return others, err
}

// ours takes the families that are not Go's or the process'.
func (g *Gatherer) ours(m *scrape) {
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
		if f.close(g.round) {
			delete(g.families, name)
			continue
		}
		m.add(f)
	}
	slices.SortFunc(m.families, func(a, b shown) int { return cmp.Compare(a.name, b.name) })
}

func (g *Gatherer) put(p Point) { g.offer(&p, false) }

// offer takes a point of this program, or one that others posted; where both have one name, this program has it.
func (g *Gatherer) offer(p *Point, ingested bool) {
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
	if reason := f.put(p, g.round); reason != "" {
		g.failed[reason]++
	}
}

// putReadings shows what is now: neither stale nor missing.
func (g *Gatherer) putReadings() {
	if families := g.metrics.families.Load(); families != g.device {
		g.device = families
		g.forgetReadings()
	}
	now, trusted := g.metrics.now(), g.metrics.trusted.Load()
	clear(g.oldest)
	var of source
	var list shownReadings
	next := 0 // in list, where samples are as they were
	g.present.Each(func(s *buffer.Sample) {
		if s.Device != of.device || s.Source != of.source {
			of = source{s.Source, s.Device}
			list, next = g.readings[of], 0
		}
		if s.Missing != "" || s.Stale(now) || math.IsNaN(s.Value) {
			return
		}
		at := list.find(s, next)
		if at < 0 {
			at, list = len(list), append(list, g.show(s))
			g.readings[of] = list
		}
		show := list[at]
		next = at + 1
		g.putReading(show, s.Value)
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
	if g.shown > 2*maxSeries {
		g.forgetReadings()
	}
}

func (g *Gatherer) forgetReadings() {
	clear(g.readings)
	g.shown = 0
}

// find gives where the reading of a sample is, which is probably at next; -1 if it is nowhere.
func (l shownReadings) find(s *buffer.Sample, next int) int {
	if next < len(l) && l[next].is(s) {
		return next
	}
	return slices.IndexFunc(l, func(r *shownReading) bool { return r.is(s) })
}

func (r *shownReading) is(s *buffer.Sample) bool {
	return r.channel == s.Channel && r.name == s.Name && r.unit == s.Unit
}

// putReading is put of a reading, without looking its series up where it has been shown.
func (g *Gatherer) putReading(r *shownReading, value float64) {
	p := Point{Name: r.metric, Type: buffer.Gauge, Labels: r.labels, Value: value}
	if r.slot == nil || r.slot.gone {
		g.put(p)
		r.slot = nil
		if f := g.families[r.metric]; f != nil && f.kind == p.Type && !f.ingested {
			r.family, r.slot = f, f.slots[r.labels]
		}
		return
	}
	if reason := r.family.give(r.slot, &p, g.round); reason != "" {
		g.failed[reason]++
	}
}

// age keeps the oldest time of a channel's readings: the one that is true of all of them.
func (g *Gatherer) age(labels buffer.Labels, at time.Time) {
	seconds := float64(at.UnixMicro()) / 1e6
	if old, ok := g.oldest[labels]; !ok || seconds < old {
		g.oldest[labels] = seconds
	}
}

// show works out the name and labels of a reading.
func (g *Gatherer) show(s *buffer.Sample) *shownReading {
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
	show := &shownReading{channel: s.Channel, name: s.Name, unit: s.Unit,
		metric: buffer.MetricName(family, s.Name, s.Unit), labels: buffer.MakeLabels(pairs...)}
	g.shown++
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
func (g *Gatherer) putDropped() {
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
