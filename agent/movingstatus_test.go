package main

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/agent/config"
	"pychron-edge/telemetry"
)

// A move lasts a fraction of a second and a published status stands for many: who reads it later would see a valve that moves for
// ever. GET /status, which is made for the asker, says it.
func TestPublishedStatusNamesNoMove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", &fake{setTime: time.Second})})
		defer stop()
		time.Sleep(1500 * time.Millisecond)
		done := make(chan struct{})
		go func() {
			defer close(done)
			h.commander.Command(t.Context(), order("V1", "open", 1))
		}()
		time.Sleep(500 * time.Millisecond)
		now, err := h.Status("")
		if err != nil || !now.Devices[0].Controls[0].Moving {
			t.Errorf("GET /status = %+v, %v, want a valve that moves", now.Devices[0].Controls, err)
		}
		var s telemetry.StatusPayload
		if err := json.Unmarshal(h.status.Payload(true), &s); err != nil || s.Devices[0].Controls[0].Moving {
			t.Errorf("published: %+v, %v, want no word of the move", s.Devices[0].Controls, err)
		}
		<-done
	})
}
