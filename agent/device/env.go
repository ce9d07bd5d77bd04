package device

import (
	"log/slog"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/clock"
)

// Env is what a device uses of the agent it runs in. All of it may be called from any goroutine.
type Env struct {
	Clock       *clock.Clock
	Log         *slog.Logger
	Present     *buffer.Present
	Record      func(*buffer.Event)                           // the one way an event comes to be; the event is its caller's again afterwards
	Take        func(device string, samples []buffer.Sample)  // samples become present, and the rules see them
	Opened      func(device string, s *buffer.Sample)         // a 0/1 reading was seen to go from 0 to another state
	Changed     func()                                        // something the published status says has changed
	ReadOnly    bool                                          // nothing is halted or set: a look, beside whoever else is there
	Capture     func() bool                                   // readings become events
	IO          func(device, operation string) IO             // counts exchanges of one operation
	Gauge       func(name string, l buffer.Labels, v float64) // sets a gauge that no event moves
	Count       func(name string, l buffer.Labels, n float64) // adds to a counter that no event moves
	Restored    func(device string) Restored                  // what an earlier start kept of a device
	HaltDone    func(device string)                           // a halt was made, one owed since before the start too
	HaltPending func(device string) bool                      // a halt before the start could not reach it
}

// IO counts and times the exchanges of one operation of one device.
type IO interface {
	Done(err error, took time.Duration, now time.Time)
}

// Restored is what an earlier start kept of a device: the notes with its odometers, and the states it was last seen in. The
// newest are last.
type Restored struct {
	Notes  []string
	States []RestoredState
}

// RestoredState is one point as it was last seen.
type RestoredState struct {
	Point string
	Value float64
}
