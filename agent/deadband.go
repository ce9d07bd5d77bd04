package main

import (
	"math"
	"time"

	"pychron-edge/buffer"
)

// deadband is how far a value must move from the last event of its channel to be an event again: absolute in the unit, or
// a fraction of the last value.
type deadband struct {
	absolute float64
	relative float64
}

// deadbandOf is the default for a unit. A setting in a configuration is in the same sense: a fraction where the default is
// a fraction, else in the unit.
func deadbandOf(u buffer.Unit, setting *float64) deadband {
	switch u {
	case buffer.Pascals, buffer.Watts:
		return deadband{relative: or(setting, 0.01)}
	case buffer.Celsius, buffer.Percent:
		return deadband{absolute: or(setting, 0.1)}
	case buffer.Hertz:
		return deadband{absolute: or(setting, 0.5)}
	}
	return deadband{absolute: or(setting, 0)}
}

func or(setting *float64, otherwise float64) float64 {
	if setting != nil {
		return *setting
	}
	return otherwise
}

// lastEvent is what the last event of a channel said.
type lastEvent struct {
	value   float64
	bound   buffer.Bound
	missing string
	up      time.Duration
	any     bool
}

// due says whether s is to be an event: news, because it moved by more than the deadband or its bound or reason changed;
// or only the heartbeat.
func (l lastEvent) due(s *buffer.Sample, d deadband, heartbeat time.Duration) (due, news bool) {
	switch {
	case !l.any, s.Bound != l.bound, s.Missing != l.missing:
		return true, true
	case s.Missing == "" && moved(l.value, s.Value, s.Unit, d):
		return true, true
	}
	return s.Up-l.up >= heartbeat, false
}

// moved compares a value with the last one told. No deadband means every reading, except of a state, which is told when it
// changes.
func moved(last, now float64, u buffer.Unit, d deadband) bool {
	if u == "" {
		return now != last
	}
	limit := max(d.absolute, d.relative*math.Abs(last))
	if limit == 0 {
		return true
	}
	return math.Abs(now-last) > limit
}

func told(s *buffer.Sample) lastEvent {
	return lastEvent{s.Value, s.Bound, s.Missing, s.Up, true}
}
