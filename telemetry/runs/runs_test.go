package runs

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
	"pychron-edge/buffer/lifecycle"
)

var zero = time.Date(2026, 11, 28, 11, 36, 37, 0, time.UTC)

func at(s float64) time.Time { return zero.Add(time.Duration(s * float64(time.Second))) }

// post is an event that was posted s seconds after zero.
func post(seq uint64, s float64, metric string, labels ...string) buffer.Event {
	return buffer.Event{Source: "line1", Boot: "b1", Lane: buffer.Ingest, Seq: seq, Time: at(s), Kind: buffer.Lifecycle, Severity: buffer.Info,
		Type: buffer.Counter, Metric: metric, Value: 1, Labels: buffer.MakeLabels(labels...), Status: "success"}
}

func TestRunsOfHistories(t *testing.T) {
	const q, r = "queue", "run_id"
	for _, c := range []struct {
		state  string
		events []buffer.Event
		now    float64
		want   []string // id state status phase duration faults
	}{
		{"nothing", nil, 0, nil},
		{"one that has just begun", []buffer.Event{post(1, 0, "run_started", q, "A", r, "1")}, 5, []string{"1 running   - 0"}},
		{"in its extraction", []buffer.Event{post(1, 0, "run_started", q, "A", r, "1"), post(2, 1, "extraction_started", q, "A", r, "1")}, 5, []string{"1 running  extraction - 0"}},
		{"between phases", []buffer.Event{post(1, 0, "run_started", r, "1"), post(2, 1, "extraction_started", r, "1"),
			post(3, 61, "extraction_completed", r, "1", "status", "success")}, 70, []string{"1 running   - 0"}},
		{"ended well", []buffer.Event{post(1, 0, "run_started", r, "1"), post(2, 861, "run_completed", r, "1", "status", "success")}, 900, []string{"1 ended success  861 0"}},
		{"failed, by its label", []buffer.Event{post(1, 0, "run_started", r, "1"), post(2, 10, "run_completed", r, "1", "status", "failed")}, 900, []string{"1 ended failed  10 1"}},
		{"the names as Prometheus shows them", []buffer.Event{post(1, 0, "run_started_total", r, "1"), post(2, 10, "run_completed_total", r, "1", "status", "truncated")}, 900, []string{"1 ended truncated  10 0"}},
		{"an end without a start", []buffer.Event{post(1, 10, "run_completed", r, "1", "status", "canceled")}, 900, []string{"1 ended canceled  - 0"}},
		{"the end came before the start", []buffer.Event{post(1, 10, "run_completed", r, "1", "status", "success"), post(2, 0, "run_started", r, "1")}, 900, []string{"1 ended success  10 0"}},
		{"everything twice", []buffer.Event{post(1, 0, "run_started", r, "1"), post(1, 0, "run_started", r, "1"), post(2, 10, "run_completed", r, "1", "status", "failed"), post(2, 10, "run_completed", r, "1", "status", "failed")}, 900, []string{"1 ended failed  10 1"}},
		{"two spectrometers", []buffer.Event{post(1, 0, "run_started", q, "A", r, "1"), post(2, 5, "run_started", q, "B", r, "2"),
			post(3, 6, "measurement_started", q, "A", r, "1"), post(4, 7, "extraction_started", q, "B", r, "2")}, 20, []string{"2 running  extraction - 0", "1 running  measurement - 0"}},
		{"the next is extracted while one is measured", []buffer.Event{post(1, 0, "run_started", q, "A", r, "1"), post(2, 5, "run_started", q, "A", r, "2"),
			post(3, 9, "run_completed", q, "A", r, "1", "status", "success")}, 20, []string{"2 running   - 0", "1 ended success  9 0"}},
		{"its queue ended and no end came", []buffer.Event{post(1, 0, "run_started", q, "A", r, "1"), post(2, 5, "queue_completed", q, "A", "status", "failed")}, 20, []string{"1 lost   - 0"}},
		{"its queue began again and no end came", []buffer.Event{post(1, 0, "run_started", q, "A", r, "1"), post(2, 5, "queue_started", q, "A")}, 20, []string{"1 lost   - 0"}},
		{"another queue ended", []buffer.Event{post(1, 0, "run_started", q, "A", r, "1"), post(2, 5, "queue_completed", q, "B")}, 20, []string{"1 running   - 0"}},
		{"its queue ended before", []buffer.Event{post(1, 0, "queue_completed", q, "A"), post(2, 5, "run_started", q, "A", r, "1")}, 20, []string{"1 running   - 0"}},
		{"Pychron was started again", []buffer.Event{post(1, 0, "run_started", r, "1"), {Source: "line1", Boot: "b1", Lane: buffer.Audit, Seq: 1, Time: at(9), Kind: buffer.System, Metric: "agent_pychron_restarts_total", Value: 1}}, 20, []string{"1 lost   - 0"}},
		{"silent for a day", []buffer.Event{post(1, 0, "run_started", r, "1")}, 86400, []string{"1 lost   - 0"}},
		{"silent for not quite a day", []buffer.Event{post(1, 0, "run_started", r, "1")}, 86399, []string{"1 running   - 0"}},
		{"one name used twice", []buffer.Event{post(1, 0, "run_started", r, "1"), post(2, 10, "run_completed", r, "1"), post(3, 20, "run_started", r, "1")}, 30,
			[]string{fmt.Sprintf("1@%d running   - 0", at(20).Unix()), "1 ended success  10 0"}},
		{"a phase that failed, and a health check", []buffer.Event{post(1, 0, "run_started", r, "1"), post(2, 1, "extraction_started", r, "1"),
			post(3, 2, "extraction_completed", r, "1", "status", "failed"), post(4, 3, "run_completed", r, "1", "status", "failed")}, 30, []string{"1 ended failed  3 2"}},
	} {
		t.Run(c.state, func(t *testing.T) {
			var got []string
			for _, r := range Of(c.events, at(c.now)) {
				took := "-"
				if r.Duration != nil {
					took = fmt.Sprint(*r.Duration)
				}
				if (r.State == Lost) != (r.Why != "") {
					t.Errorf("%s is %s because %q", r.ID, r.State, r.Why)
				}
				got = append(got, fmt.Sprintf("%s %s %s %s %s %d", r.ID, r.State, r.Status, r.Phase, took, r.Faults))
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("runs %q, want %q", got, c.want)
			}
		})
	}
}

