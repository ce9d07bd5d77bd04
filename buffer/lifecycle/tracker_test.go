package lifecycle

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"pychron-edge/buffer"
)

const begin = 1790000000

// said is an event of Pychron's, so many seconds after begin.
func said(seconds float64, metric string, labels ...string) *buffer.Event {
	at := time.Unix(begin, 0).Add(time.Duration(seconds * 1e9))
	return &buffer.Event{Lane: buffer.Ingest, Kind: buffer.Lifecycle, Type: buffer.Counter, Metric: metric, Value: 1, Labels: buffer.MakeLabels(labels...), Time: at}
}

// totals adds up what events move: counters and observations by name and phase, gauges as they are last.
func totals(t *Tracker, events ...*buffer.Event) map[string]float64 {
	all := map[string]float64{}
	for _, e := range events {
		for _, m := range t.Take(e) {
			name := m.Metric
			if phase := m.Labels.Value("phase"); phase != "" {
				name += " " + phase
			}
			switch m.Type {
			case buffer.Gauge:
				all[name] = m.Value
			default:
				all[name] += m.Value
			}
		}
	}
	return all
}

func wantTotals(t *testing.T, got, want map[string]float64) {
	t.Helper()
	if !maps.Equal(got, want) {
		t.Errorf("moved %v, want %v", got, want)
	}
}

func TestRunFromStartToEnd(t *testing.T) {
	wantTotals(t, totals(&Tracker{},
		said(0.25, "queue_started", "queue", "Q", "runs", "2"),
		said(1.5, "run_started", "queue", "Q", "run_id", "R1"),
		said(2.5, "extraction_started", "queue", "Q", "run_id", "R1"),
		said(62.75, "extraction_completed", "queue", "Q", "run_id", "R1", "status", "success"),
		said(63, "measurement_started", "queue", "Q", "run_id", "R1"),
		said(663, "measurement_completed", "queue", "Q", "run_id", "R1", "status", "failed"),
		said(665, "run_completed", "queue", "Q", "run_id", "R1", "status", "failed"),
		said(666, "queue_completed", "queue", "Q", "status", "failed"),
	), map[string]float64{
		"queue_starts_total": 1, "queue_completions_total": 1, "runs_started_total": 1, "runs_failed_total": 1, "active_queues": 0, "active_runs": 0,
		"phase_duration_seconds extraction": 60.25, "phase_duration_seconds measurement": 600, "run_duration_seconds": 663.5,
	})
}

func TestEachStatusHasItsCounter(t *testing.T) {
	for status, metric := range map[string]string{
		"success": "runs_completed_total", "truncated": "runs_completed_total", "canceled": "runs_canceled_total", "aborted": "runs_canceled_total",
		"failed": "runs_failed_total", "invalid": "runs_failed_total", "not run": "runs_failed_total", "": "runs_failed_total",
	} {
		got := totals(&Tracker{}, said(1, "run_completed", "queue", "Q", "run_id", "R3", "status", status))
		wantTotals(t, got, map[string]float64{metric: 1, "active_queues": 0, "active_runs": 0})
	}
}

func TestRunThatNobodyEnded(t *testing.T) {
	for _, last := range []*buffer.Event{said(900, "queue_completed", "queue", "Q", "status", "success"), {Metric: Restarted, Value: 1}} {
		tracker := &Tracker{}
		got := totals(tracker, said(0, "queue_started", "queue", "Q"), said(1, "run_started", "queue", "Q", "run_id", "R1"), last)
		delete(got, "queue_completions_total")
		wantTotals(t, got, map[string]float64{"queue_starts_total": 1, "runs_started_total": 1, "active_queues": 0, "active_runs": 0})
		got = totals(tracker, said(950, "run_completed", "queue", "Q", "run_id", "R1", "status", "success"))
		wantTotals(t, got, map[string]float64{"runs_completed_total": 1, "active_queues": 0, "active_runs": 0})
	}
}

func TestTimeThatIsNotExactIsNoDuration(t *testing.T) {
	end := said(65, "run_completed", "queue", "Q", "run_id", "R1", "status", "success")
	end.Note = Within + "=5s"
	got := totals(&Tracker{}, said(1, "run_started", "queue", "Q", "run_id", "R1"), end)
	wantTotals(t, got, map[string]float64{"runs_started_total": 1, "runs_completed_total": 1, "active_queues": 0, "active_runs": 0})
}

func TestFailedChecksKeepTheirLabels(t *testing.T) {
	moves := (&Tracker{}).Take(said(1, "phase_healthcheck_failures_total", "phase", "extraction", "kind", "device"))
	want := Move{"phase_healthcheck_failures_total", buffer.Counter, buffer.MakeLabels("kind", "device", "phase", "extraction"), 1}
	if len(moves) != 1 || moves[0] != want {
		t.Errorf("moved %v, want %v", moves, want)
	}
}

func TestOpenRunsAreBounded(t *testing.T) {
	tracker := &Tracker{}
	for n := range maxOpen + 50 {
		tracker.Take(said(float64(n), "run_started", "queue", "Q", "run_id", fmt.Sprint(n)))
	}
	if len(tracker.runs) != maxOpen || tracker.runs["0"] != nil || tracker.runs[fmt.Sprint(maxOpen+49)] == nil {
		t.Errorf("%d runs are open, the first among them: %v; want the %d newest", len(tracker.runs), tracker.runs["0"] != nil, maxOpen)
	}
}

func TestOthersMoveNothing(t *testing.T) {
	for _, metric := range []string{"valve_open", "run_described", "queue_length"} {
		if moves := (&Tracker{}).Take(said(1, metric)); len(moves) > 0 || Is(metric) {
			t.Errorf("%s moved %v, want nothing", metric, moves)
		}
	}
}

func ExampleTracker_Take() {
	var t Tracker
	for _, m := range t.Take(&buffer.Event{Metric: "run_started", Value: 1, Labels: buffer.MakeLabels("queue", "Q", "run_id", "R1")}) {
		fmt.Println(m.Metric, m.Value)
	}
	// Output:
	// runs_started_total 1
	// active_queues 0
	// active_runs 1
}
