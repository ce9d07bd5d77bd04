package main

import (
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
)

// A number that is one of a few is a number in events and status, and its name stands beside it in both.
func TestStatesHaveNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &fake{}
		plan := gaugePlan("turbo", g)
		g.gauge = drivers.Reading{Name: "state", Unit: drivers.Number, Value: 4}
		plan.Points = []config.PointPlan{{Point: drivers.Point{Name: "state", Unit: drivers.Number, States: drivers.NewStates(map[int]string{0: "off", 4: "running"})}}}
		h, stop := testAgent(t, []*config.DevicePlan{plan})
		defer stop()
		time.Sleep(2500 * time.Millisecond)
		synctest.Wait()
		events := h.picked(buffer.Readings, func(e *buffer.Event) bool { return e.Device == "turbo" })
		if len(events) != 1 || events[0].Value != 4 || events[0].Note != "state=running" || events[0].Metric != "state" {
			t.Errorf("events = %+v, want one: state = 4, running", events)
		}
		s := h.status.Status().Devices[0]
		if len(s.Points) != 1 || s.Points[0].Value == nil || *s.Points[0].Value != 4 || s.Points[0].States["4"] != "running" {
			t.Errorf("status = %+v, want 4 and its name", s.Points)
		}
	})
}
