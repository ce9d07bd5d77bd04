package main

import (
	"context"
	"errors"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

// unsent is a halt that could not be sent, and is tried again until it was.
type unsent struct {
	by    buffer.Principal
	why   string
	next  time.Duration // up
	class string        // of the error last told
}

// How long a halt waits for its turn, and how long it may take with its turn.
const (
	haltPatience = time.Second
	haltBound    = 3 * time.Second
)

// errInert says that a device has nothing to halt.
var errInert = errors.New("it does not act")

// halt makes the device inert, whatever it is doing. It returns within its bound and says what could not be sent.
func (i *instrument) halt(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(drivers.WithPriority(ctx, drivers.Halt), haltPatience+haltBound)
	defer cancel()
	return i.turn.halt(ctx, haltPatience, func(ctx context.Context) error {
		if err := i.ready(); err != nil {
			return err
		}
		a := i.actuator()
		if a == nil {
			return errInert
		}
		begun := time.Now()
		err := a.Halt(ctx)
		i.halts.Done(err, time.Since(begun), i.env.Clock.now())
		if err == nil {
			i.goesOut()
		}
		return err
	})
}

// haltRetry is the time between the tries of a halt that could not be sent.
const haltRetry = time.Second

// pendingHalt says whether a halt is under way or waits to be sent again.
func (i *instrument) pendingHalt() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.halting || i.unsent != nil
}

// beginHalt notes that a halt is under way.
func (i *instrument) beginHalt() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.halting = true
}

// beginHaltOnce is beginHalt where no halt is under way or waits to be sent again. It says whether it did so.
func (i *instrument) beginHaltOnce() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.halting || i.unsent != nil {
		return false
	}
	i.halting = true
	return true
}

// beginHaltAgain is beginHalt of a halt that could not be sent and is due again. It gives who asked for it and why.
func (i *instrument) beginHaltAgain() (by buffer.Principal, why string, due bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	u := i.unsent
	if u == nil || i.halting || i.env.Clock.up() < u.next {
		return buffer.Principal{}, "", false
	}
	i.halting = true
	return u.by, u.why, true
}

// endHalt keeps a halt that failed for another try, and says whether it is to be recorded: a try that fails as the last one
// did is not.
func (i *instrument) endHalt(by buffer.Principal, why string, err error) (report bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.halting = false
	if err == nil {
		i.unsent = nil
		return true
	}
	class := classOf(err)
	report = i.unsent == nil || i.unsent.class != class
	i.unsent = &unsent{by, why, i.env.Clock.up() + haltRetry, class}
	return report
}

// haltAndReport halts the device, records what became of it, and has it read at once. A halt that fails is tried again later.
func (i *instrument) haltAndReport(ctx context.Context, by buffer.Principal, why string) error {
	i.beginHalt()
	begun := time.Now()
	err := i.halt(ctx)
	if i.endHalt(by, why, err) {
		i.reportHalt(by, why, err, time.Since(begun))
	}
	i.pokeNow()
	return err
}
