package main

import (
	"encoding/json"
	"time"

	"pychron-edge/telemetry"
)

// word is the payload of the status topic: what a viewer must know of this agent beside its events.
type word struct {
	State      string                    `json:"state"` // online, offline
	Boot       string                    `json:"boot"`
	Version    string                    `json:"version"`
	Started    time.Time                 `json:"started"`
	HTTP       string                    `json:"http"`
	Heartbeat  float64                   `json:"heartbeat"`   // seconds between two events of a point that stands still, at most
	StaleAfter float64                   `json:"stale_after"` // seconds
	Simulated  bool                      `json:"simulated"`
	Clock      telemetry.ClockStatus     `json:"clock"`
	Devices    []telemetry.DeviceStatus  `json:"devices"`
	Rules      []telemetry.RuleStatus    `json:"rules"`
	Alarms     []telemetry.AlarmStatus   `json:"alarms"`
	Pipettes   []telemetry.PipetteStatus `json:"pipettes"`
}

// word says that the agent is online, or what the broker says when it is not. It has no readings in it: those are events,
// and never retained.
func (h *house) word(online bool) []byte {
	s, _ := h.Status("")
	w := word{
		State: "offline", Boot: h.boot, Version: h.version, Started: s.Started, HTTP: s.Connection.MetricsURL, Simulated: h.simulated, Clock: s.Clock,
		Heartbeat: h.heartbeat().Seconds(), StaleAfter: 2.5 * h.heartbeat().Seconds(),
	}
	if online {
		w.State = "online"
		w.Devices, w.Rules, w.Alarms, w.Pipettes = s.Devices, s.Rules, s.Alarms, s.Pipettes
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
		data, _ = json.Marshal(word{State: w.State, Boot: h.boot, Version: h.version})
	}
	return data
}

// heartbeat is the longest of the devices': the time in which everything that stands still is told again.
func (h *house) heartbeat() time.Duration {
	longest := derivedHeartbeat
	for _, d := range h.plan().Devices {
		longest = max(longest, d.Heartbeat)
	}
	return longest
}
