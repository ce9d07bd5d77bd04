package metrics

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"

	"pychron-edge/buffer"
)

var start = time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)

// clock is a monotonic time that a test moves.
type clock struct{ up time.Duration }

func (c *clock) now() time.Duration { return c.up }

func sample(device, channel, name string, unit buffer.Unit, value float64) buffer.Sample {
	return buffer.Sample{Device: device, Channel: channel, Name: name, Unit: unit, Value: value,
		Time: start, StaleAfter: 5 * time.Second}
}

// line is metrics and readings of a small line.
func line() (*Metrics, *buffer.Present, *clock) {
	c := &clock{}
	m := New("", c.now)
	m.Families(map[string]string{"V1": "valve", "laser": "laser"})
	p := &buffer.Present{}
	low := sample("ion1", "cg1", "pressure", buffer.Pascals, 1e-2)
	low.Bound = buffer.AtMost
	off := sample("ion1", "cg2", "pressure", buffer.Pascals, 0)
	off.Missing = "sensor off"
	p.Set("ion1", []buffer.Sample{sample("ion1", "ig", "pressure", buffer.Pascals, 1.2e-7), low, off})
	p.Set("V1", []buffer.Sample{sample("V1", "", "open", "", 1), sample("V1", "", "commanded", "", 1)})
	p.Set("laser", []buffer.Sample{sample("laser", "", "enabled", "", 0), sample("laser", "", "power", buffer.Percent, 12.5)})
	return m, p, c
}

// names of the families of Reserved, for comparisons without Go's own.
func names(t *testing.T, g prometheus.Gatherer) []string {
	t.Helper()
	families, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range families {
		if strings.HasPrefix(f.GetName(), "pychron_") {
			all = append(all, f.GetName())
		}
	}
	return all
}

