package metrics

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/common/expfmt"

	"pychron-edge/buffer"
)

// lifecyclePost is a counter that Pychron posts, s seconds after the beginning.
func lifecyclePost(s float64, metric string, labels ...string) *buffer.Event {
	e := posting(buffer.Counter, metric, 1, labels...)
	e.Time, e.Status = time.Unix(1790000000, 0).Add(time.Duration(s*float64(time.Second))), "success"
	return e
}

// The vectors V2, V3, V4 and V8 of docs/protocols/pychron-metrics.md, as posted events.
func TestPychronsMetricsFollowItsEvents(t *testing.T) {
	const q, id = "queue", "run_id"
	for _, c := range []struct {
		state  string
		events []*buffer.Event
		want   string
	}{
		{"a queue and its first run have begun", []*buffer.Event{lifecyclePost(.25, "queue_started", q, `FC-12 "a"`, "runs", "2"), lifecyclePost(1.5, "run_started", q, `FC-12 "a"`, id, "R")},
			"queue_starts_total 1 active_queues 1 runs_started_total 1 active_runs 1"},
		{"run and queue have failed", []*buffer.Event{lifecyclePost(.25, "queue_started", q, "A"), lifecyclePost(1.5, "run_started", q, "A", id, "R"),
			lifecyclePost(2.5, "extraction_started", q, "A", id, "R"), lifecyclePost(62.75, "extraction_completed", q, "A", id, "R", "status", "success"),
			lifecyclePost(63, "measurement_started", q, "A", id, "R"), lifecyclePost(663, "measurement_completed", q, "A", id, "R", "status", "failed"),
			lifecyclePost(665, "run_completed", q, "A", id, "R", "status", "failed"), lifecyclePost(666, "queue_completed", q, "A", "status", "failed")},
			"queue_starts_total 1 active_queues 0 runs_started_total 1 runs_failed_total 1 active_runs 0 queue_completions_total 1 run_duration 663.5 extraction 60.25 measurement 600"},
		{"completed without started", []*buffer.Event{lifecyclePost(1, "run_completed", id, "R3", "status", "truncated"), lifecyclePost(2, "run_completed", id, "R4", "status", "canceled")},
			"runs_completed_total 1 runs_canceled_total 1 active_runs 0"},
		{"the end came before the start", []*buffer.Event{lifecyclePost(30, "run_completed", id, "R", "status", "success"), lifecyclePost(10, "run_started", id, "R")},
			"runs_started_total 1 runs_completed_total 1 active_runs 0 run_duration 20"},
		{"two spectrometers", []*buffer.Event{lifecyclePost(1, "run_started", q, "A", id, "R"), lifecyclePost(2, "run_started", q, "B", id, "S")}, "runs_started_total 2 active_runs 2"},
		{"a run whose end never came ends with its queue", []*buffer.Event{lifecyclePost(1, "run_started", q, "A", id, "R"), lifecyclePost(2, "queue_completed", q, "A")},
			"runs_started_total 1 queue_completions_total 1 active_runs 0 active_queues 0"},
		{"a health check", []*buffer.Event{lifecyclePost(1, "phase_healthcheck_failures_total", "phase", "save", "kind", "device")}, "health 1"},
	} {
		t.Run(c.state, func(t *testing.T) {
			m := New("", func() time.Duration { return 0 })
			for _, e := range c.events {
				m.Record(e)
			}
			fields := strings.Fields(c.want)
			g := m.Gatherer(&buffer.Present{})
			for i := 0; i < len(fields); i += 2 {
				name, series := map[string]string{"run_duration": "run_duration_seconds_sum", "extraction": `phase_duration_seconds_sum{phase="extraction"}`,
					"measurement": `phase_duration_seconds_sum{phase="measurement"}`, "health": `phase_healthcheck_failures_total{kind="device",phase="save"}`}[fields[i]], fields[i]
				if name != "" {
					series = name
				}
				if text := exposed(t, g); !strings.Contains(text, "\npychron_"+series+" "+fields[i+1]+"\n") {
					t.Errorf("no %s %s in\n%s", series, fields[i+1], text)
				}
			}
			if !strings.Contains(c.want, "run_duration") {
				if n, _ := testutil.GatherAndCount(g, "pychron_run_duration_seconds"); n != 0 {
					t.Error("a run without both ends has a duration")
				}
			}
			if text := exposed(t, g); strings.Contains(text, "run_id=") || strings.Contains(text, `{reason="name"} 1`) {
				t.Errorf("a series of one run, or a dropped one:\n%s", text)
			}
		})
	}
}

func TestPostedSeriesOfOursMoveNothing(t *testing.T) {
	m := New("", func() time.Duration { return 0 })
	for _, name := range pychrons {
		if !Reserved(name) || buffer.Declared(name) == nil {
			t.Errorf("%s is none of ours", name)
		}
		if name == "phase_healthcheck_failures_total" {
			continue
		}
		kind := buffer.Declared(name).Type
		m.Record(posting(kind, name, 7, "device", "ion1"))
	}
	if text := exposed(t, m.Gatherer(&buffer.Present{})); strings.Contains(text, `="ion1"`) || !strings.Contains(text, `{reason="name"} 0`) {
		t.Errorf("posted numbers are shown as ours:\n%s", text)
	}
}

// exposed is what a scrape shows.
func exposed(t *testing.T, g prometheus.Gatherer) string {
	t.Helper()
	families, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(&b, f); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}
