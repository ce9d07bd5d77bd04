package main

import (
	"maps"
	"slices"
	"time"

	"pychron-edge/buffer"
)

// standing makes an event when an alarm begins and when it ends.
type standing struct {
	alarm  string // its name, to which the lane is added
	record func(*buffer.Event)

	active map[laneKey]bool
}

// update takes what is the case now, with the reason.
func (s *standing) update(now time.Time, current map[laneKey]string) {
	if s.active == nil {
		s.active = map[laneKey]bool{}
	}
	for _, k := range slices.SortedFunc(maps.Keys(current), laneKey.compare) {
		if s.active[k] {
			continue
		}
		s.active[k] = true
		s.event(now, k, 1, buffer.Error, "active", current[k])
	}
	for _, k := range slices.SortedFunc(maps.Keys(s.active), laneKey.compare) {
		if _, is := current[k]; is {
			continue
		}
		delete(s.active, k)
		s.event(now, k, 0, buffer.Info, "success", "over")
	}
}

func (s *standing) event(now time.Time, k laneKey, value float64, severity buffer.Severity, status, note string) {
	name := s.alarm
	if k.lane != 0 {
		name = k.lane.String() + " " + name
	}
	labels := buffer.MakeLabels("alarm", name, "agent", k.agent)
	if k.agent == "" {
		labels = buffer.MakeLabels("alarm", name)
	}
	s.record(&buffer.Event{Time: now.UTC(), Kind: buffer.Alarm, Severity: severity, Type: buffer.Gauge, Metric: "alarm_active", Value: value,
		Labels: labels, Status: status, Note: note})
}