func TestReadingsStatesAndCounters(t *testing.T) {
	m, p, _ := line()
	m.TrustClock(true)
	io := m.IO("Ion 1", "read")
	io.Done(nil, 12*time.Millisecond, start)
	io.Done(errors.New("timeout"), 3*time.Second, start.Add(time.Minute))
	m.Record(&buffer.Event{Lane: buffer.Audit, Kind: buffer.Command, Severity: buffer.Info, Type: buffer.Counter, Metric: "commands_total", Value: 1,
		Labels: buffer.MakeLabels("device", "V1", "control", "open", "result", "success")})
	m.Record(&buffer.Event{Lane: buffer.Audit, Kind: buffer.Failure, Severity: buffer.Error, Type: buffer.Gauge, Metric: "device_up", Value: 0,
		Labels: buffer.MakeLabels("device", "ion2")})
	m.Record(&buffer.Event{Lane: buffer.Audit, Kind: buffer.Trip, Severity: buffer.Critical, Type: buffer.Gauge, Metric: "interlock_tripped", Value: 1,
		Labels: buffer.MakeLabels("rule", "chamber \"p\"\n")})
	m.Record(&buffer.Event{Kind: buffer.Reading, Type: buffer.Gauge, Metric: "pressure_pascals", Value: 99}) // Present says what is, not this
	m.Record(&buffer.Event{Lane: buffer.Ingest, Kind: buffer.Lifecycle, Type: buffer.Counter, Metric: "valve_open", Value: 2, Labels: buffer.MakeLabels("valve", "A")})
	m.Record(&buffer.Event{Lane: buffer.Ingest, Kind: buffer.Lifecycle, Type: buffer.Counter, Metric: "valve_open", Value: 1, Labels: buffer.MakeLabels("valve", "A")})

	g := m.Gatherer(p, RingPoints(buffer.NewLanes(4, 4, 4)))
	const want = `
# HELP pychron_commands_total Commands carried out, by result.
# TYPE pychron_commands_total counter
pychron_commands_total{control="open",device="V1",result="success"} 1
# HELP pychron_device_io_duration_seconds How long exchanges with a device took.
# TYPE pychron_device_io_duration_seconds histogram
pychron_device_io_duration_seconds_bucket{device="ion_1",operation="read",le="0.001"} 0
pychron_device_io_duration_seconds_bucket{device="ion_1",operation="read",le="0.0025"} 0
pychron_device_io_duration_seconds_bucket{device="ion_1",operation="read",le="0.005"} 0
pychron_device_io_duration_seconds_bucket{device="ion_1",operation="read",le="0.01"} 0
pychron_device_io_duration_seconds_bucket{device="ion_1",operation="read",le="0.025"} 1
pychron_device_io_duration_seconds_bucket{device="ion_1",operation="read",le="0.05"} 1
pychron_device_io_duration_seconds_bucket{device="ion_1",operation="read",le="0.1"} 1
pychron_device_io_duration_seconds_bucket{device="ion_1",operation="read",le="0.25"} 1
pychron_device_io_duration_seconds_bucket{device="ion_1",operation="read",le="0.5"} 1
pychron_device_io_duration_seconds_bucket{device="ion_1",operation="read",le="1"} 1
pychron_device_io_duration_seconds_bucket{device="ion_1",operation="read",le="2.5"} 1
pychron_device_io_duration_seconds_bucket{device="ion_1",operation="read",le="+Inf"} 2
pychron_device_io_duration_seconds_sum{device="ion_1",operation="read"} 3.012
pychron_device_io_duration_seconds_count{device="ion_1",operation="read"} 2
# HELP pychron_device_io_operations_total Exchanges with a device, by operation and result.
# TYPE pychron_device_io_operations_total counter
pychron_device_io_operations_total{device="ion_1",operation="read",result="failure"} 1
pychron_device_io_operations_total{device="ion_1",operation="read",result="success"} 1
# HELP pychron_device_last_success_timestamp_seconds When a device last answered.
# TYPE pychron_device_last_success_timestamp_seconds gauge
pychron_device_last_success_timestamp_seconds{device="Ion 1"} 1.7953704e+09
# HELP pychron_device_up Whether a device answers (1) or has failed (0).
# TYPE pychron_device_up gauge
pychron_device_up{device="ion2"} 0
# HELP pychron_interlock_tripped Whether an interlock rule is tripped.
# TYPE pychron_interlock_tripped gauge
pychron_interlock_tripped{rule="chamber \"p\"\n"} 1
# HELP pychron_interlock_trips_total How often an interlock rule tripped.
# TYPE pychron_interlock_trips_total counter
pychron_interlock_trips_total{rule="chamber \"p\"\n"} 1
# HELP pychron_laser_is_enabled Whether it is enabled (1) or not (0).
# TYPE pychron_laser_is_enabled gauge
pychron_laser_is_enabled{device="laser"} 0
# HELP pychron_laser_power_percent Reading in percent.
# TYPE pychron_laser_power_percent gauge
pychron_laser_power_percent{device="laser"} 12.5
# HELP pychron_metrics_dropped_series_total Series that could not be shown, by reason.
# TYPE pychron_metrics_dropped_series_total counter
pychron_metrics_dropped_series_total{reason="cap"} 0
pychron_metrics_dropped_series_total{reason="duplicate"} 0
pychron_metrics_dropped_series_total{reason="labels"} 0
pychron_metrics_dropped_series_total{reason="name"} 0
pychron_metrics_dropped_series_total{reason="type"} 0
pychron_metrics_dropped_series_total{reason="value"} 0
# HELP pychron_pressure_pascals Reading in pascals.
# TYPE pychron_pressure_pascals gauge
pychron_pressure_pascals{channel="cg1",device="ion1"} 0.01
pychron_pressure_pascals{channel="ig",device="ion1"} 1.2e-07
# HELP pychron_reading_bound A reading that is only a limit: -1 the quantity is at most this, 1 at least.
# TYPE pychron_reading_bound gauge
pychron_reading_bound{channel="cg1",device="ion1",reading="pressure"} -1
# HELP pychron_reading_timestamp_seconds When the readings of a channel were true.
# TYPE pychron_reading_timestamp_seconds gauge
pychron_reading_timestamp_seconds{device="V1"} 1.7953704e+09
pychron_reading_timestamp_seconds{device="laser"} 1.7953704e+09
pychron_reading_timestamp_seconds{channel="cg1",device="ion1"} 1.7953704e+09
pychron_reading_timestamp_seconds{channel="ig",device="ion1"} 1.7953704e+09
# HELP pychron_ring_capacity_events Events a ring can hold.
# TYPE pychron_ring_capacity_events gauge
pychron_ring_capacity_events{lane="audit"} 4
pychron_ring_capacity_events{lane="ingest"} 4
pychron_ring_capacity_events{lane="readings"} 4
# HELP pychron_ring_events Events held in a ring.
# TYPE pychron_ring_events gauge
pychron_ring_events{lane="audit"} 0
pychron_ring_events{lane="ingest"} 0
pychron_ring_events{lane="readings"} 0
# HELP pychron_ring_overwritten_total Events a ring has forgotten.
# TYPE pychron_ring_overwritten_total counter
pychron_ring_overwritten_total{lane="audit"} 0
pychron_ring_overwritten_total{lane="ingest"} 0
pychron_ring_overwritten_total{lane="readings"} 0
# HELP pychron_valve_is_commanded Whether it is commanded (1) or not (0).
# TYPE pychron_valve_is_commanded gauge
pychron_valve_is_commanded{device="V1"} 1
# HELP pychron_valve_is_open Whether it is open (1) or not (0).
# TYPE pychron_valve_is_open gauge
pychron_valve_is_open{device="V1"} 1
# HELP pychron_valve_open_total Posted to this program: valve open.
# TYPE pychron_valve_open_total counter
pychron_valve_open_total{valve="A"} 3
`
	if err := testutil.GatherAndCompare(g, strings.NewReader(want), names(t, g)...); err != nil {
		t.Error(err)
	}
	shownAsDeclared(t, g)
	problems, err := testutil.GatherAndLint(g, names(t, g)...)
	if err != nil || len(problems) > 0 {
		t.Errorf("GatherAndLint = %v, %v, want no problem", problems, err)
	}
}

