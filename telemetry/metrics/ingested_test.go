package metrics

import (
	"fmt"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"pychron-edge/buffer"
)

func posting(kind buffer.Type, metric string, value float64, labels ...string) *buffer.Event {
	return &buffer.Event{Lane: buffer.Ingest, Kind: buffer.Lifecycle, Type: kind, Metric: metric, Value: value, Labels: buffer.MakeLabels(labels...)}
}

func TestIngestedSeries(t *testing.T) {
	m, p, c := line()
	g := m.Gatherer(p)
	find(t, g, "pychron_pressure_pascals")
	for _, e := range []*buffer.Event{
		posting(buffer.Gauge, "pressure_pascals", 5, "device", "ion9"),  // a reading's name
		posting(buffer.Counter, "commands", 5),                          // becomes one of Reserved
		posting(buffer.Gauge, "queue_length", 3),                        // good
		posting(buffer.Counter, "queue_length_total", 1, "queue", "a"),  // good
		posting(buffer.Histogram, "fit_seconds", 42),                    // good
		posting(buffer.Gauge, "fit_seconds", 42),                        // was a histogram
		posting(buffer.Counter, "run_started", 1, "run_id", "6f0e4f2a"), // an event, no metric
		posting(buffer.Gauge, "jobs", 1, "job", "x"),                    // Prometheus' own label
	} {
		m.Record(e)
	}
	for name, want := range map[string]int{"pychron_pressure_pascals": 2, "pychron_commands_total": 0, "pychron_queue_length": 1,
		"pychron_queue_length_total": 1, "pychron_fit_seconds": 1, "pychron_run_started_total": 0, "pychron_jobs": 0} {
		if n, err := testutil.GatherAndCount(g, name); n != want || err != nil {
			t.Errorf("%s: %d series, %v, want %d", name, n, err, want)
		}
	}
	c.up = gaugeExpires + 1
	if n, _ := testutil.GatherAndCount(g, "pychron_queue_length"); n != 0 {
		t.Errorf("a gauge nobody renewed for %v: %d series, want 0", gaugeExpires, n)
	}
	if n, _ := testutil.GatherAndCount(g, "pychron_queue_length_total"); n != 1 {
		t.Errorf("a counter after %v: %d series, want 1", gaugeExpires, n)
	}
	c.up = countsExpires + 1
	if n, _ := testutil.GatherAndCount(g, "pychron_queue_length_total", "pychron_fit_seconds"); n != 0 {
		t.Errorf("after %v: %d series, want 0", countsExpires, n)
	}
}

// A label without a value is none to Prometheus: what differs in that alone is one series, and stands once.
func TestIngestedSeriesWithEmptyLabelsStandOnce(t *testing.T) {
	m, p, _ := line()
	g := m.Gatherer(p)
	m.Record(posting(buffer.Gauge, "queue_length", 3))
	m.Record(posting(buffer.Gauge, "queue_length", 4, "queue", ""))
	m.Record(posting(buffer.Counter, "loads", 1, "queue", "", "tray", "a"))
	m.Record(posting(buffer.Counter, "loads", 1, "tray", "a"))
	if f := find(t, g, "pychron_queue_length"); len(f.Metric) != 1 || f.Metric[0].Gauge.GetValue() != 4 {
		t.Errorf("%v, want one gauge of 4", f.Metric)
	}
	if f := find(t, g, "pychron_loads_total"); len(f.Metric) != 1 || f.Metric[0].Counter.GetValue() != 2 || len(f.Metric[0].Label) != 1 {
		t.Errorf("%v, want one counter of 2 with one label", f.Metric)
	}
}

func TestIngestedSeriesDoNotMixWithOurs(t *testing.T) {
	m, p, _ := line()
	show := false
	g := m.Gatherer(p, func(emit func(Point)) {
		if show {
			emit(Point{Name: "sources_online", Type: buffer.Gauge, Labels: buffer.MakeLabels("site", "here"), Value: 2})
		}
	})
	m.Record(posting(buffer.Gauge, "sources_online", 99, "site", "there"))
	for _, Reserved := range []bool{false, true, true} {
		show = Reserved
		family := find(t, g, "pychron_sources_online")
		want := map[bool]float64{false: 99, true: 2}[Reserved]
		if len(family.Metric) != 1 || family.Metric[0].Gauge.GetValue() != want {
			t.Errorf("ours is there: %v, shown %v, want only %v", Reserved, family.Metric, want)
		}
	}
}

func TestIngestedSeriesAreCapped(t *testing.T) {
	m, p, c := line()
	g := m.Gatherer(p)
	for i := range MaxIngested + 10 {
		m.Record(posting(buffer.Gauge, "flood", 1, "n", fmt.Sprint(i)))
	}
	if n, _ := testutil.GatherAndCount(g, "pychron_flood"); n != MaxIngested {
		t.Errorf("%d series, want %d", n, MaxIngested)
	}
	if n := dropped(t, g, "cap"); n != 10 {
		t.Errorf("dropped for cap: %v, want 10", n)
	}
	c.up = gaugeExpires + 1
	m.Record(posting(buffer.Gauge, "late", 1))
	if n, _ := testutil.GatherAndCount(g, "pychron_late"); n != 1 {
		t.Error("what has expired must make room")
	}
}
