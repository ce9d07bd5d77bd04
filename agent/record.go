package main

import (
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/command"
)

// record is the one way an event comes to be: it is stamped, moves its metric, and is appended. Seq and Lane are set in *e.
// Events of one lane stand in the order of their Up.
func (a *agent) record(e *buffer.Event) {
	a.recordMu.Lock()
	defer a.recordMu.Unlock()
	e.Source, e.Boot, e.Up = a.name, a.boot, a.clock.Up()
	if e.Time.IsZero() {
		e.Time = a.clock.Now()
	}
	if buffer.For(e) == buffer.Audit {
		a.board.Touch() // it may halt something, and is written to the disk
	}
	a.metrics.Record(e)
	a.lanes.Append(e)
	a.box.Note(e)
	switch e.Kind {
	case buffer.Trip:
		a.store.Urgent(command.LatchesFile)
	case buffer.Alarm:
		a.store.Touch(command.AlarmsFile)
	}
}

// archive keeps samples in the trend.
func (a *agent) archive(samples []buffer.Sample) {
	if a.trend != nil {
		a.trend.Add(samples, newest(samples))
	}
}

// newest is when the newest of samples was read.
func newest(samples []buffer.Sample) (at time.Time) {
	up := time.Duration(-1)
	for n := range samples {
		if s := &samples[n]; s.Up > up {
			at, up = s.Time, s.Up
		}
	}
	return at
}
