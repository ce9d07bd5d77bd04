package main

import (
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
)

func TestFailureIsToldOnTransition(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{gaugePlan("ion1", g)})
		defer stop()
		time.Sleep(10 * time.Second)
		g.with(func() { g.readErr = drivers.ErrTimeout })
		time.Sleep(30 * time.Second)
		if n := len(h.picked(buffer.Audit, kind(buffer.Failure))); n != 1 {
			t.Errorf("30 s of silence made %d failure events, want 1", n)
		}
		if s := h.present.Device("ion1"); len(s) != 1 || s[0].Missing != "no answer" {
			t.Errorf("present = %+v, want it missing", s)
		}
		g.with(func() { g.readErr = drivers.ErrGarbled })
		time.Sleep(5 * time.Second)
		if n := len(h.picked(buffer.Audit, kind(buffer.Failure))); n != 2 {
			t.Errorf("another class of error made %d failure events in all, want 2", n)
		}
		time.Sleep(11 * time.Minute)
		if n := len(h.picked(buffer.Audit, kind(buffer.Failure))); n != 3 {
			t.Errorf("11 minutes more made %d failure events in all, want 3", n)
		}
		g.with(func() { g.readErr = nil })
		time.Sleep(time.Second + time.Millisecond)
		if n := len(h.picked(buffer.Audit, kind(buffer.Recovery))); n != 1 {
			t.Errorf("%d recovery events within a second of the return, want 1", n)
		}
		if s := h.present.Device("ion1"); s[0].Missing != "" {
			t.Errorf("present after the return = %+v, want a value", s)
		}
	})
}

func TestReadingsBecomeEventsByDeadbandAndHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{gaugePlan("ion1", g)})
		defer stop()
		time.Sleep(30*time.Second + time.Millisecond)
		readings := func() int { return len(h.picked(buffer.Readings, kind(buffer.Reading))) }
		if n := readings(); n != 1 {
			t.Errorf("a gauge that stands still made %d events in 30 s, want 1", n)
		}
		g.with(func() { g.gauge.Value *= 1.02 })
		time.Sleep(time.Second)
		if n := readings(); n != 2 {
			t.Errorf("a step of 2 %% made %d events in all, want 2", n)
		}
		time.Sleep(time.Minute)
		if n := readings(); n != 3 {
			t.Errorf("a minute more made %d events in all, want 3: the heartbeat", n)
		}
		h.SetCapture("jr", false)
		time.Sleep(10 * time.Minute)
		if n := readings(); n != 3 {
			t.Errorf("without capture there are %d events, want 3", n)
		}
	})
}

func TestStateChangeIsAuditedAndItsHeartbeatIsNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", v)})
		defer stop()
		time.Sleep(5 * time.Minute)
		v.with(func() { v.state["open"] = 1 })
		time.Sleep(2 * time.Second)
		states := h.picked(buffer.Audit, kind(buffer.State))
		if len(states) != 2 || states[1].Note != "old=0 actuations=1" || states[1].Metric != "valve_is_open" {
			t.Errorf("states in the audit = %+v, want the first and one change with its count", states)
		}
		if n := len(h.picked(buffer.Readings, kind(buffer.Reading))); n < 4 || n > 5 {
			t.Errorf("%d heartbeats in 5 minutes, want 4 or 5", n)
		}
	})
}

// A halt has its device polled out of turn; however it falls, the next poll is at most a period later.
func TestNextPollIsAtMostAPeriodAfterOneOutOfTurn(t *testing.T) {
	for _, after := range []time.Duration{0, 100, 400, 499, 500, 501, 900, 999} {
		synctest.Test(t, func(t *testing.T) {
			v := &fake{}
			h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", v)})
			defer stop()
			time.Sleep(10*time.Second + after*time.Millisecond)
			h.fleet.Find("V1").PollNow()
			synctest.Wait()
			v.with(func() { v.state["open"] = 1 }) // somebody's hand
			time.Sleep(time.Second + time.Millisecond)
			if s := h.present.Device("V1"); s[0].Value != 1 {
				t.Errorf("a change %v into a period is not seen a period later: %+v", after*time.Millisecond, s[0])
			}
		})
	}
}

func TestFirstAnswerIsNoRecovery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, stop := testAgent(t, []*config.DevicePlan{gaugePlan("ion1", &fake{})})
		defer stop()
		time.Sleep(time.Second)
		if n := len(h.picked(buffer.Audit, kind(buffer.Recovery))); n != 0 {
			t.Errorf("%d recovery events at the start, want 0", n)
		}
		if got := h.fleet.Health("ion1"); got != "healthy" {
			t.Errorf("health = %q, want healthy", got)
		}
	})
}
