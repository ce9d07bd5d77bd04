package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
)

// After a power cut nobody knows whether a laser is on: it is halted before anything else is sent to it.
func TestLaserThatIsNotKnownToBeOffIsHaltedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &identifying{fake: &fake{}}
		plan := laserPlan("laser", l.fake, time.Hour)
		plan.Model.Open = func(drivers.Wires, any) (drivers.Device, error) { return l, nil }
		l.state["enabled"], l.state["power"] = 1, 50
		h, stop := testAgent(t, []*config.DevicePlan{plan})
		defer stop()
		time.Sleep(100 * time.Millisecond)
		if sent := l.sent(); l.is("enabled") != 0 || !slices.Equal(sent, []string{"halt"}) {
			t.Errorf("100 ms after the start it is %v, sent %q; want it off by one halt", l.is("enabled"), sent)
		}
		halts := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Labels.Value("control") == "halt" })
		if len(halts) != 1 || !strings.Contains(halts[0].Note, "not known to be off") {
			t.Errorf("halt events = %+v, want one that says why", halts)
		}
		if len(l.did) == 0 || l.did[0] != "forget" {
			t.Errorf("did %q, want it to forget first", l.did)
		}
		if _, err := h.commander.Command(t.Context(), order("laser", "enabled", 1)); err != nil {
			t.Errorf("enabling it afterwards = %v, want nil", err)
		}
	})
}

func TestLineOfALaserThatReturns(t *testing.T) {
	for _, c := range []struct {
		state string
		asked bool
		ride  time.Duration
		away  time.Duration
		while func(f *fake, l *fakeLine) // while it is away
		on    bool                       // after it returned
		says  string
	}{
		{"after a glitch of a second", true, 5 * time.Second, time.Second, nil, true, ""},
		{"after 5 s and a half", true, 5 * time.Second, 5500 * time.Millisecond, nil, false, ""}, // not heard for stale_after before that
		{"later than its ride_through", true, 500 * time.Millisecond, time.Second, nil, false, "more than its ride_through of 500ms"},
		{"on another adapter", true, 5 * time.Second, time.Second, func(_ *fake, l *fakeLine) { l.on("0403:6001 B") }, false, "another adapter"},
		{"with another power", true, 5 * time.Second, time.Second, func(f *fake, _ *fakeLine) { f.state["power"] = 80 }, false, "power is 80 instead of 50"},
		{"after it was opened twice", true, 5 * time.Second, time.Second, func(_ *fake, l *fakeLine) { l.be(true); l.be(false) }, false, "its line was lost"},
		{"and cannot be asked", false, 0, time.Second, nil, false, "whether it is off is not known"},
		{"and cannot be asked, where the configuration says so", false, 2 * time.Second, time.Second, nil, true, ""},
	} {
		t.Run(c.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, l := &fake{}, newFakeLine()
				plan := laserPlan("laser", f, time.Hour)
				plan.Model.Asked, plan.RideThrough = c.asked, c.ride
				h, end := onLine(t, plan, l)
				defer end()
				time.Sleep(1500 * time.Millisecond)
				h.commander.Command(t.Context(), order("laser", "power", 50))
				h.commander.Command(t.Context(), order("laser", "enabled", 1))
				f.with(func() { f.readErr, f.haltErr = drivers.ErrPortLost, drivers.ErrPortLost })
				l.be(false)
				if c.while != nil {
					f.with(func() { c.while(f, l) })
				}
				time.Sleep(c.away)
				f.with(func() { f.readErr, f.haltErr = nil, nil })
				l.be(true)
				time.Sleep(time.Second)
				if on := f.is("enabled") == 1; on != c.on {
					t.Errorf("on = %t, want %t", on, c.on)
				}
				rides := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "agent_ride_throughs_total" })
				if (len(rides) == 1) != c.on || c.on && rides[0].Severity != buffer.Warning {
					t.Errorf("events of going on = %+v, want one warning where it goes on", rides)
				}
				halts := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Labels.Value("control") == "halt" })
				if last := halts[len(halts)-1]; !strings.Contains(last.Note, c.says) {
					t.Errorf("the last halt says %q, want %q", last.Note, c.says)
				}
			})
		})
	}
}

