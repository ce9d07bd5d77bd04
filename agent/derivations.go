package main

import (
	"pychron-edge/buffer"

	"pychron-edge/agent/device"
)

// take makes samples present, computes what is derived from them, and has the rules look, before anything else is done
// with them.
func (h *agent) take(device string, samples []buffer.Sample) {
	h.present.Set(device, samples)
	derived := h.commander.Observe(device, samples)
	h.archive(samples)
	for _, name := range derived {
		h.reportDerived(name)
	}
}

// reportDerived tells what was derived under a name.
func (h *agent) reportDerived(name string) {
	samples := h.present.Device(name)
	h.archive(samples)
	h.derivedReporter(name).Report(samples)
}

// derivedReporter is the teller of a derived device.
func (h *agent) derivedReporter(name string) *device.Reporter {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.reporters[name]
	if t == nil {
		t = device.NewReporter(h.fleet.Env, name, "", derivedHeartbeat, func(channel, point string) *float64 { return h.plan().DerivedDeadband(name, channel, point) }, nil)
		h.reporters[name] = t
	}
	return t
}
