package main

import (
	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
)

// take makes samples present, computes what is derived from them, and has the rules look, before anything else is done
// with them.
func (a *agent) take(device string, samples []buffer.Sample) {
	a.present.Set(device, samples)
	if a.fleet.Env.ReadOnly {
		a.commander.Derive(device, samples)
		return
	}
	derived := a.commander.Observe(device, samples)
	a.box.Add(samples)
	a.noteStates(device, samples)
	a.archive(samples)
	for _, name := range derived {
		a.reportDerived(name)
	}
}

// reportDerived tells what was derived under a name.
func (a *agent) reportDerived(name string) {
	samples := a.present.Device(name)
	a.box.Add(samples)
	a.archive(samples)
	a.derivedReporter(name).Report(samples)
}

// derivedReporter reports the readings of a derived device.
func (a *agent) derivedReporter(name string) *device.Reporter {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.reporters[name]
	if t == nil {
		t = device.NewReporter(a.fleet.Env, name, "", config.DerivedHeartbeat, func(channel, point string) *float64 { return a.plan().DerivedDeadband(name, channel, point) }, nil)
		a.reporters[name] = t
	}
	return t
}
