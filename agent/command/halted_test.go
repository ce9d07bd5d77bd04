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

// It stands, on disk too, before the devices are done: a power cut in the middle of it does not forget it.
func TestAHaltIsOnDiskBeforeTheDevicesAreDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storing(t)
		ctx, end := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { b.store.Run(ctx) })
		b.Command(t.Context(), order("laser", "enabled", 1))
		b.actors["laser"].halting = time.Second
		running.Go(func() { b.Halt(t.Context(), stopper) })
		synctest.Wait()
		if h := b.Standing().Halted; h == nil || len(h.Result.Halted) != 0 {
			t.Errorf("while the laser is told it stands as %+v, want it without a result", h)
		}
		var saved savedLatches
		if b.onDisk(LatchesFile, &saved); saved.Halted == nil || saved.Halted.Name != "stopper" {
			t.Errorf("on disk stands %+v, want the HALT", saved.Halted)
		}
		time.Sleep(5 * time.Second)
		end()
		running.Wait()
	})
}
