package main

import (
	"context"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/task"
)

// haltAlone opens the lines of the devices that which picks, halts them, and closes the lines. Nothing else is moved.
func (a *agent) haltAlone(ctx context.Context, f *device.Transport, which func(*config.DevicePlan) bool) buffer.HaltResult {
	ctx, cancel := context.WithTimeout(ctx, ownBound)
	defer cancel()
	a.work = task.NewGroup(ctx, func(error) {})
	lines := task.NewGroup(ctx, func(error) {})
	defer lines.Stop()
	a.fleet.Connect(lines, a.plan(), f, func(d *config.DevicePlan) bool { return len(d.Moves) > 0 && which(d) })
	by := buffer.Principal{Name: "agent halt", Via: "command line"}
	all := func(*device.Device) bool { return true }
	r := a.commander.Halter.Each(ctx, all, func(ctx context.Context, i *device.Device) error {
		i.AwaitLine(ctx, device.OpenBound)
		return a.commander.Halter.One(ctx, i, by, "agent halt")
	})
	for _, d := range a.plan().Devices {
		if !d.Off && len(d.Moves) > 0 && !which(d) {
			r.Holding = append(r.Holding, d.Name)
		}
	}
	return r
}