func TestStaleReadingIsAbsent(t *testing.T) {
	m, p, c := line()
	g := m.Gatherer(p)
	const name = "pychron_pressure_pascals"
	if n, _ := testutil.GatherAndCount(g, name); n != 2 {
		t.Errorf("fresh: %d pressures, want 2", n)
	}
	c.up = 5*time.Second + 1
	if n, _ := testutil.GatherAndCount(g, name); n != 0 {
		t.Errorf("older than stale_after: %d pressures, want 0", n)
	}
	again := sample("ion1", "ig", "pressure", buffer.Pascals, 2e-7)
	again.Up = c.up
	p.Set("ion1", []buffer.Sample{again})
	if n, _ := testutil.GatherAndCount(g, name); n != 1 {
		t.Errorf("read again: %d pressures, want 1", n)
	}
}

func TestTimestampsAreAbsentUntilTheClockIsTrusted(t *testing.T) {
	m, p, _ := line()
	m.IO("ion1", "read").Done(nil, time.Millisecond, start)
	g := m.Gatherer(p)
	stamps := []string{"pychron_reading_timestamp_seconds", "pychron_device_last_success_timestamp_seconds"}
	if n, _ := testutil.GatherAndCount(g, stamps...); n != 0 {
		t.Errorf("clock not synchronised: %d timestamps, want 0", n)
	}
	m.TrustClock(true)
	if n, _ := testutil.GatherAndCount(g, stamps...); n != 5 {
		t.Errorf("clock synchronised: %d timestamps, want 5", n)
	}
}

// A histogram is shown as it is at the scrape, also after scrapes at which it had not changed.
func TestHistogramAfterAPause(t *testing.T) {
	m, p, _ := line()
	io := m.IO("ion1", "read")
	io.Done(nil, 3*time.Millisecond, start)
	g := m.Gatherer(p)
	const name = "pychron_device_io_duration_seconds"
	for range 3 {
		if h := find(t, g, name).Metric[0].Histogram; h.GetSampleCount() != 1 {
			t.Fatalf("%d observations, want 1", h.GetSampleCount())
		}
	}
	io.Done(nil, 3*time.Millisecond, start)
	if h := find(t, g, name).Metric[0].Histogram; h.GetSampleCount() != 2 || h.GetSampleSum() != .006 {
		t.Errorf("%d observations of %g s, want 2 of 0.006", h.GetSampleCount(), h.GetSampleSum())
	}
}

