package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/telemetry/metrics"

	"pychron-edge/agent/ask"
	"pychron-edge/agent/config"
	"pychron-edge/agent/state"
)

func TestHaltOnExitAskedOfARunningAgentMovesNoValve(t *testing.T) {
	l, v := &fake{}, &fake{}
	h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour), valvePlan("V1", v)})
	defer stop()
	h.services.runtime = state.RuntimeDir(t.TempDir())
	ctx, end := context.WithCancel(t.Context())
	served := make(chan error)
	go func() { served <- h.serveSocket(ctx) }()
	until(t, "the socket", func() bool {
		r, err := ask.Halt(t.Context(), h.services.runtime.Socket(), ask.HaltOnExit, time.Minute)
		return err == nil && len(r.Halted) == 1
	})
	if len(v.sent()) != 0 || len(l.sent()) == 0 {
		t.Errorf("the valve was sent %q and the laser %q; want the laser halted alone", v.sent(), l.sent())
	}
	end()
	<-served
}

func TestAgentDoesNotTakeItsPlaceWhileAHaltIsUnderWay(t *testing.T) {
	dir := state.RuntimeDir(t.TempDir())
	latch, err := state.SetLatch(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer latch.Release()
	ctx, cancel := context.WithTimeout(t.Context(), 120*time.Millisecond)
	defer cancel()
	o := runOptions{log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	if held, err := lockRuntimeDir(ctx, dir, o, []byte("x")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("occupy during a halt = %v, %v; want it to wait", held, err)
	}
}

func TestSupervisorThatHangsIsNotAlive(t *testing.T) {
	h := quietAgent(nil)
	h.clock.Zero = time.Now().Add(-time.Minute)
	h.commander.Progress.Store(int64(h.clock.Up()))
	if err := h.alive(); err != nil {
		t.Errorf("alive just after a round = %v, want nil", err)
	}
	h.commander.Progress.Store(int64(h.clock.Up() - stuck - time.Second))
	if err := h.alive(); err == nil || !strings.Contains(err.Error(), "no progress") {
		t.Errorf("alive %v after the last round = %v, want it to say so", stuck+time.Second, err)
	}
}

func TestFailuresOfDevicesAreCountedOnceEach(t *testing.T) {
	g := &fake{}
	h := quietAgent([]*config.DevicePlan{gaugePlan("ion1", g)})
	g.readErr = drivers.ErrTimeout
	i := h.made(h.plan().Devices[0])
	for range 3 {
		i.Poll(t.Context())
	}
	families, err := h.metrics.Gatherer(&h.present, metrics.RingPoints(h.lanes)).Gather()
	if err != nil {
		t.Fatal(err)
	}
	want := buffer.MakeLabels("kind", "device", "phase", "edge")
	for _, f := range families {
		if !strings.HasSuffix(f.GetName(), "phase_healthcheck_failures_total") {
			continue
		}
		for _, m := range f.GetMetric() {
			var pairs []string
			for _, l := range m.GetLabel() {
				pairs = append(pairs, l.GetName(), l.GetValue())
			}
			if buffer.MakeLabels(pairs...) == want && m.GetCounter().GetValue() == 1 {
				return
			}
		}
		t.Errorf("%v, want one failure of phase edge, kind device", f)
		return
	}
	t.Error("no phase_healthcheck_failures_total")
}