// TestOrderAndRepetitionChangeNothing: events that come late, out of order and twice make the same runs.
func TestOrderAndRepetitionChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		metrics := []string{"run_started", "run_completed", "extraction_started", "extraction_completed", "measurement_started", "measurement_completed",
			"queue_started", "queue_completed", "database_save", "pipeline_fit_seconds"}
		n := rapid.IntRange(0, 30).Draw(t, "n")
		events := make([]buffer.Event, n)
		for i := range events {
			events[i] = post(uint64(i+1), float64(rapid.IntRange(0, 20).Draw(t, "at")), rapid.SampledFrom(metrics).Draw(t, "metric"),
				"run_id", rapid.SampledFrom([]string{"1", "2"}).Draw(t, "run"), "queue", rapid.SampledFrom([]string{"A", "B"}).Draw(t, "queue"),
				"status", rapid.SampledFrom([]string{"", "success", "failed", "canceled"}).Draw(t, "status"))
		}
		want, operations := Of(events, at(30)), Operations(events)
		mixed := append(rapid.Permutation(events).Draw(t, "order"), events[:n/2]...)
		if got := Of(mixed, at(30)); !reflect.DeepEqual(got, want) {
			t.Fatalf("runs %+v, want %+v", got, want)
		}
		if got := Operations(mixed); !reflect.DeepEqual(got, operations) {
			t.Fatalf("operations %+v, want %+v", got, operations)
		}
		for _, r := range want {
			if r.State == Ended != (r.Ended != nil) || r.Duration != nil && *r.Duration < 0 {
				t.Fatalf("%+v: an end and no end", r)
			}
		}
	})
}

