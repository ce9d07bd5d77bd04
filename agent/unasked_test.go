package main

import (
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
)

// speaker is a gauge that says an intensity unasked.
type speaker struct{ *fake }

func (speaker) Unasked(line []byte) []drivers.Reading {
	return []drivers.Reading{{Channel: string(line), Name: "intensity", Value: 1, Unit: drivers.Volts}}
}

// What came unasked survives the polls, which do not bring it, with the time it came; it is not made young by them.
func TestUnaskedSurvivesPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &fake{}
		plan := gaugePlan("ngx", g)
		plan.Line.Line.Unasked = "\n"
		open := plan.Model.Open
		plan.Model.Open = func(w drivers.Wires, o any) (drivers.Device, error) {
			if _, err := open(w, o); err != nil {
				return nil, err
			}
			return speaker{g}, nil
		}
		h, stop := testAgent(t, []*config.DevicePlan{plan})
		defer stop()
		time.Sleep(2500 * time.Millisecond)
		h.fleet.Find("ngx").Heard([]byte("ax"))
		synctest.Wait()
		came := time.Now()
		time.Sleep(3 * time.Second)
		samples := h.present.Device("ngx")
		at := func(channel string) buffer.Sample {
			for _, s := range samples {
				if s.Channel == channel {
					return s
				}
			}
			return buffer.Sample{}
		}
		if s := at("ax"); s.Value != 1 || !s.Time.Equal(came) {
			t.Errorf("3 s and polls later present = %+v, want ax as it came at %v", samples, came)
		}
		if s := at("ig"); s.Value == 0 || !s.Time.After(came) || len(samples) != 2 {
			t.Errorf("present = %+v, want one ig, read since", samples)
		}
		g.with(func() { g.readErr = drivers.ErrTimeout })
		time.Sleep(2 * time.Second)
		samples = h.present.Device("ngx")
		if s := at("ax"); s.Missing == "" {
			t.Errorf("with the instrument silent present = %+v, want ax missing", samples)
		}
	})
}
