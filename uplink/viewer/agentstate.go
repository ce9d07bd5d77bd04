package main

import (
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// staleHeartbeats is how many of an agent's heartbeats may pass without a message before the agent is stale.
const staleHeartbeats = 2.5

// agentState is the last known state of one agent. The fleet's lock guards it.
type agentState struct {
	status      telemetry.StatusPayload
	lastMessage time.Time // the last message of any kind, by the viewer's clock
	since       time.Time // of status.State
	samples     map[string]map[string]sample
	pointCount  int           // how many samples there are
	up          time.Duration // of the newest event of the boot
	upAt        time.Time     // when that came
	failures    map[string]failure
}

// sample is the last event of one point.
type sample struct {
	metric, name string
	unit         buffer.Unit
	value        float64
	bound        buffer.Bound
	missing      string
	boot         string
	up           time.Duration // its agent's time of the boot
	at, arrived  time.Time
	since        time.Time     // of this value, for 0/1 points
	sinceUp      time.Duration // the same by its agent's time of the boot
}

// failure is why a device failed, and when.
type failure struct {
	since  time.Time
	reason string
}

// maxPoints is how many points of one agent are shown live. The events of others are stored all the same.
const maxPoints = 10000

// follows reports whether a sample is newer than an event of its point. In one boot the boot's own time counts: the clock may have been set back.
func (s *sample) follows(e *buffer.Event) bool {
	if s.boot == e.Boot {
		return e.Up < s.up
	}
	return e.Time.Before(s.at)
}

func (a *agentState) setSample(e *buffer.Event, now time.Time) {
	points := a.samples[e.Device]
	old, known := points[e.Point]
	if known && old.follows(e) || !known && a.pointCount >= maxPoints {
		return
	}
	if points == nil {
		points = map[string]sample{}
		a.samples[e.Device] = points
	}
	if !known {
		a.pointCount++
	}
	s := sample{metric: e.Metric, name: e.Point, unit: e.Unit, value: e.Value, bound: e.Bound, missing: e.Missing, boot: e.Boot, up: e.Up, at: e.Time, arrived: now, since: e.Time, sinceUp: e.Up}
	if known && old.value == e.Value && old.missing == e.Missing {
		s.since, s.sinceUp = old.since, old.sinceUp
	}
	points[e.Point] = s
}

// state is "online", "stale" (no message for staleAfter) or "offline".
func (a *agentState) state(now time.Time) string {
	switch {
	case a.status.State == "offline":
		return "offline"
	case now.Sub(a.lastMessage) > a.staleAfter():
		return "stale"
	case a.status.State == "":
		return "stale"
	}
	return "online"
}

// staleAfter is how long the agent may send nothing before it is stale.
func (a *agentState) staleAfter() time.Duration {
	heartbeat := a.status.Heartbeat
	if heartbeat <= 0 {
		heartbeat = 60
	}
	return time.Duration(heartbeat * staleHeartbeats * float64(time.Second))
}

// addStanding adds the agent's rules, alarms and pipettes to st, each with the agent that has it: two agents may call theirs alike. What the
// agent itself says of that is not believed.
func (a *agentState) addStanding(st *telemetry.Status, source string) {
	for _, r := range a.status.Rules {
		r.Source = source
		st.Rules = append(st.Rules, r)
	}
	for _, al := range a.status.Alarms {
		al.Source = source
		st.Alarms = append(st.Alarms, al)
	}
	for _, p := range a.status.Pipettes {
		p.Source = source
		st.Pipettes = append(st.Pipettes, p)
	}
}
