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
)

func TestRuntimeDirectoryHasOneAgent(t *testing.T) {
	dir := runtimeDir(t.TempDir())
	held, err := hold(dir.pidFile(), "123\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := hold(dir.pidFile(), "456\n"); !errors.Is(err, errTaken) {
		t.Errorf("second hold = %v, want %v", err, errTaken)
	}
	if pid, err := holder(dir.pidFile()); pid != 123 || err != nil {
		t.Errorf("holder = %d, %v; want 123", pid, err)
	}
	held.release()
	if pid, err := holder(dir.pidFile()); pid != 0 || err != nil {
		t.Errorf("holder after release = %d, %v; want nobody", pid, err)
	}
}

func TestStartWaitsWhileAHaltIsUnderWay(t *testing.T) {
	dir := runtimeDir(t.TempDir())
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	latch, err := setLatch(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 120*time.Millisecond)
	defer cancel()
	if err := awaitHalt(ctx, dir, log); err == nil {
		t.Error("a start did not wait for the halt")
	}
	latch.release()
	if err := awaitHalt(t.Context(), dir, log); err != nil {
		t.Errorf("awaitHalt after the halt = %v, want nil", err)
	}
	if why := readLatch(dir); !strings.Contains(why, "test") {
		t.Errorf("latch = %q, want it to say why", why)
	}
}

func TestLatchHoldsEverythingAtIdleUntilCleared(t *testing.T) {
	v := &fake{}
	h, stop := testHouse(t, []*DevicePlan{valvePlan("V1", v)})
	defer stop()
	dir := runtimeDir(t.TempDir())
	latch, err := setLatch(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	latch.release()
	h.services.runtime = dir
	h.door.latch(readLatch(dir))
	if _, err := h.door.Command(t.Context(), order("V1", "open", 1)); !errors.Is(err, buffer.ErrConflict) {
		t.Errorf("opening while latched = %v, want %v", err, buffer.ErrConflict)
	}
	if _, err := h.door.Command(t.Context(), order("V1", "open", 0)); err != nil {
		t.Errorf("closing while latched = %v, want nil", err)
	}
	if err := h.door.ClearRule(t.Context(), anybody, haltRule); err != nil {
		t.Fatalf("clear = %v", err)
	}
	if _, err := os.Stat(dir.latch()); !os.IsNotExist(err) {
		t.Errorf("the latch file after clearing: %v, want it gone", err)
	}
	if _, err := h.door.Command(t.Context(), order("V1", "open", 1)); err != nil {
		t.Errorf("opening after clearing = %v, want nil", err)
	}
}

func TestSocketHalts(t *testing.T) {
	l := &fake{}
	h, stop := testHouse(t, []*DevicePlan{laserPlan("laser", l, time.Hour)})
	defer stop()
	h.services.runtime = runtimeDir(t.TempDir())
	ctx, end := context.WithCancel(t.Context())
	served := make(chan error)
	go func() { served <- h.serveSocket(ctx) }()
	var r buffer.HaltResult
	var err error
	for range 200 {
		if r, err = askHalt(t.Context(), h.services.runtime.socket(), haltEverything, time.Second); err == nil {
			break
		}
		time.Sleep(5 * time.Millisecond) // until the socket is there
	}
	if err != nil || len(r.Halted) != 1 || l.sent()[0] != "halt" {
		t.Errorf("askHalt = %+v, %v, sent %q; want the laser halted", r, err, l.sent())
	}
	end()
	if err := <-served; err != nil {
		t.Errorf("serveSocket = %v, want nil", err)
	}
}

func TestHaltWithoutAnAgentThatEverRanSaysSo(t *testing.T) {
	err := haltOutside(t.Context(), runtimeDir(filepath.Join(t.TempDir(), "none")), false, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "no agent has run here") {
		t.Errorf("halt = %v, want it to say that no agent has run", err)
	}
}
