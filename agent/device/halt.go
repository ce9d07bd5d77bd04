package device

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

// errInert says that a device has nothing to halt.
var errInert = errors.New("it does not act")

// halt makes the device inert, whatever it is doing. It returns within its bound and says what could not be sent.
func (i *Device) halt(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(drivers.WithPriority(ctx, drivers.Halt), haltTimeout+haltBound)
	defer cancel()
	return i.session.halt(ctx, haltTimeout, func(ctx context.Context) error {
		if err := i.ready(); err != nil {
			return err
		}
		a := i.actuator()
		if a == nil {
			return errInert
		}
		begun := time.Now()
		err := i.makeInert(ctx, a)
		i.env.IO(i.Name, "halt").Done(err, time.Since(begun), i.env.Clock.Now())
		if err == nil {
			i.laserOff()
			i.noteIdle()
		}
		return err
	})
}

// haltRetry is the time between the tries of a halt that could not be sent.
const haltRetry = time.Second

// PendingHalt says whether a halt is under way or waits to be sent again.
func (i *Device) PendingHalt() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.halting || i.unsent != nil
}

// BeginHalt notes that a halt is under way.
func (i *Device) BeginHalt() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.halting = true
}

// BeginHaltOnce is beginHalt where no halt is under way or waits to be sent again. It says whether it did so.
func (i *Device) BeginHaltOnce() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.halting || i.unsent != nil {
		return false
	}
	i.halting = true
	return true
}

// BeginHaltAgain is beginHalt of a halt that could not be sent and is due again. It gives who asked for it and why.
func (i *Device) BeginHaltAgain() (by buffer.Principal, why string, due bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	u := i.unsent
	if u == nil || i.halting || i.env.Clock.Up() < u.next {
		return buffer.Principal{}, "", false
	}
	i.halting = true
	return u.by, u.why, true
}

// endHalt keeps a halt that failed for another try, and says whether it is to be recorded: a try that fails as the last one
// did is not.
func (i *Device) endHalt(by buffer.Principal, why string, err error) (report bool) {
	if err == nil {
		i.env.HaltDone(i.Name)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.halting = false
	if err == nil {
		i.unsent = nil
		return true
	}
	class := classOf(err)
	report = i.unsent == nil || i.unsent.class != class
	i.unsent = &unsent{by, why, i.env.Clock.Up() + haltRetry, class}
	return report
}

// HaltAndReport halts the device, records what became of it, and has it read at once. A halt that fails is tried again later.
func (i *Device) HaltAndReport(ctx context.Context, by buffer.Principal, why string) error {
	i.BeginHalt()
	begun := time.Now()
	err := i.halt(ctx)
	if i.endHalt(by, why, err) {
		i.reportHalt(by, why, err, time.Since(begun))
	}
	i.PollNow()
	return err
}

// confirmBound is how long a device that was halted may take to say that it is idle.
const confirmBound = 500 * time.Millisecond

// ConfirmIdle reads a device that was told to be idle, and says why it is not known to be, "" if it is: every control that shows
// shows its idle value.
func (i *Device) ConfirmIdle(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(drivers.WithPriority(ctx, drivers.Command), confirmBound)
	defer cancel()
	ctx, end, err := i.Use(ctx, i.Mark())
	if err != nil {
		return "it could not be read: " + err.Error()
	}
	defer end()
	readings, err := i.ask(ctx)
	if err != nil {
		return "it could not be read: " + err.Error()
	}
	i.answered()
	i.accept(readings, i.readAt, i.readUp)
	for _, c := range i.Plan().Moves {
		r, ok := readingOf(readings, c.Name)
		switch {
		case !ok || c.Pulse:
		case r.Missing != "":
			return c.Name + " is not known: " + r.Missing
		case !agrees(c.Control, c.Idle, r.Value):
			return fmt.Sprintf("%s is %v", c.Name, r.Value)
		}
	}
	return ""
}
