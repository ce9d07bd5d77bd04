package intake

import (
	"math"
	"strings"
	"testing"

	"pychron-edge/buffer/lifecycle"
)

// The vectors of docs/protocols/pychron-metrics.md, section 6, over HTTP.

const run = "6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10"

const v2 = `# HELP pychron_queue_started_total Counter for queue_started
# TYPE pychron_queue_started_total counter
pychron_queue_started_total{queue="FC-12 \"a\"",runs="2"} 1.0
# HELP pychron_queue_started_created Counter for queue_started
# TYPE pychron_queue_started_created gauge
pychron_queue_started_created{queue="FC-12 \"a\"",runs="2"} 1.79000000025e+09
# HELP pychron_run_started_total Counter for run_started
# TYPE pychron_run_started_total counter
pychron_run_started_total{queue="FC-12 \"a\"",run_id="6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10"} 1.0
# HELP pychron_run_started_created Counter for run_started
# TYPE pychron_run_started_created gauge
pychron_run_started_created{queue="FC-12 \"a\"",run_id="6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10"} 1.7900000015e+09
`

const v3 = v2 + `pychron_extraction_started_total{queue="FC-12 \"a\"",run_id="6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10"} 1.0
pychron_extraction_started_created{queue="FC-12 \"a\"",run_id="6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10"} 1.7900000025e+09
pychron_extraction_completed_total{queue="FC-12 \"a\"",run_id="6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10",status="success"} 1.0
pychron_extraction_completed_created{queue="FC-12 \"a\"",run_id="6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10",status="success"} 1.79000006275e+09
pychron_measurement_started_total{queue="FC-12 \"a\"",run_id="6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10"} 1.0
pychron_measurement_started_created{queue="FC-12 \"a\"",run_id="6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10"} 1.790000063e+09
`

const v4 = v3 + `pychron_measurement_completed_total{queue="FC-12 \"a\"",run_id="6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10",status="failed"} 1.0
pychron_measurement_completed_created{queue="FC-12 \"a\"",run_id="6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10",status="failed"} 1.790000663e+09
pychron_run_completed_total{queue="FC-12 \"a\"",run_id="6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10",status="failed"} 1.0
pychron_run_completed_created{queue="FC-12 \"a\"",run_id="6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10",status="failed"} 1.790000665e+09
pychron_queue_completed_total{queue="FC-12 \"a\"",status="failed"} 1.0
pychron_queue_completed_created{queue="FC-12 \"a\"",status="failed"} 1.790000666e+09
`

const started = `run_started queue=FC-12 "a" run_id=` + run + " @1.5"

func TestV1ToV4AWholeRun(t *testing.T) {
	x := newExporter(t)
	wantEvents(t, x.scrapes(t, 0, ""))
	if s := x.State(); s.Condition != Empty || s.Text != emptyText {
		t.Errorf("V1: %+v, want an empty page of a target that is up", s)
	}
	wantEvents(t, x.scrapes(t, 5, v2), `queue_started queue=FC-12 "a" runs=2 @0.25`, started)
	x.wantTotals(t, map[string]float64{"queue_starts_total": 1, "active_queues": 1, "runs_started_total": 1, "active_runs": 1})
	of := ` queue=FC-12 "a" run_id=` + run
	wantEvents(t, x.scrapes(t, 65, v3), "extraction_started"+of+" @2.5", "extraction_completed"+of+" status=success @62.75", "measurement_started"+of+" @63")
	x.wantTotals(t, map[string]float64{"queue_starts_total": 1, "active_queues": 1, "runs_started_total": 1, "active_runs": 1, "phase_duration_seconds extraction": 60.25})
	got := x.scrapes(t, 670, v4)
	wantEvents(t, got, "measurement_completed"+of+" status=failed @663", "run_completed"+of+" status=failed @665", `queue_completed queue=FC-12 "a" status=failed @666`)
	if got[1].Status != "failed" || got[1].Severity.String() != "warning" {
		t.Errorf("status %q, severity %v, want failed and a warning", got[1].Status, got[1].Severity)
	}
	x.wantTotals(t, map[string]float64{"queue_starts_total": 1, "queue_completions_total": 1, "active_queues": 0, "runs_started_total": 1, "runs_failed_total": 1, "active_runs": 0,
		"phase_duration_seconds extraction": 60.25, "phase_duration_seconds measurement": 600, "run_duration_seconds": 663.5})
	wantEvents(t, x.scrapes(t, 675, v4))
}

func TestV5AKnownSeriesGrows(t *testing.T) {
	x := newExporter(t)
	const of = `pychron_queue_started_total{queue="Q",runs="2"} N
pychron_queue_started_created{queue="Q",runs="2"} 1.79000000025e+09
pychron_valve_open_total{valve="A"} N
pychron_valve_open_created{valve="A"} 1.7900007e+09
`
	x.scrapes(t, 800, strings.ReplaceAll(of, "N", "1.0"))
	got := x.scrapes(t, 805, strings.ReplaceAll(of, "N", "2.0"))
	wantEvents(t, got, "queue_started queue=Q runs=2 @805", "valve_open valve=A @805")
	if x.totals["queue_starts_total"] != 1 || !strings.Contains(got[0].Note, lifecycle.Within+"=5s") {
		t.Errorf("%v, note %q, want one start, within 5 s", x.totals, got[0].Note)
	}
}

func TestV6FirstContactIsABaseline(t *testing.T) {
	x := newExporter(t)
	wantEvents(t, x.scrapes(t, 700, v4))
	x.wantTotals(t, nil)
	if s := x.State(); s.Condition != Reached || s.Text != "" {
		t.Errorf("%+v, want a page that is read", s)
	}
}

