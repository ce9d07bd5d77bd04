package main

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/telemetry"
)

func always(*instrument) bool   { return true }
func noneEnds(*instrument) bool { return false }

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
				h, stop := testHouse(t, []*DevicePlan{laserPlan("laser", l, time.Hour)})
				defer stop()
				synctest.Wait()
				h.door.Command(t.Context(), order("laser", "enabled", 1))
				l.with(func() { l.haltErr = c.haltErr })
				err := h.withdraw(t.Context(), h.all(), noneEnds)
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
				_, err = h.door.Command(t.Context(), order("laser", "enabled", 1))
				if errors.Is(err, telemetry.ErrConflict) == c.refused {
					t.Errorf("a command after it = %v; want it refused only where the device is being replaced", err)
				}
			})
		})
	}
}

func TestCommandUnderWayWhenItsDeviceIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{setTime: time.Second}
		h, stop := testHouse(t, []*DevicePlan{laserPlan("laser", l, time.Hour)})
		defer stop()
		synctest.Wait()
		for range 2 { // one under way, one that waits for it
			go h.door.Command(t.Context(), order("laser", "enabled", 1))
		}
		time.Sleep(100 * time.Millisecond)
		if err := h.withdraw(t.Context(), h.all(), noneEnds); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		if sent := l.sent(); !slices.Equal(sent, []string{"enabled 1", "halt"}) {
			t.Errorf("on the wire: %q; want what was under way, its halt, and nothing after it", sent)
		}
	})
}

func TestRemovedActuatorIsHaltedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fake{}
		h, stop := testHouse(t, []*DevicePlan{valvePlan("V1", v)})
		defer stop()
		synctest.Wait()
		h.door.Command(t.Context(), order("V1", "open", 1))
		out := h.all()
		h.withdraw(t.Context(), out, noneEnds)
		if v.is("open") != 1 {
			t.Error("a valve that comes back was moved")
		}
		h.withdraw(t.Context(), out, always)
		if v.is("open") != 0 {
			t.Error("a valve that nobody looks after any more was left open")
		}
	})
}

func TestHaltThatWasOwedIsMadeFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := runtimeDir(t.TempDir()).owed()
		if err := writeDebts(path, []string{"laser"}); err != nil {
			t.Fatal(err)
		}
		l, v := &fake{}, &fake{}
		h := quietHouse([]*DevicePlan{laserPlan("laser", l, time.Hour), valvePlan("V1", v)})
		var err error
		if h.owed, err = readDebts(path); err != nil {
			t.Fatal(err)
		}
		l.state["enabled"], v.state["open"], l.haltErr = 1, 1, drivers.ErrPortLost
		stop := h.runLoops(t)
		defer stop()
		time.Sleep(1500 * time.Millisecond)
		if _, err := h.door.Command(t.Context(), order("laser", "power", 10)); !errors.Is(err, telemetry.ErrConflict) {
			t.Errorf("a command before the halt = %v, want %v", err, telemetry.ErrConflict)
		}
		l.with(func() { l.haltErr = nil })
		time.Sleep(2 * time.Second)
		if l.is("enabled") != 0 || v.is("open") != 1 {
			t.Errorf("laser %v, valve %v; want the laser off and the valve as it was", l.is("enabled"), v.is("open"))
		}
		if d, err := readDebts(path); err != nil || d.owes("laser") {
			t.Errorf("after the halt %+v, %v are still owed", d, err)
		}
	})
}

func TestLaserFoundOnUnderALatchIsHalted(t *testing.T) {
	for _, c := range []struct {
		state string
		latch func(h *house)
		says  string
	}{
		{"of a rule, from before the restart", func(h *house) { h.door.latches["pressure"] = &Latch{Tripped: true, Why: "before the restart"} }, "before the restart"},
		{"of agent halt", func(h *house) { h.door.latched = "latched by agent halt" }, "latched by agent halt"},
	} {
		t.Run(c.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBubble(t)
				b.laser.state["enabled"] = 1
				c.latch(b.house)
				defer b.house.runLoops(t)()
				time.Sleep(1500 * time.Millisecond)
				if b.laser.is("enabled") != 0 || !strings.Contains(b.halts(), c.says) {
					t.Errorf("enabled = %v, halts %q; want it off, and said why", b.laser.is("enabled"), b.halts())
				}
			})
		})
	}
}

