package main

import (
	"slices"

	"pychron-edge/buffer"
)

// take makes samples present, computes what is derived from them, and has the rules look, before anything else is done
// with them.
func (h *house) take(device string, samples []buffer.Sample) {
	h.present.Set(device, samples)
	d := h.door
	d.rates.Load().Add(samples)
	d.mu.Lock()
	names := derive(d.plan, d.view(), device)
	for _, name := range names {
		d.rates.Load().Add(h.present.Device(name))
	}
	d.lookLocked()
	d.mu.Unlock()
	h.archive(samples)
	for _, name := range names {
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
		t = &teller{house: h, device: name, heartbeat: derivedHeartbeat, points: map[pointKey]*point{}, setting: func(channel, point string) *float64 {
			at := slices.IndexFunc(h.plan().Derived, func(d *Derived) bool {
				return d.DerivedConfig.Name == name && d.PointPlan.Channel == channel && d.PointPlan.Name == point
			})
			if at < 0 {
				return nil
			}
			return h.plan().Derived[at].PointPlan.Deadband
		}}
		h.tellers[name] = t
	}
	return t
}
