package main

import (
	"pychron-edge/buffer"
)

// take makes samples present, computes what is derived from them, and has the rules look, before anything else is done
// with them.
func (h *house) take(device string, samples []buffer.Sample) {
	h.present.Set(device, samples)
	derived := h.door.observe(device, samples)
	h.archive(samples)
	for _, name := range derived {
		h.tellDerived(name)
	}
}

// tellDerived tells what was derived under a name.
func (h *house) tellDerived(name string) {
	samples := h.present.Device(name)
	h.archive(samples)
	h.derived(name).tell(samples)
}

// derived is the teller of a derived device.
func (h *house) derived(name string) *teller {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.tellers[name]
	if t == nil {
		t = newTeller(h.fleet.env, name, "", derivedHeartbeat, func(channel, point string) *float64 { return h.plan().derivedDeadband(name, channel, point) }, nil)
		h.tellers[name] = t
	}
	return t
}
