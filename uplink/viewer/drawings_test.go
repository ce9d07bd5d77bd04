package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
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

// valved is a bone with a gauge that V1 separates from a trap.
var valved = drawing.Line{
	Parts: []drawing.Part{{Name: "bone", Kind: drawing.Volume}, {Name: "trap", Kind: drawing.Volume},
		{Name: "V1", Kind: drawing.Valve, Device: "V1", Point: "open", Shown: []string{"open", "closed"}}, {Name: "G", Kind: drawing.Gauge, Device: "ion1", Point: "ig", On: "bone"}},
	Pipes: []drawing.Pipe{{Ends: []string{"bone", "V1"}}, {Ends: []string{"V1", "trap"}}, {Ends: []string{"bone", "G"}}},
}

// For how long a region is static, and how fast it rises, is as its agent has published it; not known once that is old, once a valve has moved since, for another
// region, and where the agent is not heard.
func TestRegionLastsAsInItsAgent(t *testing.T) {
	const seconds = time.Second
	closed := valved.Regions(drawing.Situation{Valves: map[string]drawing.Standing{"V1": {State: drawing.Closed}}})
	rate, scatter := 3e-7, 1e-8
	lasting := drawing.LastingOf(closed, 100*seconds)
	lasting[0].Began, lasting[0].Rises = 40, []drawing.Rise{{Gauge: "G", Verdict: drawing.Rising, Points: 60, Seconds: 59, Rate: &rate, Error: &scatter}}

	for _, c := range []struct {
		name  string
		valve []float64     // what V1 shows, at 90 s, 101 s, 102 s …
		later time.Duration // from the last of that, which the agent records at 100 s
		since float64       // -1: not known
	}{
		{"just published", []float64{0}, 0, 60},
		{"20 s later", []float64{0}, 20 * seconds, 80},
		{"30 s later", []float64{0}, 30 * seconds, -1},
		{"silent", []float64{0}, 200 * seconds, -1},
		{"moved there and back", []float64{0, 1, 0}, 0, -1},
		{"read again", []float64{0, 0, 0}, 0, 62},
		{"open", []float64{0, 1}, 0, -1},
	} {
		f, clock := newFleetAt(t)
		payload, err := json.Marshal(telemetry.StatusPayload{State: "online", Boot: "b1", Heartbeat: 60,
			Drawings: []telemetry.DrawingStatus{{Line: valved, Lasting: lasting, Judged: 100}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.setStatus("line1", payload); err != nil {
			t.Fatal(err)
		}
		add := func(up time.Duration, device, point string, unit buffer.Unit, value float64) {
			e := buffer.Event{Time: clock.at.Add(up), Source: "line1", Boot: "b1", Kind: buffer.State, Device: device, Point: point, Metric: point, Unit: unit, Value: value, Up: up}
			f.addEvent(&e)
		}
		for i, value := range c.valve {
			up := 90 * seconds
			if i > 0 {
				up = time.Duration(100+i) * seconds
			}
			add(up, "V1", "open", "", value)
		}
		add(max(100, 100+time.Duration(len(c.valve)-1))*seconds, "ion1", "ig", buffer.Pascals, 1e-6)
		var st telemetry.Status
		if err := f.fill(&st, "line1", clock.at.Add(c.later)); err != nil {
			t.Fatal(err)
		}
		r := st.Drawings[0].Regions[0]
		switch {
		case len(st.Drawings[0].Lasting) != 0 || st.Drawings[0].Judged != 0:
			t.Errorf("%s: the viewer passes on what was published", c.name)
		case c.since < 0 && (!r.Undated || r.Since != 0 || len(r.Rises) > 0 && r.Rises[0].Rate != nil):
			t.Errorf("%s: a bone for %g s with %+v, want not known", c.name, r.Since, r.Rises)
		case c.since >= 0 && (r.Undated || r.Since != c.since || len(r.Rises) != 1 || r.Rises[0].Rate == nil || *r.Rises[0].Rate != rate):
			t.Errorf("%s: a bone for %g s (undated %t) with %+v, want %g s and its rate", c.name, r.Since, r.Undated, r.Rises, c.since)
		}
	}
}

// What an agent publishes of its regions is checked: nothing that a page computes with may be missing or out of all bounds.
func TestLastingChecked(t *testing.T) {
	rate := 1.0
	for want, d := range map[string]telemetry.DrawingStatus{
		"judged at":         {Judged: -1},
		"judged at 2e+09":   {Judged: 2e9},
		"region that began": {Judged: 10, Lasting: []drawing.Lasting{{Began: 11}}},
		"drawing of 2001":   {Lasting: make([]drawing.Lasting, 2001)},
		"a region of 1001":  {Lasting: []drawing.Lasting{{Parts: make([]string, 1001)}}},
		"a rise by gauge":   {Lasting: []drawing.Lasting{{Rises: []drawing.Rise{{Gauge: "G", Rate: &rate}}}}},
	} {
		payload, err := json.Marshal(telemetry.StatusPayload{State: "online", Boot: "b1", Drawings: []telemetry.DrawingStatus{d}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parseStatus(payload); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v", want, err)
		}
	}
}

// Of an agent that has gone nothing lasts, not even what no valve and no pump could have changed.
func TestNothingLastsOffline(t *testing.T) {
	drawn := onePump
	drawn.Parts = append(drawn.Parts[:1:1], drawing.Part{Name: "scroll", Kind: drawing.Pump, Assumed: true})
	f, clock := newFleetAt(t)
	for _, state := range []string{"online", "offline"} {
		payload, err := json.Marshal(telemetry.StatusPayload{State: state, Boot: "b1", Heartbeat: 60,
			Drawings: []telemetry.DrawingStatus{{Line: drawn, Lasting: drawing.LastingOf(drawn.Regions(drawing.Situation{Pumps: map[string]drawing.Running{"scroll": drawing.Pumping}}), 0)}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.setStatus("line1", payload); err != nil {
			t.Fatal(err)
		}
		if got := drawnIn(t, f, clock.at).Regions[0]; got.Condition != drawing.Pumped || got.Undated != (state == "offline") {
			t.Errorf("of an agent that is %s the bone is %s, undated %t", state, got.Condition, got.Undated)
		}
	}
}
