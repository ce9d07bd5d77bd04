package device

import (
	"math"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
)

// lastEvent is what the last event of a channel said.
type lastEvent struct {
	value   float64
	bound   buffer.Bound
	missing string
	up      time.Duration
	any     bool
	again   bool // the next is told although nothing moved: the device was not heard in between
}

// due says whether s is to be an event: news, because it moved by more than the deadband or its bound or reason changed;
// or only the heartbeat.
func (l lastEvent) due(s *buffer.Sample, d config.Deadband, heartbeat time.Duration) (due, news bool) {
	switch {
	case !l.any, s.Bound != l.bound, s.Missing != l.missing:
		return true, true
	case s.Missing == "" && moved(l.value, s.Value, s.Unit, d):
		return true, true
	}
	return l.again || s.Up-l.up >= heartbeat, false
}

// moved compares a value with the last one told. No deadband means every reading, except of a state and of a plain
// number, which are told when they change.
func moved(last, now float64, u buffer.Unit, d config.Deadband) bool {
	if u == "" {
		return now != last
	}
	if u == buffer.Number && d.Absolute == 0 && d.Relative == 0 {
		return now != last
	}
	limit := max(d.Absolute, d.Relative*math.Abs(last))
	if limit == 0 {
		return true
	}
	return math.Abs(now-last) > limit
}

func lastOf(s *buffer.Sample) lastEvent {
	return lastEvent{value: s.Value, bound: s.Bound, missing: s.Missing, up: s.Up, any: true}
}
