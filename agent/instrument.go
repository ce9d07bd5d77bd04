package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

// deviceLine is the part of a line's owner that a device's loop looks at. A device on pins has none.
type deviceLine interface {
	State() line.State
	Changed() <-chan struct{}
	Trace() []line.Exchange
	SuspectReply()
}

// instrument is one configured device in operation: its driver, its loop, and what is known of it.
type instrument struct {
	env    *Env
	config atomic.Pointer[DevicePlan]
	name   string
	model  drivers.Model
	open   func() (drivers.Device, error)
	line   deviceLine  // nil: on pins
	alone  atomic.Bool // on its line
	stop   func()      // ends its loop and waits for it

	every, heartbeat, staleAfter time.Duration
	maxOn                        time.Duration // of a laser; 0 = not one

	turn      *turn
	wake      chan struct{} // buffered 1: poll now
	unasked   chan []byte   // lines that came unasked
	odometers *odometers
	teller    *teller
	reads     IO
	halts     IO

	// Of the goroutine that has the turn.
	device drivers.Device // nil: not opened
	opens  uint64         // of the line when the device was last identified
	known  bool           // identified, and not to be again
	unit   string         // its unit then
	serial string

	mu        sync.Mutex
	condition condition
	retryAt   time.Duration // up; 0 = polling as configured
	onSince   time.Duration // up, since when a laser is on or may be; 0 = off
	halting   bool          // a halt is under way
	unsent    *unsent       // a halt that could not be sent
}

// plan is what the configuration says of the device.
func (i *instrument) plan() *DevicePlan { return i.config.Load() }

// adopt takes a plan that differs in nothing that needs a restart.
func (i *instrument) adopt(p *DevicePlan) { i.config.Store(p) }

// acts says whether there is anything it can be told.
func (i *instrument) acts() bool { return len(i.plan().Moves) > 0 }

// ready opens the device where that has not been done or did not work. The caller has the turn.
func (i *instrument) ready() error {
	if i.device != nil {
		return nil
	}
	device, err := i.open()
	if err != nil {
		return fmt.Errorf("open %s: %w", i.name, err)
	}
	i.device = device
	if r, ok := device.(drivers.Restorer); ok {
		for _, s := range i.env.Restored(i.name).States {
			r.Restore(s.Point, s.Value)
		}
	}
	return nil
}

// actuator is the device as something that acts, nil if it is not opened or does not act. The caller has the turn.
func (i *instrument) actuator() drivers.Actuator {
	a, _ := i.device.(drivers.Actuator)
	return a
}

// pokeNow asks for a poll at once.
func (i *instrument) pokeNow() {
	select {
	case i.wake <- struct{}{}:
	default:
	}
}

// heard takes a line that came unasked, from the goroutine that owns the line. It never waits: when the device is busy
// for longer than the queue, lines are dropped.
func (i *instrument) heard(line []byte) {
	select {
	case i.unasked <- append([]byte(nil), line...):
	default:
	}
}

// status is the device's health as it stands.
func (i *instrument) status() (condition, time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.condition, i.retryAt
}

// lit notes since when a laser is on. A state that is missing leaves it as it was.
func (i *instrument) lit(s *buffer.Sample) {
	if !i.model.Laser || s.Name != "enabled" || s.Missing != "" {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case s.Value == 0:
		i.onSince = 0
	case i.onSince == 0:
		i.onSince = max(s.Up, 1)
	}
}

// burning is since when a laser is on or may be, 0 if it is off.
func (i *instrument) burning() time.Duration {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.onSince
}

// goesOut notes that a laser was made inert.
func (i *instrument) goesOut() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.onSince = 0
}

// lights notes that a laser may be on from now, before it is told to be.
func (i *instrument) lights() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.onSince == 0 {
		i.onSince = max(i.env.Clock.up(), 1)
	}
}
