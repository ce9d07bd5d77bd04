package metrics

import (
	"slices"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	dto "github.com/prometheus/client_model/go"
)

func gathered(t *testing.T, c prometheus.Collector) map[string]*dto.MetricFamily {
	t.Helper()
	r := prometheus.NewRegistry()
	r.MustRegister(c)
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*dto.MetricFamily{}
	for _, f := range families {
		all[f.GetName()] = f
	}
	return all
}

// What is collected of a process is what the Go client of Prometheus collects, but for what is not of this process alone.
func TestProcessIsAsTheClientOfPrometheusHasIt(t *testing.T) {
	got := gathered(t, newProcess())
	want := gathered(t, collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	left := []string{"process_network_receive_bytes_total", "process_network_transmit_bytes_total"}
	within := map[string]float64{ // by how much it may differ: what the two collectors take themselves, and whole seconds of the boot
		"process_cpu_seconds_total": 1, "process_open_fds": 2, "process_virtual_memory_bytes": 256 << 20, "process_resident_memory_bytes": 32 << 20,
		"process_start_time_seconds": 1.1,
	}
	for name, f := range want {
		if slices.Contains(left, name) {
			if got[name] != nil {
				t.Errorf("%s is of the whole machine, and is shown", name)
			}
			continue
		}
		g := got[name]
		if g == nil {
			t.Errorf("no %s", name)
			continue
		}
		value := func(f *dto.MetricFamily) float64 {
			return f.Metric[0].GetCounter().GetValue() + f.Metric[0].GetGauge().GetValue()
		}
		if d := value(g) - value(f); g.GetHelp() != f.GetHelp() || g.GetType() != f.GetType() || d > within[name] || -d > within[name] {
			t.Errorf("%v, and by Prometheus' client %v", g, f)
		}
	}
	for name := range got {
		if want[name] == nil {
			t.Errorf("%s: Prometheus' client has no such name", name)
		}
	}
}

// A start moves with a clock that is set, and not with one that is steered or read a little later.
func TestStartOfTheProcess(t *testing.T) {
	boot := 1_795_000_000 * time.Second
	p := &process{boot: func() time.Duration { return boot }}
	const after = 12340 * time.Millisecond
	for _, c := range []struct {
		moved time.Duration
		want  float64
	}{
		{0, 1_795_000_012.34},
		{300 * time.Microsecond, 1_795_000_012.34},
		{499 * time.Millisecond, 1_795_000_012.34},
		{501 * time.Millisecond, 1_795_000_012.84},
		{0, 1_795_000_012.34},
		{-56 * 365 * 24 * time.Hour, 29_000_000 + 12.34 - 16_000}, // a board without a clock, before its time is set
	} {
		boot = 1_795_000_000*time.Second + c.moved
		if got := p.start(after); got != c.want {
			t.Errorf("the clock moved by %v: started at %.3f, want %.3f", c.moved, got, c.want)
		}
	}
}
