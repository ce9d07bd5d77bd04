package main

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/rules"
	"pychron-edge/agent/state"
)

func always(*device.Device) bool   { return true }
func noneEnds(*device.Device) bool { return false }

func TestReplacingALaserThatIsOn(t *testing.T) {
	for _, c := range []struct {
		state   string
		haltErr error
		refused bool
	}{
		{"it is halted first", nil, false},
		{"its line is lost, so that it stays in operation", drivers.ErrPortLost, true},
	} {
		t.Run(c.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &fake{}
				h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour)})
				defer stop()
				synctest.Wait()
				h.commander.Command(t.Context(), order("laser", "enabled", 1))
				l.with(func() { l.haltErr = c.haltErr })
				err := h.quiesce(h.fleet.All(), noneEnds)
				if (err != nil) != c.refused {
					t.Fatalf("withdraw = %v, want refused %t", err, c.refused)
				}
				if on := l.is("enabled") == 1; on != c.refused {
					t.Errorf("on = %t, want %t", on, c.refused)
				}
				l.with(func() { l.haltErr = nil })
				time.Sleep(2 * time.Second)
				if l.is("enabled") == 1 {
					t.Error("the halt that could not be made was forgotten")
				}
				_, err = h.commander.Command(t.Context(), order("laser", "enabled", 1))
				if errors.Is(err, buffer.ErrConflict) == c.refused {
					t.Errorf("a command after it = %v; want it refused only where the device is being replaced", err)
				}
			})
		})
	}
}

func TestCommandUnderWayWhenItsDeviceIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{setTime: time.Second}
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour)})
		defer stop()
		synctest.Wait()
		for range 2 { // one under way, one that waits for it
			go h.commander.Command(t.Context(), order("laser", "enabled", 1))
		}
		time.Sleep(100 * time.Millisecond)
		if err := h.quiesce(h.fleet.All(), noneEnds); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		if sent := l.sent(); !slices.Equal(sent, []string{"halt", "enabled 1", "halt"}) {
			t.Errorf("on the wire: %q; want what was under way, its halt, and nothing after it", sent)
		}
	})
}

func TestRemovedActuatorIsHaltedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", v)})
		defer stop()
		synctest.Wait()
		h.commander.Command(t.Context(), order("V1", "open", 1))
		out := h.fleet.All()
		h.quiesce(out, noneEnds)
		if v.is("open") != 1 {
			t.Error("a valve that comes back was moved")
		}
		h.quiesce(out, always)
		if v.is("open") != 0 {
			t.Error("a valve that nobody looks after any more was left open")
		}
	})
}

func TestHaltThatWasOwedIsMadeFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := state.RuntimeDir(t.TempDir()).PendingHalts()
		if err := state.WritePendingHalts(path, []string{"laser"}); err != nil {
			t.Fatal(err)
		}
		l, v := &fake{}, &fake{}
		h := quietAgent([]*config.DevicePlan{laserPlan("laser", l, time.Hour), valvePlan("V1", v)})
		var err error
		if h.pendingHalts, err = state.ReadPendingHalts(path); err != nil {
			t.Fatal(err)
		}
		l.state["enabled"], v.state["open"], l.haltErr = 1, 1, drivers.ErrPortLost
		stop := h.runLoops(t)
		defer stop()
		time.Sleep(1500 * time.Millisecond)
		if _, err := h.commander.Command(t.Context(), order("laser", "power", 10)); !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("a command before the halt = %v, want %v", err, buffer.ErrConflict)
		}
		l.with(func() { l.haltErr = nil })
		time.Sleep(2 * time.Second)
		if l.is("enabled") != 0 || v.is("open") != 1 {
			t.Errorf("laser %v, valve %v; want the laser off and the valve as it was", l.is("enabled"), v.is("open"))
		}
		if d, err := state.ReadPendingHalts(path); err != nil || d.Has("laser") {
			t.Errorf("after the halt %+v, %v are still owed", d, err)
		}
	})
}

func TestLaserFoundOnUnderALatchIsHalted(t *testing.T) {
	for _, c := range []struct {
		state string
		latch func(h *agent)
		says  string
	}{
		{"of a rule, from before the restart", func(h *agent) { h.commander.RestoreTrip("pressure", true, "as told") }, "before the restart"},
		{"of agent halt", func(h *agent) { h.commander.Latch("latched by agent halt") }, "latched by agent halt"},
	} {
		t.Run(c.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBubble(t)
				c.latch(b.agent)
				defer b.agent.runLoops(t)()
				time.Sleep(1500 * time.Millisecond)
				b.laser.with(func() { b.laser.state["enabled"] = 1 }) // by a hand at its panel
				time.Sleep(1500 * time.Millisecond)
				if b.laser.is("enabled") != 0 || !strings.Contains(b.halts(), c.says) {
					t.Errorf("enabled = %v, halts %q; want it off, and said why", b.laser.is("enabled"), b.halts())
				}
			})
		})
	}
}

func TestLockOutlivesAStepOfTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer wallShift.Store(0)
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", &fake{})})
		defer stop()
		synctest.Wait()
		boss := buffer.Principal{Name: "boss", Rights: []string{buffer.RightCommand}}
		if err := h.commander.Lock(t.Context(), buffer.LockRequest{By: boss, Device: "V1", For: time.Hour}); err != nil {
			t.Fatal(err)
		}
		wallShift.Store(int64(365 * 24 * time.Hour)) // the time server was heard
		if _, err := h.commander.Command(t.Context(), order("V1", "open", 1)); !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("a command under a lock after the clock was set = %v, want %v", err, buffer.ErrConflict)
		}
		s, err := h.Status("")
		if err != nil {
			t.Fatal(err)
		}
		if left := time.Until(s.Devices[0].Lock.Until.Add(-365 * 24 * time.Hour)); math.Abs((left - time.Hour).Seconds()) > 1 {
			t.Errorf("the lock is shown to end in %v, want an hour", left)
		}
		time.Sleep(time.Hour)
		if _, err := h.commander.Command(t.Context(), order("V1", "open", 1)); err != nil {
			t.Errorf("a command after the lock's time = %v, want nil", err)
		}
	})
}

func TestPipetteShotWhoseValveWasNotSeenTravelling(t *testing.T) {
	h := quietAgent([]*config.DevicePlan{valvePlan("V1", &fake{}), valvePlan("V2", &fake{})})
	h.plan().Pipettes = []*rules.Pipette{{Name: "air", In: rules.Ref{Device: "V1", Point: "open"}, Out: rules.Ref{Device: "V2", Point: "open"}}}
	see := func(valve string, value float64, missing string) {
		i := h.made(h.plan().Device(valve))
		if known := h.fleet.Find(valve); known != nil {
			i = known
		} else {
			h.fleet.Add(i)
		}
		i.Accept([]drivers.Reading{{Name: "open", Value: value, Missing: missing}})
	}
	for _, valve := range []string{"V1", "V2"} {
		see(valve, 0, "")
		see(valve, 0, "travelling")
		see(valve, 1, "")
		see(valve, 0, "travelling")
		see(valve, 0, "")
	}
	if shots := h.commander.CountOf("air").Shots; shots != 1 {
		t.Errorf("inner and then outer opened: %d shots, want 1", shots)
	}
	counted := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "agent_pipette_shots_total" })
	if len(counted) != 1 {
		t.Errorf("%d events of shots, want 1", len(counted))
	}
}
