package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/telemetry"
)

// unsent is a halt that could not be sent, and is tried again until it was.
type unsent struct {
	by    telemetry.Principal
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
		i.halts.Done(err, time.Since(begun), i.house.clock.now())
		if err == nil {
			i.goesOut()
		}
		return err
	})
}

// haltRetry is the time between the tries of a halt that could not be sent.
const haltRetry = time.Second

// haltLater halts a device without being waited for. It outlives whoever asked for it.
func (h *house) haltLater(i *instrument, by telemetry.Principal, why string) {
	if i == nil || !i.acts() {
		return
	}
	i.mu.Lock()
	i.halting = true
	i.mu.Unlock()
	h.work.start("halt "+i.name, func(ctx context.Context) error {
		h.haltOne(context.WithoutCancel(ctx), i, by, why)
		return nil
	})
}

// haltOnce is haltLater for what is looked at again and again: it does nothing while such a halt is under way, or waits to
// be sent again.
func (h *house) haltOnce(i *instrument, via, why string) {
	i.mu.Lock()
	busy := i.halting || i.unsent != nil
	i.halting = i.halting || !busy
	i.mu.Unlock()
	if !busy {
		h.haltLater(i, agentItself(via), why)
	}
}

// haltAgain tries once more what could not be sent.
func (h *house) haltAgain(i *instrument) {
	i.mu.Lock()
	u := i.unsent
	due := u != nil && !i.halting && h.clock.up() >= u.next
	i.halting = i.halting || due
	i.mu.Unlock()
	if due {
		h.haltLater(i, u.by, u.why)
	}
}

// haltOne halts a device, tells what became of it, and has it read at once. Where it fails it is tried again later; a try
// that fails as the last one did is not told again.
func (h *house) haltOne(ctx context.Context, i *instrument, by telemetry.Principal, why string) error {
	i.mu.Lock()
	i.halting = true
	i.mu.Unlock()
	begun := time.Now()
	err := i.halt(ctx)
	if err == nil {
		if err := h.owed.paid(i.name); err != nil {
			h.log.Warn("a halt that was made is still written down as owed", "device", i.name, "err", err)
		}
	}
	if h.noteHalt(i, by, why, err) {
		h.halted(i, by, why, err, time.Since(begun))
	}
	i.pokeNow()
	return err
}

// noteHalt keeps a halt that failed for another try, and says whether this one is to be told.
func (h *house) noteHalt(i *instrument, by telemetry.Principal, why string, err error) (tell bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.halting = false
	if err == nil {
		i.unsent = nil
		return true
	}
	class := classOf(err)
	tell = i.unsent == nil || i.unsent.class != class
	i.unsent = &unsent{by, why, h.clock.up() + haltRetry, class}
	return tell
}

// haltAll halts, side by side, the devices that which picks, and says what was and what could not be.
func (h *house) haltAll(ctx context.Context, by telemetry.Principal, why string, which func(*instrument) bool) telemetry.HaltResult {
	return h.haltEach(ctx, which, func(ctx context.Context, i *instrument) error { return h.haltOne(ctx, i, by, why) })
}

// haltEach is haltAll by a function of its own. No device waits for another.
func (h *house) haltEach(ctx context.Context, which func(*instrument) bool, halt func(context.Context, *instrument) error) telemetry.HaltResult {
	r := telemetry.HaltResult{Halted: []string{}, Failed: map[string]string{}}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, i := range h.all() {
		if !i.acts() || !which(i) {
			continue
		}
		wg.Go(func() {
			err := guarded(ctx, "halt "+i.name, func(ctx context.Context) error { return halt(ctx, i) })
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				r.Failed[i.name] = err.Error()
				return
			}
			r.Halted = append(r.Halted, i.name)
		})
	}
	wg.Wait()
	return r
}

// anything is every device.
func anything(*instrument) bool { return true }

// exitHalts is what is halted whenever the program ends: every laser, and what says so.
func exitHalts(i *instrument) bool { return i.plan().HaltsOnExit() }

// errHaltFailed says that the program ends with something not halted.
var errHaltFailed = errors.New("could not be halted")

// pendingHalt says whether a halt is under way or waits to be sent again.
func (i *instrument) pendingHalt() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.halting || i.unsent != nil
}
