package main

import (
	"context"
	"maps"
	"slices"
	"time"

	"pychron-edge/telemetry"
)

// haltAlone opens the lines of the devices that which picks, halts them, and closes the lines. Nothing is read and
// nothing else is moved.
func (h *house) haltAlone(ctx context.Context, f *fittings, which func(*DevicePlan) bool) (failed map[string]string, halted []string) {
	ctx, cancel := context.WithTimeout(ctx, ownBound)
	defer cancel()
	h.work = newGroup(ctx, func(error) {})
	lines := newGroup(ctx, func(error) {})
	defer lines.stop()
	h.mu.Lock()
	for _, d := range h.plan().Devices {
		if d.Off || len(d.Moves) == 0 || !which(d) {
			continue
		}
		if d.Port != "" {
			h.line(d, f)
		}
		h.instruments = append(h.instruments, h.newInstrument(d, f))
	}
	for _, run := range h.lines {
		run.stop = lines.startOne("line", run.owner.Run)
	}
	h.mu.Unlock()
	by := telemetry.Principal{Name: "agent halt", Via: "command line"}
	r := h.haltEach(ctx, anything, func(ctx context.Context, i *instrument) error {
		i.awaitLine(ctx, openBound)
		return h.haltOne(ctx, i, by, "agent halt")
	})
	slices.Sort(r.Halted)
	return maps.Clone(r.Failed), r.Halted
}

// awaitLine waits until the instrument's line is open, for at most patience, and opens the device.
func (i *instrument) awaitLine(ctx context.Context, patience time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		changed := i.changed()
		if _, open := i.lineOpens(); open {
			break
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
	}
}
