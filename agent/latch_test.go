package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/ask"
	"pychron-edge/agent/command"
	"pychron-edge/agent/config"
	"pychron-edge/agent/state"
)

func TestRuntimeDirectoryHasOneAgent(t *testing.T) {
	dir := state.RuntimeDir(t.TempDir())
	held, err := state.Hold(dir.PidFile(), "123\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := state.Hold(dir.PidFile(), "456\n"); !errors.Is(err, state.ErrTaken) {
		t.Errorf("second hold = %v, want %v", err, state.ErrTaken)
	}
	if pid, err := state.Holder(dir.PidFile()); pid != 123 || err != nil {
		t.Errorf("holder = %d, %v; want 123", pid, err)
	}
	held.Release()
	if pid, err := state.Holder(dir.PidFile()); pid != 0 || err != nil {
		t.Errorf("holder after release = %d, %v; want nobody", pid, err)
	}
}

func TestStartWaitsWhileAHaltIsUnderWay(t *testing.T) {
	dir := state.RuntimeDir(t.TempDir())
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	latch, err := state.SetLatch(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 120*time.Millisecond)
	defer cancel()
	if err := state.AwaitHalt(ctx, dir, log); err == nil {
		t.Error("a start did not wait for the halt")
	}
	latch.Release()
	if err := state.AwaitHalt(t.Context(), dir, log); err != nil {
		t.Errorf("awaitHalt after the halt = %v, want nil", err)
	}
	if why := state.ReadLatch(dir); !strings.Contains(why, "test") {
		t.Errorf("latch = %q, want it to say why", why)
	}
}

func TestLatchHoldsEverythingAtIdleUntilCleared(t *testing.T) {
	v := &fake{}
	h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", v)})
	defer stop()
	dir := state.RuntimeDir(t.TempDir())
	latch, err := state.SetLatch(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	latch.Release()
	h.services.runtime = dir
	h.commander.Latch(state.ReadLatch(dir))
	if _, err := h.commander.Command(t.Context(), order("V1", "open", 1)); !errors.Is(err, buffer.ErrConflict) {
		t.Errorf("opening while latched = %v, want %v", err, buffer.ErrConflict)
	}
	if _, err := h.commander.Command(t.Context(), order("V1", "open", 0)); err != nil {
		t.Errorf("closing while latched = %v, want nil", err)
	}
	if err := h.commander.ClearRule(t.Context(), anybody, command.HaltRule); err != nil {
		t.Fatalf("clear = %v", err)
	}
	if _, err := os.Stat(dir.Latch()); !os.IsNotExist(err) {
		t.Errorf("the latch file after clearing: %v, want it gone", err)
	}
	if _, err := h.commander.Command(t.Context(), order("V1", "open", 1)); err != nil {
		t.Errorf("opening after clearing = %v, want nil", err)
	}
}

func TestSocketHalts(t *testing.T) {
	l := &fake{}
	h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour)})
	defer stop()
	h.services.runtime = state.RuntimeDir(t.TempDir())
	ctx, end := context.WithCancel(t.Context())
	served := make(chan error)
	go func() { served <- h.serveSocket(ctx) }()
	var r buffer.HaltResult
	until(t, "an answer at the socket", func() bool {
		var err error
		r, err = ask.Halt(t.Context(), h.services.runtime.Socket(), ask.HaltEverything, time.Minute)
		return err == nil
	})
	if len(r.Halted) != 1 || l.sent()[0] != "halt" {
		t.Errorf("askHalt = %+v, sent %q; want the laser halted", r, l.sent())
	}
	if told := h.commander.Standing().Halted; told == nil || told.By.Name != "agent halt" || len(told.Result.Halted) != 1 {
		t.Errorf("it stands as %+v, want by agent halt until somebody clears it", told)
	}
	end()
	if err := <-served; err != nil {
		t.Errorf("serveSocket = %v, want nil", err)
	}
}

func TestHaltWithoutAnAgentThatEverRanSaysSo(t *testing.T) {
	err := haltOutside(t.Context(), state.RuntimeDir(filepath.Join(t.TempDir(), "none")), false, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "no agent has run here") {
		t.Errorf("halt = %v, want it to say that no agent has run", err)
	}
}
