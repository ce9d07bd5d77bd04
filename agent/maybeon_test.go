package main

import (
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
)

func TestLaserCountsAsOnWhileItIsToldTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{setTime: 2 * time.Second}
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour)})
		defer stop()
		time.Sleep(time.Second)
		begun := h.clock.Up()
		go h.commander.Command(t.Context(), order("laser", "enabled", 1))
		time.Sleep(time.Second)
		if got := h.fleet.Find("laser").LaserOnSince(); got != begun {
			t.Errorf("half-way through enabling, the laser counts as on since %v, want %v: the command may have arrived", got, begun)
		}
	})
}

func TestLaserNotHeardSinceItWasEnabledIsHalted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour)})
		defer stop()
		time.Sleep(time.Second)
		l.with(func() { l.setErr, l.readErr = drivers.ErrTimeout, drivers.ErrTimeout })
		h.commander.Command(t.Context(), order("laser", "enabled", 1))
		if l.is("enabled") != 1 {
			t.Fatal("the instrument took no command, so there is nothing to test")
		}
		time.Sleep(6 * time.Second) // stale_after is 5 s
		if l.is("enabled") != 0 {
			t.Errorf("a laser that may be on and is not heard is not halted; on its wire %q", l.sent())
		}
	})
}

func TestLaserStaysOnAfterAHaltThatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour)})
		defer stop()
		time.Sleep(time.Second)
		h.commander.Command(t.Context(), order("laser", "enabled", 1))
		since := h.fleet.Find("laser").LaserOnSince()
		l.with(func() { l.haltErr, l.readErr = drivers.ErrPortLost, drivers.ErrPortLost })
		if r, _ := h.commander.Halt(t.Context(), haltedBy); r.Failed["laser"] == "" {
			t.Fatalf("Halt = %+v, want the laser among what failed", r)
		}
		if got := h.fleet.Find("laser").LaserOnSince(); got != since || since == 0 {
			t.Errorf("after a halt that failed the laser counts as on since %v, want %v as before", got, since)
		}
		l.with(func() { l.haltErr = nil })
		if r, _ := h.commander.Halt(t.Context(), haltedBy); r.Unconfirmed["laser"] == "" {
			t.Fatalf("Halt = %+v, want the laser told, and not confirmed: it does not answer", r)
		}
		if got := h.fleet.Find("laser").LaserOnSince(); got != 0 {
			t.Errorf("after a halt that was acknowledged the laser counts as on since %v, want off", got)
		}
	})
}

var haltedBy = buffer.Principal{Name: "jr", Via: "http", Rights: []string{buffer.RightHalt}}
