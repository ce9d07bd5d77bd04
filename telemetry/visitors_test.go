package telemetry

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"pychron-edge/buffer"
)

func posting(kind buffer.Type, metric string, value float64, labels ...string) *buffer.Event {
	return &buffer.Event{Lane: buffer.Ingest, Kind: buffer.Lifecycle, Type: kind, Metric: metric, Value: value, Labels: buffer.MakeLabels(labels...)}
}

func TestVisitors(t *testing.T) {
	m, p, c := line()
	g := m.Gatherer(p)
	find(t, g, "pychron_pressure_pascals")
	for _, e := range []*buffer.Event{
		posting(buffer.Gauge, "pressure_pascals", 5, "device", "ion9"),  // a reading's name
		posting(buffer.Counter, "commands", 5),                          // becomes one of ours
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

func TestVisitorDoesNotMixWithOurs(t *testing.T) {
	m, p, _ := line()
	show := false
	g := m.Gatherer(p, func(emit func(Point)) {
		if show {
			emit(Point{Name: "sources_online", Type: buffer.Gauge, Labels: buffer.MakeLabels("site", "here"), Value: 2})
		}
	})
	m.Record(posting(buffer.Gauge, "sources_online", 99, "site", "there"))
	for _, ours := range []bool{false, true, true} {
		show = ours
		family := find(t, g, "pychron_sources_online")
		want := map[bool]float64{false: 99, true: 2}[ours]
		if len(family.Metric) != 1 || family.Metric[0].Gauge.GetValue() != want {
			t.Errorf("ours is there: %v, shown %v, want only %v", ours, family.Metric, want)
		}
	}
}

func TestVisitorsAreCapped(t *testing.T) {
	m, p, c := line()
	g := m.Gatherer(p)
	for i := range MostIngested + 10 {
		m.Record(posting(buffer.Gauge, "flood", 1, "n", fmt.Sprint(i)))
	}
	if n, _ := testutil.GatherAndCount(g, "pychron_flood"); n != MostIngested {
		t.Errorf("%d series, want %d", n, MostIngested)
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

func TestForgottenDeviceIsGone(t *testing.T) {
	m, p, _ := line()
	m.TrustClock(true)
	m.IO("V1", "open").Done(nil, time.Millisecond, start)
	m.Set("device_up", buffer.MakeLabels("device", "V1"), 1)
	m.Set("device_up", buffer.MakeLabels("device", "V2"), 1)
	g := m.Gatherer(p)
	m.Forget("V1")
	if n, _ := testutil.GatherAndCount(g, "pychron_device_up", "pychron_device_io_operations_total", "pychron_device_last_success_timestamp_seconds"); n != 1 {
		t.Errorf("%d series after Forget, want only device_up of V2", n)
	}
}

func TestReadingsOfSeveralAgentsAreTold(t *testing.T) {
	m := NewMetrics("lab", func() time.Duration { return 0 })
	m.Families(map[string]string{"line1/V1": "valve"})
	p := &buffer.Present{}
	for _, source := range []string{"line1", "line2"} {
		s := sample("V1", "", "open", "", 1)
		s.Source = source
		p.Set(source+"/V1", []buffer.Sample{s})
	}
	const want = `
# HELP lab_is_open Whether it is open (1) or not (0).
# TYPE lab_is_open gauge
lab_is_open{device="V1",source="line2"} 1
# HELP lab_valve_is_open Whether it is open (1) or not (0).
# TYPE lab_valve_is_open gauge
lab_valve_is_open{device="V1",source="line1"} 1
`
	if err := testutil.GatherAndCompare(m.Gatherer(p), strings.NewReader(want), "lab_is_open", "lab_valve_is_open"); err != nil {
		t.Error(err)
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{"Ion Gauge 1": "ion_gauge_1", "V1": "v1", strings.Repeat("ü", 60): strings.Repeat("ü", 50)} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMetricName(t *testing.T) {
	for _, c := range []struct {
		family, name string
		unit         buffer.Unit
		want         string
	}{
		{"", "pressure", buffer.Pascals, "pressure_pascals"},
		{"laser", "power", buffer.Percent, "laser_power_percent"},
		{"valve", "open", "", "valve_is_open"},
		{"", "degassing", "", "is_degassing"},
		{"", "intensity", buffer.CountsPerSecond, "intensity_counts_per_second"},
	} {
		if got := MetricName(c.family, c.name, c.unit); got != c.want {
			t.Errorf("MetricName(%q, %q, %q) = %q, want %q", c.family, c.name, c.unit, got, c.want)
		}
	}
}

func TestProcessIsMeasured(t *testing.T) {
	m := NewMetrics("", func() time.Duration { return time.Hour })
	g := m.Gatherer(&buffer.Present{})
	for name, least := range map[string]float64{"process_resident_memory_bytes": 1 << 20, "process_virtual_memory_bytes": 1 << 20, "process_open_fds": 3,
		"process_max_fds": 64, "process_start_time_seconds": float64(time.Now().Add(-time.Hour - time.Minute).Unix())} {
		if v := find(t, g, name).Metric[0].Gauge.GetValue(); v < least || v > 1e16 {
			t.Errorf("%s = %g, want at least %g", name, v, least)
		}
	}
	if v := find(t, g, "process_cpu_seconds_total").Metric[0].Counter.GetValue(); v <= 0 || v > 1e6 {
		t.Errorf("process_cpu_seconds_total = %g, want some", v)
	}
}
