package main

import (
	"context"
	"maps"
	"slices"

	"pychron-edge/buffer"

	"pychron-edge/agent/command"
	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/task"
)

// haltAlone opens the lines of the devices that which picks, halts them, and closes the lines. Nothing is read and
// nothing else is moved.
func (h *agent) haltAlone(ctx context.Context, f *device.Transport, which func(*config.DevicePlan) bool) (failed map[string]string, halted []string) {
	ctx, cancel := context.WithTimeout(ctx, ownBound)
	defer cancel()
	h.work = task.NewGroup(ctx, func(error) {})
	lines := task.NewGroup(ctx, func(error) {})
	defer lines.Stop()
	h.fleet.Connect(lines, h.plan(), f, func(d *config.DevicePlan) bool { return len(d.Moves) > 0 && which(d) })
	by := buffer.Principal{Name: "agent halt", Via: "command line"}
	r := h.commander.Halter.Each(ctx, command.Anything, func(ctx context.Context, i *device.Device) error {
		i.AwaitLine(ctx, device.OpenBound)
		return h.commander.Halter.One(ctx, i, by, "agent halt")
	})
	slices.Sort(r.Halted)
	return maps.Clone(r.Failed), r.Halted
}