func TestStateFromBeforeACutIsNotBelieved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fake{setTime: 2 * setBound} // it moves, and does not answer
		h, stop := testHouse(t, []*DevicePlan{valvePlan("V1", v), valvePlan("V2", &fake{}, "V1")})
		defer stop()
		synctest.Wait()
		v.with(func() { v.readTime = time.Hour })
		if r, err := h.door.Command(t.Context(), order("V1", "open", 1)); r.Result != "unknown" || !errors.Is(err, telemetry.ErrUnsettled) {
			t.Fatalf("Command = %+v, %v; want unknown", r, err)
		}
		if _, err := h.door.Command(t.Context(), order("V2", "open", 1)); !errors.Is(err, telemetry.ErrConflict) {
			t.Errorf("opening V2 while nobody knows where V1 is = %v, want %v", err, telemetry.ErrConflict)
		}
	})
}

func TestCommandIsNotSentAfterItsExpiryHoweverLongItWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fake{setTime: 3 * time.Second}
		h, stop := testHouse(t, []*DevicePlan{valvePlan("V1", v)})
		defer stop()
		synctest.Wait()
		go h.door.Command(t.Context(), order("V1", "open", 1))
		time.Sleep(10 * time.Millisecond)
		late := order("V1", "open", 0)
		late.Expires = time.Now().Add(time.Second)
		if _, err := h.door.Command(t.Context(), late); !errors.Is(err, telemetry.ErrExpired) {
			t.Errorf("a command whose turn came after its expiry = %v, want %v", err, telemetry.ErrExpired)
		}
		if sent := v.sent(); !slices.Equal(sent, []string{"open 1"}) {
			t.Errorf("sent %q, want nothing of the expired one", sent)
		}
	})
}

func TestLockOutlivesAStepOfTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer wallShift.Store(0)
		h, stop := testHouse(t, []*DevicePlan{valvePlan("V1", &fake{})})
		defer stop()
		synctest.Wait()
		boss := telemetry.Principal{Name: "boss", Rights: []string{telemetry.Act}}
		if err := h.door.Lock(t.Context(), telemetry.LockRequest{By: boss, Device: "V1", For: time.Hour}); err != nil {
			t.Fatal(err)
		}
		wallShift.Store(int64(365 * 24 * time.Hour)) // the time server was heard
		if _, err := h.door.Command(t.Context(), order("V1", "open", 1)); !errors.Is(err, telemetry.ErrConflict) {
			t.Errorf("a command under a lock after the clock was set = %v, want %v", err, telemetry.ErrConflict)
		}
		s, err := h.Status("")
		if err != nil {
			t.Fatal(err)
		}
		if left := time.Until(s.Devices[0].Lock.Until.Add(-365 * 24 * time.Hour)); math.Abs((left - time.Hour).Seconds()) > 1 {
			t.Errorf("the lock is shown to end in %v, want an hour", left)
		}
		time.Sleep(time.Hour)
		if _, err := h.door.Command(t.Context(), order("V1", "open", 1)); err != nil {
			t.Errorf("a command after the lock's time = %v, want nil", err)
		}
	})
}

