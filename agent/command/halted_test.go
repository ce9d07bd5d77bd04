package command

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
)

// byMQTT is an order that a broker delivers.
func byMQTT(device, control string, value float64) buffer.CommandRequest {
	c := order(device, control, value)
	c.By.Via = "mqtt"
	return c
}

// A broker may deliver after a HALT what was published before it, so that it takes somebody who clears the HALT. Everybody else asks the agent itself.
func TestWhileAHaltStandsNoQueueSwitchesAHazardOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		b.reads(0.1)
		if r, err := b.Command(t.Context(), byMQTT("laser", "enabled", 1)); err != nil {
			t.Fatalf("before the HALT = %+v, %v", r, err)
		}
		if _, err := b.Halt(t.Context(), stopper); err != nil {
			t.Fatal(err)
		}
		_, err := b.Command(t.Context(), byMQTT("laser", "enabled", 1))
		if !errors.Is(err, buffer.ErrConflict) || !strings.Contains(err.Error(), `a HALT by stopper stands`) || !strings.Contains(err.Error(), `clear the rule "halt" first`) {
			t.Errorf("by MQTT after it = %v, want that the HALT is to be cleared", err)
		}
		for what, c := range map[string]buffer.CommandRequest{
			"a valve by MQTT": byMQTT("V1", "open", 1), "a laser off by MQTT": byMQTT("laser", "enabled", 0), "a laser by a person": order("laser", "enabled", 1),
		} {
			if _, err := b.Command(t.Context(), c); err != nil {
				t.Errorf("%s after a HALT = %v, want it done", what, err)
			}
		}
		if err := b.ClearRule(t.Context(), jr, HaltRule); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Command(t.Context(), byMQTT("laser", "enabled", 1)); err != nil {
			t.Errorf("by MQTT once it was cleared = %v", err)
		}
	})
}

func TestAHaltStandsThroughARestartUntilItIsCleared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storing(t)
		time.Sleep(time.Minute)
		if _, err := b.Halt(t.Context(), stopper); err != nil {
			t.Fatal(err)
		}
		was := b.Standing().Halted
		time.Sleep(time.Hour)
		next := b.restarted(true)
		h := next.Standing().Halted
		if h == nil || h.By.Name != "stopper" || h.By.Via != "http" || next.clock.ZeroWall().Add(h.At) != b.clock.ZeroWall().Add(was.At) || !slices.Equal(h.Result.Holding, was.Result.Holding) {
			t.Fatalf("after the restart it stands as %+v, want %+v", h, was)
		}
		if _, err := next.Command(t.Context(), byMQTT("laser", "enabled", 1)); err == nil {
			t.Error("after the restart a command by MQTT switches the laser on")
		}
		if err := next.ClearRule(t.Context(), jr, HaltRule); err != nil {
			t.Fatal(err)
		}
		if last := next.restarted(true); last.Standing().Halted != nil {
			t.Errorf("after it was cleared and one more restart it stands: %+v", last.Standing().Halted)
		}
	})
}

// run writes what changes until end is called.
func (b *bench) run() (end func()) {
	ctx, cancel := context.WithCancel(b.t.Context())
	var running sync.WaitGroup
	running.Go(func() { b.store.Run(ctx) })
	synctest.Wait() // what was there before is written
	return func() {
		cancel()
		running.Wait()
	}
}

// It stands, on disk too, before the devices are done: a power cut in the middle of it does not forget it.
func TestAHaltIsOnDiskBeforeTheDevicesAreDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storing(t)
		defer b.run()()
		b.actors["laser"].halting = time.Second
		done, before, after := make(chan buffer.HaltResult), 0, 0
		b.with(func() { before = b.changed })
		go func() { r, _ := b.Halt(t.Context(), stopper); done <- r }()
		synctest.Wait()
		if h := b.Standing().Halted; h == nil || len(h.Result.Halted) != 0 {
			t.Errorf("while the laser is told it stands as %+v, want it without a result", h)
		}
		if b.with(func() { after = b.changed }); after == before {
			t.Error("a HALT that stands changes no status")
		}
		var saved savedLatches
		if b.onDisk(LatchesFile, &saved); saved.Halted == nil || saved.Halted.Name != "stopper" || len(saved.Halted.Result.Halted) != 0 {
			t.Errorf("on disk stands %+v, want the HALT without a result", saved.Halted)
		}
		r := <-done
		synctest.Wait()
		if b.onDisk(LatchesFile, &saved); len(r.Halted) != 1 || !slices.Equal(saved.Halted.Result.Halted, r.Halted) {
			t.Errorf("on disk stands %+v after it, want what became of it: %+v", saved.Halted, r)
		}
	})
}

// A HALT is answered once it is on disk; where the disk takes nothing, after 2 s. The devices do not wait for that.
func TestAHaltIsAnsweredWhenItIsOnDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storing(t) // nobody writes
		begun, done := time.Now(), make(chan error)
		go func() { _, err := b.Halt(t.Context(), stopper); done <- err }()
		synctest.Wait()
		if got := b.actors["laser"].sent(); !slices.Contains(got, "halt") {
			t.Errorf("sent %q before it is on disk, want the halt", got)
		}
		if err := <-done; err != nil || time.Since(begun) != 2*time.Second {
			t.Errorf("answered with %v after %v, want nil after 2 s", err, time.Since(begun))
		}
		defer b.run()()
		begun = time.Now()
		if _, err := b.Halt(t.Context(), stopper); err != nil || time.Since(begun) != 0 {
			t.Errorf("with a disk that writes answered with %v after %v, want nil at once", err, time.Since(begun))
		}
	})
}

// A state directory that comes late brings an older HALT, which does not take the place of one since.
func TestAHaltSinceTheStartStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		b.restoreHalted(nil)
		if b.halted != nil {
			t.Errorf("no HALT was taken back as %+v", b.halted)
		}
		if _, err := b.Halt(t.Context(), stopper); err != nil {
			t.Fatal(err)
		}
		b.restoreHalted(&savedHalt{Name: "somebody before"})
		if h := b.Standing().Halted; h.By.Name != "stopper" {
			t.Errorf("the HALT of %s stands, want the one since the start", h.By.Name)
		}
	})
}
