package main

import (
	"pychron-edge/buffer"
)

// record is the one way an event comes to be: it is stamped, moves its metric, and is appended. Seq and Lane are set in *e.
// Events of one lane stand in the order of their Up.
func (h *agent) record(e *buffer.Event) {
	h.recordMu.Lock()
	defer h.recordMu.Unlock()
	e.Source, e.Boot, e.Up = h.name, h.boot, h.clock.Up()
	if e.Time.IsZero() {
		e.Time = h.clock.Now()
	}
	h.metrics.Record(e)
	h.lanes.Append(e)
}

// archive keeps samples in the trend.
func (h *agent) archive(samples []buffer.Sample) {
	if h.trend != nil {
		h.trend.Add(samples, h.clock.Now())
	}
}
