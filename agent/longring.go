package main

import (
	"cmp"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
	"pychron-edge/telemetry"
	"pychron-edge/telemetry/metrics"

	"pychron-edge/agent/config"
)

const (
	defaultLong = 4 << 20 // bytes: two days of ten gauges
	packedSize  = 6       // bytes a packed reading takes, where there is none to measure
)

// newLong makes the ring of readings that were packed, of a size from the configuration; 0 is the default.
func newLong(size config.Size) *block.Ring { return block.NewRing(int(cmp.Or(size, defaultLong))) }

// history is what /series answers from: every reading that is held, and the trend before them.
func (a *agent) history() telemetry.Archive {
	return &telemetry.History{Trend: a.trend, Long: a.long, Readings: a.lanes.Readings, Silence: func() time.Duration { return 5 * a.plan().Heartbeat() / 2 }}
}

// longStatus is how full the long ring is.
func (a *agent) longStatus() telemetry.RingStatus {
	s := a.long.Stats()
	return telemetry.RingStatus{Lane: "long", Events: int(s.Readings), Capacity: longCapacity(&s), Total: s.Total, Overwritten: s.Dropped + s.Lost}
}

// longCapacity is how many readings would fit as those that are there were packed.
func longCapacity(s *block.Stats) int {
	if s.Readings == 0 {
		return s.Capacity / packedSize
	}
	return int(float64(s.Capacity) * float64(s.Readings) / float64(s.Bytes))
}

// longPoints are the metrics of the long ring.
func (a *agent) longPoints(emit func(metrics.Point)) {
	s, labels := a.longStatus(), buffer.MakeLabels("lane", "long")
	emit(metrics.Point{Name: "ring_events", Type: buffer.Gauge, Labels: labels, Value: float64(s.Events)})
	emit(metrics.Point{Name: "ring_capacity_events", Type: buffer.Gauge, Labels: labels, Value: float64(s.Capacity)})
	emit(metrics.Point{Name: "ring_overwritten_total", Type: buffer.Counter, Labels: labels, Value: float64(s.Overwritten)})
}