func TestProgressIsNotInvented(t *testing.T) {
	var events []buffer.Event
	for i := range 5 {
		id := fmt.Sprint("r", i)
		events = append(events, post(uint64(10*i+1), float64(1000*i), "run_started", "run_id", id, "run_type", "air"),
			post(uint64(10*i+2), float64(1000*i+600+i), "run_completed", "run_id", id, "status", "success"))
	}
	events = append(events, post(90, 6000, "run_started", "run_id", "now", "run_type", "air"))
	if r := Of(events, at(6100))[0]; r.Progress == nil || *r.Progress != (Progress{Elapsed: 100, Expected: 602, Of: 5}) {
		t.Errorf("progress %+v, want 100 of 602 s by 5 others", r.Progress)
	}
	if r := Of(events[2:], at(6100))[0]; r.Progress != nil {
		t.Errorf("progress by four others: %+v, want none", r.Progress)
	}
	other := append(events[:10:10], post(91, 6000, "run_started", "run_id", "now", "run_type", "blank"))
	if r := Of(other, at(6100))[0]; r.Progress != nil {
		t.Errorf("progress by another kind: %+v, want none", r.Progress)
	}
	unknown := append(events[:10:10], post(91, 6000, "run_started", "run_id", "now"))
	if r := Of(unknown, at(6100))[0]; r.Progress != nil {
		t.Errorf("progress of no kind: %+v, want none", r.Progress)
	}
}

func TestOperations(t *testing.T) {
	events := []buffer.Event{
		post(1, 0, "database_save_started", "run_id", "1"), post(2, 0.25, "database_save_completed", "run_id", "1", "status", "success"),
		post(3, 1, "repository_push", "run_id", "1", "status", "failed"),
		post(4, 2, "database_save_failures"),
		post(5, 3, "run_started", "run_id", "1"), post(6, -5, "run_started", "run_id", "1"),
	}
	fit := post(7, 4, "pipeline_duration_seconds", "operation", "isotope_fit")
	fit.Type, fit.Value = buffer.Histogram, 1.5
	all := Operations(append(events, fit))
	var got []string
	for _, s := range Summaries(all) {
		median := "-"
		if s.Median != nil {
			median = fmt.Sprint(*s.Median)
		}
		got = append(got, fmt.Sprintf("%s %d %d %s", s.Name, s.Count, s.Failed, median))
	}
	want := []string{"database save 2 1 0.25", "pipeline isotope fit 1 0 1.5", "repository push 1 1 -"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("summaries %q, want %q", got, want)
	}
	list := Of(events, at(10))
	AddOperations(list, all)
	if r := list[0]; len(r.Operations) != 2 || r.Faults != 1 {
		t.Errorf("run %+v, want two operations and one fault", r)
	}
}

func TestAuditFallsIntoEveryRunOfItsTime(t *testing.T) {
	list := Of([]buffer.Event{post(1, 0, "run_started", "run_id", "1"), post(2, 100, "run_completed", "run_id", "1"), post(3, 50, "run_started", "run_id", "2")}, at(200))
	fault := func(s float64, kind buffer.Kind, value float64, source string) buffer.Event {
		return buffer.Event{Source: source, Boot: "b1", Lane: buffer.Audit, Time: at(s), Kind: kind, Severity: buffer.Error, Value: value, Status: "tripped"}
	}
	audit := []buffer.Event{fault(60, buffer.Trip, 1, "line1"), fault(61, buffer.Trip, 0, "line1"), fault(10, buffer.Failure, 0, "line1"), fault(70, buffer.Alarm, 1, "line2"),
		{Source: "line1", Time: at(55), Kind: buffer.System, Metric: "agent_starts_total", Value: 1}}
	AddAudit(list, audit, at(200))
	if list[0].ID != "2" || list[0].Faults != 1 || list[0].Restarts != 1 || list[1].Faults != 2 || list[1].Restarts != 1 {
		t.Errorf("runs %+v, want 1 fault in the newer, 2 in the older, and a restart in both", list)
	}
}

func TestOutcomes(t *testing.T) {
	for status, want := range map[string]buffer.Severity{"success": buffer.Info, "Truncated": buffer.Info, "canceled": buffer.Warning, "aborted": buffer.Warning,
		"failed": buffer.Error, "invalid": buffer.Error, "not run": buffer.Error, "": buffer.Info} {
		if got := lifecycle.OutcomeOf(status).Severity(); got != want {
			t.Errorf("%q: %v, want %v", status, got, want)
		}
	}
}
