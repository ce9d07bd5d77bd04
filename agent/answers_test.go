package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/command"
	"pychron-edge/agent/config"
	"pychron-edge/agent/state"
)

func withID(c buffer.CommandRequest, id string) buffer.CommandRequest {
	c.ID = id
	return c
}

// An id belongs to its caller, device, control and value. Seen: enabled=0 with an id used for enabled=1 was answered "success, 1".
func TestAnIDIsForOneCommandAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour)})
		defer stop()
		synctest.Wait()
		first := withID(order("laser", "enabled", 1), "a1")
		if r, err := h.commander.Command(t.Context(), first); err != nil || r.Result != "success" {
			t.Fatalf("enable = %+v, %v", r, err)
		}
		if r, err := h.commander.Command(t.Context(), first); err != nil || r.Result != "success" || len(l.sent()) != 2 {
			t.Errorf("the same again = %+v, %v, sent %q; want the same answer without acting", r, err, l.sent())
		}
		other := withID(order("laser", "enabled", 1), "a1")
		other.By.Name = "kl"
		for name, c := range map[string]buffer.CommandRequest{
			"another value": withID(order("laser", "enabled", 0), "a1"), "another control": withID(order("laser", "power", 1), "a1"), "another caller": other,
		} {
			if _, err := h.commander.Command(t.Context(), c); !errors.Is(err, buffer.ErrConflict) {
				t.Errorf("%s with a used id = %v, want %v", name, err, buffer.ErrConflict)
			}
		}
		refused := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Labels.Value("reason") == "id" })
		if len(refused) != 3 || !strings.Contains(refused[0].Status, `id "a1" belongs to laser.enabled = 1 of jr`) {
			t.Errorf("refusals = %+v, want three that say whose the id is", refused)
		}
	})
}

// An id that has not expired outlives a restart: it is answered again, and what was under way is not begun again.
func TestIDsOutliveARestart(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		v := &fake{}
		start := func() (*agent, func()) {
			h := quietAgent([]*config.DevicePlan{valvePlan("V1", v)})
			h.store = state.NewStore(state.NewDisk(dir))
			if err := h.store.Open(); err != nil {
				t.Fatal(err)
			}
			h.commander.Restore(true)
			stop := h.runLoops(t)
			return h, func() { stop(); h.store.Flush(); h.store.Close() }
		}
		h, stop := start()
		synctest.Wait()
		done := withID(order("V1", "open", 1), "m1")
		done.Expires = h.clock.Now().Add(time.Hour)
		if _, err := h.commander.Command(t.Context(), done); err != nil {
			t.Fatal(err)
		}
		stop()
		sent := len(v.sent())
		h, stop = start()
		defer stop()
		synctest.Wait()
		if r, err := h.commander.Command(t.Context(), done); err != nil || r.Result != "success" || r.Value == nil || *r.Value != 1 || len(v.sent()) != sent {
			t.Errorf("after a restart = %+v, %v, sent %q; want the answer of before", r, err, v.sent()[sent:])
		}
		clash := withID(order("V1", "open", 0), "m1")
		clash.Expires = done.Expires
		if _, err := h.commander.Command(t.Context(), clash); !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("another value with it = %v, want %v", err, buffer.ErrConflict)
		}
		time.Sleep(time.Hour)
		h.commander.Refresh()
	})
}

// What was refused is not done when the same command comes again after a restart, as a broker does that was not told of the answer. Found by a
// simulated history: a laser was switched on by a command whose caller had been told twice that a rule forbids it.
func TestARefusalOutlivesARestart(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		v := &fake{}
		var h *agent
		start := func() (kill func()) {
			h = quietAgent([]*config.DevicePlan{valvePlan("V1", v)})
			h.store = state.NewStore(state.NewDisk(dir))
			if err := h.store.Open(); err != nil {
				t.Fatal(err)
			}
			h.commander.Restore(true)
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan struct{})
			go func() { defer close(ended); h.store.Run(ctx) }()
			stop := h.runLoops(t)
			synctest.Wait()
			return func() { cancel(); <-ended; stop(); h.store.Close() }
		}
		lock := buffer.LockRequest{By: buffer.Principal{Name: "kl", Via: "http", Rights: []string{buffer.RightCommand}}, Device: "V1", Reason: "hands in"}
		c := withID(order("V1", "open", 1), "m1")

		stop := start()
		c.Expires = h.clock.Now().Add(time.Hour)
		if err := h.commander.Lock(t.Context(), lock); err != nil {
			t.Fatal(err)
		}
		if _, err := h.commander.Command(t.Context(), c); !errors.Is(err, buffer.ErrConflict) {
			t.Fatalf("of a locked valve = %v, want %v", err, buffer.ErrConflict)
		}
		onDisk, err := os.ReadFile(filepath.Join(dir, command.AnswersFile+".json"))
		if err != nil || !strings.Contains(string(onDisk), `"m1"`) {
			t.Errorf("once it was told, on disk: %s, %v; want the id", onDisk, err)
		}
		stop()

		stop = start()
		defer stop()
		lock.Unlock = true
		if err := h.commander.Lock(t.Context(), lock); err != nil {
			t.Fatal(err)
		}
		if r, err := h.commander.Command(t.Context(), c); !errors.Is(err, buffer.ErrConflict) || len(v.sent()) != 0 {
			t.Errorf("the same again, unlocked, after a restart = %+v, %v, sent %q; want the refusal of before", r, err, v.sent())
		}
		c.ID = "m2"
		if r, err := h.commander.Command(t.Context(), c); err != nil || r.Result != "success" {
			t.Errorf("a new command = %+v, %v, want it done", r, err)
		}
	})
}