func TestPipetteShotWhoseValveWasNotSeenTravelling(t *testing.T) {
	h := quietHouse([]*DevicePlan{valvePlan("V1", &fake{}), valvePlan("V2", &fake{})})
	h.plan().Pipettes = []*Pipette{{PipetteConfig{Name: "air"}, Ref{"V1", "open"}, Ref{"V2", "open"}}}
	see := func(valve string, value float64, missing string) {
		i := h.newInstrument(h.plan().Device(valve), realFittings())
		if known := h.instrument(valve); known != nil {
			i = known
		} else {
			h.instruments = append(h.instruments, i)
		}
		i.accept([]drivers.Reading{{Name: "open", Value: value, Missing: missing}})
	}
	for _, valve := range []string{"V1", "V2"} {
		see(valve, 0, "")
		see(valve, 0, "travelling")
		see(valve, 1, "")
		see(valve, 0, "travelling")
		see(valve, 0, "")
	}
	if shots := h.door.shotsOf("air"); shots != 1 {
		t.Errorf("inner and then outer opened: %d shots, want 1", shots)
	}
	counted := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "agent_pipette_shots_total" })
	if len(counted) != 1 {
		t.Errorf("%d events of shots, want 1", len(counted))
	}
}

func TestRulesAreJudgedBeforeEverySetWhoeverElseLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		h := b.house
		h.work = newGroup(t.Context(), func(err error) { t.Error(err) }) // no supervisor looks
		loops, lines := newGroup(t.Context(), h.work.fail), newGroup(t.Context(), h.work.fail)
		h.equip(loops, lines, h.plan(), realFittings(), func(*DevicePlan) bool { return true })
		time.Sleep(1500 * time.Millisecond)
		b.gauge.with(func() { b.gauge.readTime = time.Hour }) // its driver hangs, so that nothing is read and nothing fails
		time.Sleep(8 * time.Second)
		if _, err := h.door.Command(t.Context(), order("laser", "enabled", 1)); !errors.Is(err, telemetry.ErrConflict) || !h.door.tripped("pressure") {
			t.Errorf("enabling on a value that went stale = %v, tripped %t; want it refused by a trip", err, h.door.tripped("pressure"))
		}
		h.shutdown(loops, lines, "test")
	})
}

// slow is a valve that takes its time to say what it is.
type slow struct {
	*fake
	takes time.Duration
}

func (s *slow) Identify(ctx context.Context) (drivers.Identity, error) {
	return drivers.Identity{}, wait(ctx, s.takes)
}

func TestCommandIsJudgedAgainAfterItsDeviceWasIdentified(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, l := &slow{fake: &fake{}}, newFakeLine()
		d := valvePlan("V1", v.fake)
		d.Every = time.Hour // no poll gets there first
		d.Model.Open = func(drivers.Wires, any) (drivers.Device, error) { return v, nil }
		h, end := onLine(t, d, l)
		defer end()
		time.Sleep(time.Second)
		v.takes = 3 * time.Second
		h.instrument("V1").turn.retire(time.Second) // so that the poll at the line's return does not identify it
		l.be(false)
		l.be(true)
		time.Sleep(time.Second)
		h.instrument("V1").turn.revive()
		o := order("V1", "open", 1)
		o.Expires = time.Now().Add(time.Second)
		if _, err := h.door.Command(t.Context(), o); !errors.Is(err, telemetry.ErrExpired) || len(v.sent()) != 0 {
			t.Errorf("a command that expired while its device was identified = %v, sent %q; want %v and nothing", err, v.sent(), telemetry.ErrExpired)
		}
	})
}

func TestCommandsThatWaitAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fake{setTime: time.Second}
		h, stop := testHouse(t, []*DevicePlan{valvePlan("V1", v)})
		defer stop()
		synctest.Wait()
		for n := range queueLimit {
			go h.door.Command(t.Context(), order("V1", "open", float64(n%2)))
		}
		synctest.Wait()
		if _, err := h.door.Command(t.Context(), order("V1", "open", 1)); !errors.Is(err, telemetry.ErrConflict) {
			t.Errorf("one command more than may wait = %v, want %v", err, telemetry.ErrConflict)
		}
		if _, err := h.door.Command(t.Context(), order("V1", "open", 0)); err != nil {
			t.Errorf("closing behind the crowd = %v, want nil", err)
		}
		if sent := len(v.sent()); sent != queueLimit+1 {
			t.Errorf("%d commands were sent, want the %d that were let in", sent, queueLimit+1)
		}
	})
}
