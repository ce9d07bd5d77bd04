package main

import (
	"context"
	"log/slog"
	"sync"

	"pychron-edge/buffer"
)

// halter halts devices: without being waited for, again where it could not be sent, and side by side.
type halter struct {
	fleet *fleet
	work  func() *group             // where halts that nobody waits for run
	paid  func(device string) error // notes that a halt owed since before the start was made
	log   *slog.Logger
}

// later halts a device without being waited for. It outlives whoever asked for it.
func (h *halter) later(i *instrument, by buffer.Principal, why string) {
	if i == nil || !i.acts() {
		return
	}
	i.beginHalt()
	h.work().start("halt "+i.name, func(ctx context.Context) error {
		h.one(context.WithoutCancel(ctx), i, by, why)
		return nil
	})
}

// once is later for what is looked at again and again: it does nothing while such a halt is under way, or waits to be sent
// again.
func (h *halter) once(i *instrument, via, why string) {
	if i.beginHaltOnce() {
		h.later(i, agentItself(via), why)
	}
}

// again tries once more what could not be sent.
func (h *halter) again(i *instrument) {
	if by, why, due := i.beginHaltAgain(); due {
		h.later(i, by, why)
	}
}

// one halts a device and records what became of it.
func (h *halter) one(ctx context.Context, i *instrument, by buffer.Principal, why string) error {
	err := i.haltAndReport(ctx, by, why)
	if err != nil {
		return err
	}
	if err := h.paid(i.name); err != nil {
		h.log.Warn("a halt that was made is still written down as owed", "device", i.name, "err", err)
	}
	return nil
}

// all halts, side by side, the devices that which picks, and says what was and what could not be.
func (h *halter) all(ctx context.Context, by buffer.Principal, why string, which func(*instrument) bool) buffer.HaltResult {
	return h.each(ctx, which, func(ctx context.Context, i *instrument) error { return h.one(ctx, i, by, why) })
}

// each is all by a function of its own. No device waits for another.
func (h *halter) each(ctx context.Context, which func(*instrument) bool, halt func(context.Context, *instrument) error) buffer.HaltResult {
	r := buffer.HaltResult{Halted: []string{}, Failed: map[string]string{}}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, i := range h.fleet.all() {
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
