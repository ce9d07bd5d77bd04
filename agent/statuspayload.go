package main

import (
	"encoding/json"
	"time"

	"pychron-edge/telemetry"
)

// statusPayload says that the agent is online, or what the broker says when it is not. It has no readings in it: those are events,
// and never retained.
func (a *agent) statusPayload(online bool) []byte {
	s, _ := a.Status("")
	w := telemetry.StatusPayload{
		State: "offline", Boot: a.boot, Version: a.version, Started: s.Started, HTTP: s.Connection.MetricsURL, Simulated: a.simulated, Clock: s.Clock,
		Heartbeat: a.heartbeat().Seconds(), StaleAfter: 2.5 * a.heartbeat().Seconds(),
	}
	if online {
		w.State = "online"
		w.Devices, w.Rules, w.Alarms, w.Pipettes = s.Devices, s.Rules, s.Alarms, s.Pipettes
		w.Through, w.Boots = a.through(), a.earlier
		for d := range w.Devices {
			for p := range w.Devices[d].Points {
				point := &w.Devices[d].Points[p]
				point.Value, point.Last, point.Age, point.Timestamp, point.Since = nil, nil, 0, nil, nil
			}
			for c := range w.Devices[d].Controls {
				w.Devices[d].Controls[c].Value = nil
			}
		}
	}
	if n := len("/metrics"); len(w.HTTP) > n {
		w.HTTP = w.HTTP[:len(w.HTTP)-n]
	}
	data, err := json.Marshal(w)
	if err != nil { // a number that JSON cannot say
		data, _ = json.Marshal(telemetry.StatusPayload{State: w.State, Boot: a.boot, Version: a.version})
	}
	return data
}

// through is how far the broker has what happened, by lane; nil before there is a publisher.
func (a *agent) through() map[string]uint64 {
	p := a.publisher.Load()
	if p == nil {
		return nil
	}
	through := map[string]uint64{}
	for lane, seq := range p.State().Through {
		if seq > 0 {
			through[lane.String()] = seq
		}
	}
	return through
}

// heartbeat is the longest of the devices': the time in which everything that stands still is told again.
func (a *agent) heartbeat() time.Duration {
	slowest := derivedHeartbeat
	for _, d := range a.plan().Devices {
		slowest = max(slowest, d.Heartbeat)
	}
	return slowest
}
