package command

import (
	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

// view is what rules and interlocks see now. The caller holds mu.
func (d *Commander) view() rules.View {
	return rules.View{Present: d.env.Present, Health: d.env.Fleet.Health, Rates: d.rates, Display: buffer.Display{Unit: d.plan.Config.Agent.Units}, Now: d.env.Clock.Up()}
}

// situation counts what is reserved as moving, which is neither closed nor open. The caller holds mu.
func (d *Commander) situation() rules.Situation {
	v := d.view()
	return rules.Situation{Latches: d.latches, Valve: func(r rules.Ref) rules.ValveState {
		if len(d.moving[r]) > 0 {
			return rules.Moving
		}
		return d.plan.Valve(v, r)
	}}
}

// Derive takes what was read of a device and is present already, and computes what is derived from it. It gives the names of the
// derived devices whose points it set. No rule is judged.
func (d *Commander) Derive(device string, samples []buffer.Sample) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.derive(device, samples)
}

// derive is Derive. The caller holds mu.
func (d *Commander) derive(device string, samples []buffer.Sample) []string {
	d.rates.Add(samples)
	if len(d.plan.Derived) == 0 {
		return nil
	}
	names := rules.Derive(d.plan.Derived, d.view(), device)
	for _, name := range names {
		d.rates.Add(d.env.Present.Device(name))
	}
	return names
}

// Observe is Derive, and judges the rules.
func (d *Commander) Observe(device string, samples []buffer.Sample) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	names := d.derive(device, samples)
	d.watchRegions(device, samples)
	for _, name := range names {
		d.watchRegions(name, d.env.Present.Device(name))
	}
	d.judgeRulesLocked()
	return names
}

// Adopt puts a plan in force. Latches stay as they are.
func (d *Commander) Adopt(next *config.Plan) {
	d.adoptAlarms(next)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.plan = next
	d.rates = rules.NewRates(next.Rated)
}
