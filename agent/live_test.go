package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/telemetry"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/state"
	"pychron-edge/agent/task"
)

// panicking is an instrument whose driver has a bug.
type panicking struct{ at chan struct{} }

func (p *panicking) Read(context.Context) ([]drivers.Reading, error) {
	<-p.at
	panic("index out of range")
}

// alive starts a whole agent, with its page on a free port, and gives what ends it.
func alive(t *testing.T, h *agent) (end func() error) {
	t.Helper()
	h.plan().Config.Agent.Listen = "127.0.0.1:0"
	h.services.runtime = state.RuntimeDir(t.TempDir())
	h.trend = telemetry.NewTrend()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.live(ctx, runOptions{log: h.log}, device.RealTransport(), nil) }()
	return func() error {
		cancel()
		return <-ended
	}
}

// until polls what a test waits for.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not happen within a minute", what)
		}
	}
}

func TestPanicHaltsTheLaserAndEndsTheAgent(t *testing.T) {
	l, bad := &fake{}, &panicking{make(chan struct{})}
	broken := planFor("gauge", "", nil, nil)
	broken.Model.Open = func(drivers.Wires, any) (drivers.Device, error) { return bad, nil }
	h := quietAgent([]*config.DevicePlan{laserPlan("laser", l, time.Hour), broken})
	end := alive(t, h)
	until(t, "the laser's first answer", func() bool { return h.heard("laser") })
	if _, err := h.commander.Command(t.Context(), order("laser", "enabled", 1)); err != nil {
		t.Fatal(err)
	}
	close(bad.at)
	until(t, "the halt", func() bool { return l.is("enabled") == 0 })
	if err := end(); !errors.Is(err, task.ErrPanic) || codeOf(err) != exitPanicked {
		t.Errorf("live = %v, exit %d; want the panic, exit %d", err, codeOf(err), exitPanicked)
	}
}

func TestPageShowsTheHouse(t *testing.T) {
	g := &fake{}
	h := quietAgent([]*config.DevicePlan{gaugePlan("ion1", g), valvePlan("V1", &fake{})})
	end := alive(t, h)
	until(t, "the page", func() bool { return h.services.address() != "" && h.heard("ion1") })
	base := "http://" + h.services.address()
	var s telemetry.Status
	get(t, base+"/status", &s)
	if s.Source != "test" || len(s.Devices) != 2 || len(s.Devices[0].Points) != 1 || *s.Devices[0].Points[0].Value != 1e-6 {
		t.Errorf("status = %+v, want the gauge with its value", s)
	}
	until(t, "the start, the clock and the first readings", func() bool { // a reading is there before it is told
		var events []json.RawMessage
		get(t, base+"/events", &events)
		return len(events) >= 3
	})
	if err := end(); err != nil {
		t.Errorf("live = %v, want nil when asked to stop", err)
	}
	stops := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "agent_stops_total" })
	if len(stops) != 1 || !strings.Contains(stops[0].Note, "asked to stop") {
		t.Errorf("stop events = %+v, want one that says why", stops)
	}
}

func get(t *testing.T, url string, into any) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		t.Fatalf("GET %s: %s, %v", url, r.Status, err)
	}
}
