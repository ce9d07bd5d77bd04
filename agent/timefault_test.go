package main

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
)

// wallFaults are how the wall clock goes wrong at a moment, and how wrong it is at the start.
var wallFaults = []struct {
	fault         string
	before, after time.Duration
	synced        bool
}{
	{"none", 0, 0, true},
	{"no clock at the start", -20 * 365 * 24 * time.Hour, -20 * 365 * 24 * time.Hour, false},
	{"no clock at the start, set later", -20 * 365 * 24 * time.Hour, 0, true},
	{"years ahead, set later", 20 * 365 * 24 * time.Hour, 0, true},
	{"an hour forward", 0, time.Hour, true},
	{"an hour back", 0, -time.Hour, true},
}

// For no step of the wall clock is anything longer than its bound: a lease, max_on, the time a command may wait, a lock, a bypass.
func TestNothingIsLongerThanItsBoundWhateverTheWallSays(t *testing.T) {
	for _, c := range wallFaults {
		t.Run(c.fault, func(t *testing.T) {
			for bound, f := range map[string]func(*timed, *testing.T){
				"lease": (*timed).lease, "max_on": (*timed).maxOn, "expiry": (*timed).expiry, "lock": (*timed).lock, "bypass": (*timed).bypass,
			} {
				t.Run(bound, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						defer wallShift.Store(0)
						wallShift.Store(int64(c.before))
						w := newTimed(t)
						w.agent.clock.Sync = func() bool { return c.synced }
						defer w.agent.runLoops(t)()
						time.Sleep(1100 * time.Millisecond)
						w.step = func() { wallShift.Store(int64(c.after)) }
						f(w, t)
					})
				})
			}
		})
	}
}

// timed is an agent whose wall clock steps.
type timed struct {
	agent               *agent
	gauge, laser, valve *fake
	step                func()
}

func (w *timed) lease(t *testing.T) {
	w.on(t)
	if _, err := w.agent.commander.Hold(t.Context(), buffer.HoldRequest{By: anybody, Device: "laser", For: 3 * time.Second}); err != nil {
		t.Fatal(err)
	}
	w.offAfter(t, 3*time.Second)
}

func newTimed(t *testing.T) *timed {
	w := &timed{gauge: &fake{}, laser: &fake{}, valve: &fake{setTime: 3 * time.Second}}
	w.agent = quietAgent([]*config.DevicePlan{gaugePlan("ion1", w.gauge), laserPlan("laser", w.laser, 10*time.Second), valvePlan("V1", w.valve)}, pressureRule(t))
	return w
}

// on switches the laser on.
func (w *timed) on(t *testing.T) {
	t.Helper()
	if _, err := w.agent.commander.Command(t.Context(), order("laser", "enabled", 1)); err != nil {
		t.Fatal(err)
	}
}

// offAfter lets the wall step half-way, and looks at when the laser goes off.
func (w *timed) offAfter(t *testing.T, bound time.Duration) {
	t.Helper()
	begun := time.Now()
	time.Sleep(bound / 2)
	w.step()
	for w.laser.is("enabled") == 1 && time.Since(begun) < time.Hour {
		time.Sleep(10 * time.Millisecond)
	}
	if took := time.Since(begun); took < bound || took > bound+200*time.Millisecond {
		t.Errorf("off after %v, want %v", took, bound)
	}
}

func (w *timed) maxOn(t *testing.T) {
	w.on(t)
	w.offAfter(t, 10*time.Second)
}

// expiry has a command wait behind another one for longer than it may.
func (w *timed) expiry(t *testing.T) {
	go w.agent.commander.Command(t.Context(), order("V1", "open", 0))
	synctest.Wait()
	c := order("V1", "open", 1)
	c.Expires = w.agent.clock.Now().Add(time.Second)
	time.AfterFunc(500*time.Millisecond, w.step)
	if r, err := w.agent.commander.Command(t.Context(), c); r.Result != "" || !errors.Is(err, buffer.ErrExpired) {
		t.Errorf("a command that waited for 3 s and may wait for 1 s = %q, %v; want %v", r.Result, err, buffer.ErrExpired)
	}
	if w.valve.is("open") != 0 {
		t.Error("it was sent")
	}
}

func (w *timed) lock(t *testing.T) {
	if err := w.agent.commander.Lock(t.Context(), buffer.LockRequest{By: anybody, Device: "laser", For: 10 * time.Minute}); err != nil {
		t.Fatal(err)
	}
	fires := func() bool {
		_, err := w.agent.commander.Command(t.Context(), order("laser", "enabled", 1))
		return err == nil
	}
	time.Sleep(5 * time.Minute)
	w.step()
	time.Sleep(5*time.Minute - time.Second)
	if fires() {
		t.Error("the lock ended before its time")
	}
	time.Sleep(2 * time.Second)
	if !fires() {
		t.Error("the lock holds after its time")
	}
}

func (w *timed) bypass(t *testing.T) {
	w.gauge.reads(1)
	time.Sleep(2 * time.Second)
	boss := buffer.Principal{Name: "boss", Rights: []string{buffer.RightCommand, buffer.RightAdmin}}
	if err := w.agent.commander.BypassRule(t.Context(), boss, "pressure", 5*time.Second, "a test"); err != nil {
		t.Fatal(err)
	}
	w.on(t)
	w.offAfter(t, 5*time.Second)
}
