package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"

	"pychron-edge/agent/config"
	"pychron-edge/agent/served"
)

// An agent that is told where Pychron's metrics are shows what its runs do, by the names of its dashboards.
func TestRunsOfPychronAreSeen(t *testing.T) {
	var page atomic.Value
	page.Store("")
	pychron := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, page.Load().(string)) }))
	defer pychron.Close()
	a := quietAgent([]*config.DevicePlan{gaugePlan("ion1", &fake{})})
	a.plan().Config.Pychron.Metrics = config.PychronMetricsConfig{URL: pychron.URL, Namespace: "pychron", Every: 1e7}
	end := alive(t, a)
	service := func() (s telemetry.ServiceStatus) {
		for _, one := range a.services.Status() {
			if one.Service == served.MetricsService {
				s = one
			}
		}
		return s
	}
	until(t, "the page to be found empty", func() bool {
		return a.services.address() != "" && strings.Contains(service().Text, "empty") && service().Health == 1
	})
	shown := func() string {
		r, err := http.Get("http://" + a.services.address() + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		all, _ := io.ReadAll(r.Body)
		return string(all)
	}
	for _, name := range []string{"runs_started_total", "runs_failed_total", "queue_completions_total", "active_runs", "run_duration_seconds_count"} {
		if !strings.Contains(shown(), "\npychron_"+name+" 0\n") {
			t.Errorf("%s is not 0 before the first run", name)
		}
	}
	page.Store("pychron_run_started_total{queue=\"Q\",run_id=\"R1\"} 1.0\npychron_run_started_created{queue=\"Q\",run_id=\"R1\"} 1.79e+09\n")
	until(t, "the run", func() bool { return strings.Contains(shown(), "\npychron_active_runs 1\n") })
	page.Store(page.Load().(string) + "pychron_run_completed_total{queue=\"Q\",run_id=\"R1\",status=\"success\"} 1.0\n" +
		"pychron_run_completed_created{queue=\"Q\",run_id=\"R1\",status=\"success\"} 1.7900006e+09\n")
	var text string
	until(t, "its end", func() bool { // that none is active any more is told last
		text = shown()
		return strings.Contains(text, "\npychron_active_runs 0\n")
	})
	for _, want := range []string{"\npychron_runs_started_total 1\n", "\npychron_runs_completed_total 1\n", "\npychron_run_duration_seconds_sum 600\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("/metrics has no %q", want)
		}
	}
	if strings.Contains(text, "R1") {
		t.Error("a series of one run is on /metrics; it must be an event only")
	}
	var events []buffer.Event
	until(t, "the events", func() bool { // an event is there once its metrics are
		events = a.picked(buffer.Ingest, kind(buffer.Lifecycle))
		return len(events) >= 2
	})
	if len(events) != 2 || events[0].Metric != "run_started" || events[1].Labels.Value("status") != "success" {
		t.Errorf("events %+v, want the start and the end of the run", events)
	}
	if err := end(); err != nil {
		t.Errorf("live = %v", err)
	}
}

// Events that come by the broker are those of POST /events, and what is refused is one event a minute.
func TestEventsByTheBroker(t *testing.T) {
	a := quietAgent(nil)
	a.services.server.Store(a.newServer(a.log, ""))
	if err := a.services.server.Load().Ingest("mqtt", []byte(`{"event_type":"counter","metric_name":"run_started","value":1,"labels":{"run_id":"R1"}}`)); err != nil {
		t.Error(err)
	}
	if n := len(a.picked(buffer.Ingest, kind(buffer.Lifecycle))); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
	refusals := served.Refusals{Record: a.record}
	for n := range 5 {
		refusals.Add(errors.New(fmt.Sprint("event ", n, " is bad")))
	}
	got := a.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "agent_ingest_refused_total" })
	if len(got) != 1 || got[0].Status != "event 0 is bad" {
		t.Errorf("%+v, want one event with the reason", got)
	}
}
