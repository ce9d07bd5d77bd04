package metrics

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"

	"pychron-edge/buffer"
)

func TestOperationThatWasNeverUsed(t *testing.T) {
	m, p, _ := line()
	m.IO("laser", "halt")
	g := m.Gatherer(p)
	if n, _ := testutil.GatherAndCount(g, "pychron_device_io_operations_total"); n != 2 {
		t.Errorf("%d counters, want 2 that are 0: an increase from nothing is no increase to Prometheus", n)
	}
	if n, _ := testutil.GatherAndCount(g, "pychron_device_io_duration_seconds"); n != 0 {
		t.Errorf("%d histograms of nothing, want 0", n)
	}
}

// Labels of exchanges are lower case. Two devices whose names are one then count together, and cost each other nothing.
func TestNamesThatDifferInCase(t *testing.T) {
	m, p, _ := line()
	m.IO("V1", "open").Done(nil, time.Millisecond, start)
	m.IO("v1", "open").Done(nil, time.Millisecond, start)
	g := m.Gatherer(p)
	const want = `
# HELP pychron_device_io_operations_total Exchanges with a device, by operation and result.
# TYPE pychron_device_io_operations_total counter
pychron_device_io_operations_total{device="v1",operation="open",result="failure"} 0
pychron_device_io_operations_total{device="v1",operation="open",result="success"} 2
`
	if err := testutil.GatherAndCompare(g, strings.NewReader(want), "pychron_device_io_operations_total"); err != nil {
		t.Error(err)
	}
	if n := dropped(t, g, "duplicate"); n != 0 {
		t.Errorf("%g series were dropped, want none", n)
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
	m := New("lab", func() time.Duration { return 0 })
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

func TestProcessIsMeasured(t *testing.T) {
	m := New("", func() time.Duration { return time.Hour })
	g := m.Gatherer(&buffer.Present{})
	for name, floor := range map[string]float64{"process_resident_memory_bytes": 1 << 20, "process_virtual_memory_bytes": 1 << 20, "process_open_fds": 3,
		"process_max_fds": 64, "process_start_time_seconds": float64(time.Now().Add(-time.Hour - time.Minute).Unix())} {
		if v := find(t, g, name).Metric[0].Gauge.GetValue(); v < floor || v > 1e16 {
			t.Errorf("%s = %g, want at least %g", name, v, floor)
		}
	}
	if v := find(t, g, "process_cpu_seconds_total").Metric[0].Counter.GetValue(); v <= 0 || v > 1e6 {
		t.Errorf("process_cpu_seconds_total = %g, want some", v)
	}
}

// Readings are found again where the samples of their device come in another order, fewer or more than before.
func TestSamplesInAnotherOrder(t *testing.T) {
	m, p, _ := line()
	g := m.Gatherer(p)
	one := func(channel string, value float64) buffer.Sample {
		return sample("ion1", channel, "pressure", buffer.Pascals, value)
	}
	for n, c := range []struct {
		samples []buffer.Sample
		want    string
	}{
		{[]buffer.Sample{one("a", 1), one("b", 2), one("c", 3)}, "a=1 b=2 c=3 "},
		{[]buffer.Sample{one("c", 3), one("a", 1)}, "a=1 c=3 "},
		{[]buffer.Sample{one("a", 4), one("b", 5), one("c", 6), one("d", 7)}, "a=4 b=5 c=6 d=7 "},
		{[]buffer.Sample{one("b", 5), one("b", 6)}, "b=5 "},
		{[]buffer.Sample{one("b", 8), one("a", 9)}, "a=9 b=8 "},
	} {
		p.Set("ion1", c.samples)
		got := ""
		for _, s := range find(t, g, "pychron_pressure_pascals").Metric {
			got += fmt.Sprintf("%s=%g ", s.Label[0].GetValue(), s.Gauge.GetValue())
		}
		if got != c.want {
			t.Errorf("scrape %d: %s, want %s", n, got, c.want)
		}
	}
}

// A reading whose name another kind of metric has is dropped, whichever of both came first, and shown once the name is free.
func TestReadingOfATakenName(t *testing.T) {
	m, p, _ := line()
	taken := true
	g := m.Gatherer(p, func(emit func(Point)) {
		if taken {
			emit(Point{Name: "temperature_celsius", Type: buffer.Counter, Value: 1, Labels: buffer.MakeLabels("device", "oven")})
		}
	})
	names(t, g)
	p.Set("oven", []buffer.Sample{sample("oven", "", "temperature", buffer.Celsius, 20)})
	for range 3 {
		if f := find(t, g, "pychron_temperature_celsius"); f.GetType() != dto.MetricType_COUNTER || f.Metric[0].Counter.GetValue() != 1 {
			t.Fatalf("the counter is shown as %v", f)
		}
	}
	taken = false
	names(t, g)
	if f := find(t, g, "pychron_temperature_celsius"); f.GetType() != dto.MetricType_GAUGE || f.Metric[0].Gauge.GetValue() != 20 {
		t.Errorf("the reading is shown as %v", f)
	}
}
