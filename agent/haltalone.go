package main

import (
	"context"
	"maps"
	"slices"

	"pychron-edge/buffer"
)

// haltAlone opens the lines of the devices that which picks, halts them, and closes the lines. Nothing is read and
// nothing else is moved.
func (h *house) haltAlone(ctx context.Context, f *fittings, which func(*DevicePlan) bool) (failed map[string]string, halted []string) {
	ctx, cancel := context.WithTimeout(ctx, ownBound)
	defer cancel()
	h.work = newGroup(ctx, func(error) {})
	lines := newGroup(ctx, func(error) {})
	defer lines.stop()
	h.fleet.connect(lines, h.plan(), f, func(d *DevicePlan) bool { return len(d.Moves) > 0 && which(d) })
	by := buffer.Principal{Name: "agent halt", Via: "command line"}
	r := h.door.halter.each(ctx, anything, func(ctx context.Context, i *instrument) error {
		i.awaitLine(ctx, openBound)
		return h.door.halter.one(ctx, i, by, "agent halt")
	})
	slices.Sort(r.Halted)
	return maps.Clone(r.Failed), r.Halted
}
