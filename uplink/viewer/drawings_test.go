package main

import (
	"encoding/json"
	"testing"
	"time"

	"pychron-edge/drawing"
	"pychron-edge/telemetry"
)

// onePump is a bone with a pump that runs by a condition.
var onePump = drawing.Line{
	Parts: []drawing.Part{{Name: "bone", Kind: drawing.Volume}, {Name: "scroll", Kind: drawing.Pump}},
	Pipes: []drawing.Pipe{{Ends: []string{"bone", "scroll"}}},
}

// A pump that runs by a condition runs in the viewer as its agent says, for only the agent can judge it; and no longer than the agent is heard.
func TestPumpRunsAsInItsAgent(t *testing.T) {
	for running, want := range map[drawing.Running]drawing.Condition{drawing.Pumping: drawing.Pumped, drawing.Stopped: drawing.Static, drawing.NotKnown: drawing.Unclear} {
		f, c := newFleetAt(t)
		payload, err := json.Marshal(telemetry.StatusPayload{State: "online", Boot: "b1", Heartbeat: 60,
			Drawings: []telemetry.DrawingStatus{{Line: onePump, Pumps: map[string]drawing.Running{"scroll": running}}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.setStatus("line1", payload); err != nil {
			t.Fatal(err)
		}
		if got := drawnIn(t, f, c.at); got.Regions[0].Condition != want || got.Pumps["scroll"] != running {
			t.Errorf("the agent says %s: the bone is %s with a scroll that is %s, want %s", running, got.Regions[0].Condition, got.Pumps["scroll"], want)
		}
		later := c.at.Add(151 * time.Second) // 2.5 heartbeats
		if got := drawnIn(t, f, later); got.Regions[0].Condition != drawing.Unclear || got.Pumps["scroll"] != drawing.NotKnown {
			t.Errorf("the agent said %s and is silent: the bone is %s with a scroll that is %s, want both not known", running, got.Regions[0].Condition, got.Pumps["scroll"])
		}
	}
}

// drawnIn is the one drawing that a fleet shows.
func drawnIn(t *testing.T, f *fleet, now time.Time) telemetry.DrawingStatus {
	t.Helper()
	var st telemetry.Status
	if err := f.fill(&st, "line1", now); err != nil {
		t.Fatal(err)
	}
	if len(st.Drawings) != 1 || len(st.Drawings[0].Regions) != 1 {
		t.Fatalf("drawings %+v, want one with one region", st.Drawings)
	}
	return st.Drawings[0]
}