func TestV7Restart(t *testing.T) {
	x := newExporter(t)
	x.scrapes(t, 0, "")
	x.scrapes(t, 5, v2)
	x.scrapes(t, 65, v3)
	const after = "pychron_valve_open_total{valve=\"A\"} 1.0\npychron_valve_open_created{valve=\"A\"} 1.79000089e+09\n"
	got := x.scrapes(t, 900, after)
	if len(got) != 1 || got[0].Metric != lifecycle.Restarted {
		t.Fatalf("%v, want one that the target was started again", lines(got))
	}
	if x.totals["active_runs"] != 0 || x.totals["active_queues"] != 0 || x.totals["runs_completed_total"]+x.totals["runs_failed_total"] != 0 {
		t.Errorf("%v, want nothing open, and nothing that ended well or ill", x.totals)
	}
	wantEvents(t, x.scrapes(t, 905, after+"pychron_run_started_total{queue=\"Q\",run_id=\"R2\"} 1.0\npychron_run_started_created{queue=\"Q\",run_id=\"R2\"} 1.790000904e+09\n"),
		"run_started queue=Q run_id=R2 @904")
}

func TestV7OtherSignsOfARestart(t *testing.T) {
	const page = "pychron_valve_open_total{valve=\"A\"} 3.0\npychron_valve_open_created{valve=\"A\"} 1.79000089e+09\n"
	for state, after := range map[string]string{
		"smaller":       strings.Replace(page, "3.0", "1.0", 1),
		"born later":    strings.Replace(page, "1.79000089e+09", "1.79000099e+09", 1),
		"an empty page": "",
	} {
		t.Run(state, func(t *testing.T) {
			x := newExporter(t)
			x.scrapes(t, 900, page)
			if got := x.scrapes(t, 1000, after); len(got) != 1 || got[0].Metric != lifecycle.Restarted {
				t.Errorf("%v, want one restart", lines(got))
			}
			wantEvents(t, x.scrapes(t, 1005, after))
			got := x.scrapes(t, 1010, after+"pychron_valve_close_total{valve=\"A\"} 1.0\npychron_valve_close_created{valve=\"A\"} 1.790001008e+09\n")
			wantEvents(t, got, "valve_close valve=A @1008")
		})
	}
}

func TestV8CompletedWithoutStarted(t *testing.T) {
	x := newExporter(t)
	x.scrapes(t, 495, "")
	x.scrapes(t, 505, `pychron_run_completed_total{queue="Q",run_id="R3",status="truncated"} 1.0
pychron_run_completed_total{queue="Q",run_id="R4",status="canceled"} 1.0
pychron_run_completed_created{queue="Q",run_id="R3",status="truncated"} 1.790000501e+09
pychron_run_completed_created{queue="Q",run_id="R4",status="canceled"} 1.790000502e+09
`)
	x.wantTotals(t, map[string]float64{"runs_completed_total": 1, "runs_canceled_total": 1, "active_runs": 0})
}

func TestV9OpenMetrics(t *testing.T) {
	const page = `# HELP pychron_run_started Counter for run_started
# TYPE pychron_run_started counter
pychron_run_started_total{queue="Q",run_id="6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10"} 1.0
pychron_run_started_created{queue="Q",run_id="6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10"} 1.7900000015e+09
# EOF
`
	x := newExporter(t)
	x.scrapes(t, 0, "# EOF\n")
	wantEvents(t, x.scrapes(t, 5, page), "run_started queue=Q run_id="+run+" @1.5")
	if s := x.State(); s.Condition != Reached {
		t.Errorf("%+v, want a page that is read", s)
	}
}

func TestV10ClockOffset(t *testing.T) {
	x := newExporter(t)
	const at120 = "pychron_valve_open_total{valve=\"A\"} 1.0\n"
	x.scrapes(t, 120, at120)
	got := x.scrapes(t, 125, at120+"pychron_run_started_total{queue=\"Q\",run_id=\"R\"} 1.0\npychron_run_started_created{queue=\"Q\",run_id=\"R\"} 1.7900000015e+09\n")
	if len(got) != 2 || got[1].Metric != "agent_pychron_clock_offset_seconds" || math.Abs(got[1].Value+121) > 1e-6 {
		t.Fatalf("%+v, want the run, and an offset of -121 s", got)
	}
	const want = "Pychron's clock is 118.5 to 123.5 s behind this one"
	if got[1].Status != want || x.State().Text != want {
		t.Errorf("%q, state %q, want %q", got[1].Status, x.State().Text, want)
	}
	if o := x.Target.offset; o.low.Seconds() != -123.5 || o.high.Seconds() != -118.5 {
		t.Errorf("offset in [%v, %v), want [-123.5, -118.5)", o.low, o.high)
	}
}

func TestV11ANameThatEndsInTotal(t *testing.T) {
	x := newExporter(t)
	x.scrapes(t, 0, "")
	x.scrapes(t, 5378063, `pychron_phase_healthcheck_failures_total{kind="device",phase="extraction"} 1.0
pychron_phase_healthcheck_failures_created{kind="device",phase="extraction"} 1.7953780618813531e+09
`)
	x.wantTotals(t, map[string]float64{"phase_healthcheck_failures_total extraction": 1})
	if len(x.events) != 1 || x.events[0].Metric != "phase_healthcheck_failures_total" {
		t.Errorf("%v, want one failure", lines(x.events))
	}
}
