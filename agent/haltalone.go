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
func (a *agent) haltAlone(ctx context.Context, f *device.Transport, which func(*config.DevicePlan) bool) (failed map[string]string, halted []string) {
	ctx, cancel := context.WithTimeout(ctx, ownBound)
	defer cancel()
	a.work = task.NewGroup(ctx, func(error) {})
	lines := task.NewGroup(ctx, func(error) {})
	defer lines.Stop()
	a.fleet.Connect(lines, a.plan(), f, func(d *config.DevicePlan) bool { return len(d.Moves) > 0 && which(d) })
	by := buffer.Principal{Name: "agent halt", Via: "command line"}
	r := a.commander.Halter.Each(ctx, command.Anything, func(ctx context.Context, i *device.Device) error {
		i.AwaitLine(ctx, device.OpenBound)
		return a.commander.Halter.One(ctx, i, by, "agent halt")
	})
	slices.Sort(r.Halted)
	return maps.Clone(r.Failed), r.Halted
}
