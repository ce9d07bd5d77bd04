package main

import (
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/agent/config"
	"pychron-edge/drivers"
)

// A gauge that has not answered since the start is in the status: its channel is missing, with no value and no time, and takes its
// place in order once it answers.
func TestUnreadIsMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{readErr: drivers.ErrTimeout}
		h, stop := testAgent(t, []*config.DevicePlan{gaugePlan("ion1", f)})
		defer stop()
		look := func() (missing string, live bool) {
			s, err := h.Status("")
			if err != nil || len(s.Devices[0].Points) != 1 {
				t.Fatalf("points %+v, %v, want one", s.Devices[0].Points, err)
			}
			p := s.Devices[0].Points[0]
			if p.Point != "ig" || p.Metric != "pressure_pascals" {
				t.Errorf("point %+v, want ig, pressure_pascals", p)
			}
			return p.Missing, p.Value != nil && p.Timestamp != nil
		}
		if missing, live := look(); missing != "not read yet" || live {
			t.Errorf("before the first answer: %q, live %v, want missing", missing, live)
		}
		f.with(func() { f.readErr = nil })
		time.Sleep(time.Minute)
		if missing, live := look(); missing != "" || !live {
			t.Errorf("after it: %q, live %v, want a value", missing, live)
		}
	})
}
