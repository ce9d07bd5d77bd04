package device

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/drivers/line"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rawline"
)

// Line is the part of a line's owner that a device's loop looks at. A device on pins has none.
type Line interface {
	State() line.State
	Opens() (uint64, bool) // of State: Opens and Open
	Changed() <-chan struct{}
	Watch(line.Watcher)
	Unwatch(line.Watcher)
	Trace() []line.Exchange
	SuspectReply()
	PortWith(device string, s drivers.LineSettings) drivers.Port
}

// Device is one configured device in operation: its driver, its loop, and what is known of it.
type Device struct {
	env    *Env
	config atomic.Pointer[config.DevicePlan]
	Name   string
	Model  *drivers.Model
	open   func() (drivers.Device, error)
	Line   Line            // nil: on pins
	Shared *rawline.Shared // its line as it is lent to others; nil: it is not
	alone  atomic.Bool     // on its line
	stop   func()          // ends its loop and waits for it

	every, heartbeat, StaleAfter time.Duration
	MaxOn                        time.Duration // of a laser; 0 = not one

	session   *session
	loop      loop
	wake      chan struct{} // buffered 1: poll now
	unasked   chan []byte   // lines that came unasked; nil: none do, by its settings
	Odometers *odometers
	Reporter  *Reporter
	reads     IO

	// Of the goroutine that has the turn.
	driver     drivers.Device // nil: not opened
	opens      uint64         // of the line when the device was last identified
	known      bool           // identified, and not to be again
	reidentify atomic.Bool    // somebody else has written to it: it is to be identified again
	begun      bool           // it was read, or tried to be
	readAt     time.Time      // when the last Read ended
	readUp     time.Duration  // and on the clock that never jumps
	lent       []bool         // of the last Read, for each request whether a client had had its answer
	unit       string         // its unit then
	serial     string

	commanded map[string]float64 // what each control of a laser was last told and did; none where that is not known
	adapter   string             // of the line when the device was last identified

	mu        sync.Mutex
	condition condition
	retryAt   time.Duration // up; 0 = polling as configured
	ticks     ticks
	laser     laserState
	halting   bool    // a halt is under way
	unsent    *unsent // a halt that could not be sent
}

// Plan is what the configuration says of the device.
func (i *Device) Plan() *config.DevicePlan { return i.config.Load() }

// Adopt takes a plan that differs in nothing that needs a restart.
func (i *Device) Adopt(p *config.DevicePlan) { i.config.Store(p) }

// IsActuator says whether there is anything it can be told.
func (i *Device) IsActuator() bool { return len(i.Plan().Moves) > 0 }

// ready opens the device where that has not been done or did not work. The caller has the turn.
func (i *Device) ready() error {
	if i.driver != nil {
		return nil
	}
	device, err := i.open()
	if err != nil {
		return fmt.Errorf("open %s: %w", i.Name, err)
	}
	i.driver = device
	if r, ok := device.(drivers.Restorer); ok {
		for _, s := range i.env.Restored(i.Name).States {
			r.Restore(s.Point, s.Value)
		}
	}
	return nil
}

// actuator is the device as something that acts, nil if it is not opened or does not act. The caller has the turn.
func (i *Device) actuator() drivers.Actuator {
	a, _ := i.driver.(drivers.Actuator)
	return a
}

// Written notes that somebody else has written to the instrument: its unit and its settings are asked for again before its numbers are
// believed.
func (i *Device) Written() {
	i.reidentify.Store(true)
	i.PollNow()
}

// PollNow asks for a poll at once.
func (i *Device) PollNow() {
	select {
	case i.wake <- struct{}{}:
	default:
	}
	i.loop.Wake()
}

// Heard takes a line that came unasked, from the goroutine that owns the line. It never waits: when the device is busy
// for longer than the queue, lines are dropped.
func (i *Device) Heard(line []byte) {
	select {
	case i.unasked <- append([]byte(nil), line...):
	default:
	}
	i.loop.Wake()
}

// health is the word for its health; "" where it is not known yet.
func (i *Device) health() health {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.condition.Health
}

// Status is the device's health as it stands.
func (i *Device) Status() (condition, time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.condition, i.retryAt
}

// Mark is the number of halts of the device so far: an operation asked for now must not begin after the next one.
func (i *Device) Mark() uint64 { return i.session.mark() }

// Use waits for the device to be free. It gives the context of the operation, which a halt cancels, and what ends it. An
// operation that was marked before a halt is refused, as is any while a halt is waiting.
func (i *Device) Use(ctx context.Context, mark uint64) (context.Context, func(), error) {
	return i.session.take(ctx, mark)
}

// unsent is a halt that could not be sent, and is tried again until it was.
type unsent struct {
	by    buffer.Principal
	why   string
	next  time.Duration // up
	class string        // of the error last told
}