// An enable whose acknowledgement was lost may have been halted since: it is not sent again. What switches off is.
func TestOnlyWhatSwitchesOffIsSentTwice(t *testing.T) {
	for _, c := range []struct {
		control string
		value   float64
		want    []string
	}{
		{"enabled", 1, []string{"halt", "enabled 1"}},
		{"enabled", 0, []string{"halt", "enabled 0", "enabled 0"}},
		{"power", 50, []string{"halt", "power 50", "power 50"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := &fake{}
			h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour)})
			defer stop()
			synctest.Wait()
			l.with(func() { l.setErr = drivers.ErrTimeout })
			h.commander.Command(t.Context(), order("laser", c.control, c.value))
			time.Sleep(3 * time.Second)
			if sent := l.sent(); !slices.Equal(sent, c.want) {
				t.Errorf("%s %v without an acknowledgement: sent %q, want %q", c.control, c.value, sent, c.want)
			}
		})
	}
}

func TestMaxOnLatchesAndIsClearedLikeARule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Minute)})
		defer stop()
		synctest.Wait()
		h.commander.Command(t.Context(), order("laser", "enabled", 1))
		time.Sleep(time.Minute + 200*time.Millisecond)
		if l.is("enabled") != 0 {
			t.Fatal("the laser is on after max_on")
		}
		for _, control := range []string{"enabled", "power"} {
			if _, err := h.commander.Command(t.Context(), order("laser", control, 1)); !errors.Is(err, buffer.ErrConflict) {
				t.Errorf("%s after max_on = %v, want %v", control, err, buffer.ErrConflict)
			}
		}
		if _, err := h.commander.Command(t.Context(), order("laser", "enabled", 0)); err != nil {
			t.Errorf("switching off after max_on = %v, want nil", err)
		}
		s, err := h.Status("")
		if err != nil || len(s.Rules) != 1 || s.Rules[0].Name != "max_on laser" || !s.Rules[0].Tripped || !s.Rules[0].Good {
			t.Errorf("rules = %+v, %v; want max_on laser, tripped and good", s.Rules, err)
		}
		stranger := buffer.Principal{Name: "kl", Rights: []string{buffer.RightCommand}, Controls: []string{"V1.*"}}
		if err := h.commander.ClearRule(t.Context(), stranger, "max_on laser"); !errors.Is(err, buffer.ErrForbidden) {
			t.Errorf("cleared by who may not command it = %v, want %v", err, buffer.ErrForbidden)
		}
		if err := h.commander.ClearRule(t.Context(), anybody, "max_on laser"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.commander.Command(t.Context(), order("laser", "enabled", 1)); err != nil {
			t.Errorf("enabling after it was cleared = %v, want nil", err)
		}
		if trips := h.picked(buffer.Audit, kind(buffer.Trip)); len(trips) != 2 || trips[0].Value != 1 || trips[1].Value != 0 {
			t.Errorf("trips = %+v, want one and its clearing", trips)
		}
	})
}

// glowing is a laser that says it is disabled while its meter reads power.
type glowing struct{ *fake }

func (g glowing) Read(ctx context.Context) ([]drivers.Reading, error) {
	readings, err := g.fake.Read(ctx)
	return append(readings, drivers.Reading{Name: "output", Value: 30, Unit: drivers.Percent}), err
}

func TestOutputAboveZeroCountsAsOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{}
		plan := laserPlan("laser", l, 10*time.Second)
		plan.Model.Open = func(drivers.Wires, any) (drivers.Device, error) { return glowing{l}, nil }
		h, stop := testAgent(t, []*config.DevicePlan{plan})
		defer stop()
		time.Sleep(11 * time.Second)
		if !h.commander.Tripped("max_on laser") || !slices.Contains(l.sent()[1:], "halt") {
			t.Errorf("a laser that gives out power for longer than max_on: tripped %t, sent %q", h.commander.Tripped("max_on laser"), l.sent())
		}
	})
}