func find(t *testing.T, g prometheus.Gatherer, name string) *dto.MetricFamily {
	t.Helper()
	families, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return f
		}
	}
	t.Fatalf("no family %s", name)
	return nil
}

func TestBadSeriesCostsOnlyItself(t *testing.T) {
	m, p, _ := line()
	p.Set("odd", []buffer.Sample{
		sample("odd", "a", "bad name!", buffer.Pascals, 1),
		sample("odd", "x", "pressure", buffer.Pascals, 1), sample("odd", "x", "pressure", buffer.Pascals, 2), // twice
		sample("odd", "\xff", "pressure", buffer.Pascals, 3),
		sample("odd", "n", "pressure", buffer.Pascals, math.NaN()),
	})
	m.Add("agent_odd_total", buffer.MakeLabels("le", "1"), 1)
	m.Add("agent_odd_total", buffer.MakeLabels("bad label", "1"), 1)
	m.Add("agent_odd_total", "", math.Inf(1))
	m.Add("agent_odd_total", "", -1)
	m.Set("pressure_pascals", buffer.MakeLabels("device", "odd", "channel", "x"), 4)
	m.Add("agent_good_total", "", 1)
	m.Set("agent_good_total", "", 1)
	m.Set("temperature_celsius", buffer.MakeLabels("device", "t"), 1)
	g := m.Gatherer(p, func(emit func(Point)) {
		emit(Point{Name: "temperature_celsius", Type: buffer.Counter, Value: 1})
		emit(Point{Name: "", Type: buffer.Gauge})
	})
	if _, err := g.Gather(); err != nil {
		t.Fatalf("Gather = %v, want no error", err)
	}
	const want = `
# HELP pychron_pressure_pascals Reading in pascals.
# TYPE pychron_pressure_pascals gauge
pychron_pressure_pascals{channel="cg1",device="ion1"} 0.01
pychron_pressure_pascals{channel="ig",device="ion1"} 1.2e-07
pychron_pressure_pascals{channel="x",device="odd"} 1
pychron_pressure_pascals{channel="�",device="odd"} 3
`
	if err := testutil.GatherAndCompare(g, strings.NewReader(want), "pychron_pressure_pascals"); err != nil {
		t.Error(err)
	}
	for reason, floor := range map[string]float64{"name": 2, "labels": 2, "duplicate": 2, "type": 2, "value": 2} {
		if n := dropped(t, g, reason); n < floor {
			t.Errorf("dropped for %s: %v, want at least %v", reason, n, floor)
		}
	}
}

func dropped(t *testing.T, g prometheus.Gatherer, reason string) float64 {
	t.Helper()
	for _, m := range find(t, g, "pychron_metrics_dropped_series_total").Metric {
		if m.Label[0].GetValue() == reason {
			return m.Counter.GetValue()
		}
	}
	t.Fatalf("no reason %s", reason)
	return 0
}

// shownAsDeclared checks that every family that is declared has the type and no other labels than its declaration says.
func shownAsDeclared(t *testing.T, g prometheus.Gatherer) {
	t.Helper()
	families, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		d := buffer.Declared(strings.TrimPrefix(f.GetName(), "pychron_"))
		if d == nil {
			continue
		}
		if kind := strings.ToLower(f.GetType().String()); kind != d.Type.String() || f.GetHelp() != d.Help {
			t.Errorf("%s is shown as %s %q, declared as %s %q", f.GetName(), kind, f.GetHelp(), d.Type, d.Help)
		}
		for _, m := range f.Metric {
			for _, l := range m.Label {
				if !slices.Contains(d.Labels, l.GetName()) {
					t.Errorf("%s has a label %s, declared are %v", f.GetName(), l.GetName(), d.Labels)
				}
			}
		}
	}
}
