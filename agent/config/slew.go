package config

import (
	"time"

	"pychron-edge/drivers"
)

// RampStep is the time between the steps of a laser's power that rises by its slew.
const RampStep = 100 * time.Millisecond

// maxRamp is the longest a power may take from nothing to all of it.
const maxRamp = 10 * time.Minute

// Ramps says whether a control of a device rises in steps: the power of a laser whose configuration has a slew.
func (d *DevicePlan) Ramps(c drivers.Control) bool {
	return d.Model.Laser && d.Slew > 0 && c.Unit != "" && !c.Pulse
}

// Next is the value a control goes to on its way from one to another: at once, but for a power that rises.
func (d *DevicePlan) Next(c drivers.Control, from, to float64) float64 {
	if !d.Ramps(c) || to <= from {
		return to
	}
	return min(to, from+d.Slew*RampStep.Seconds())
}

// slew checks how fast a laser's power may rise.
func (k *checking) slew(d *DevicePlan, path string) {
	if d.Slew == 0 {
		return
	}
	if !d.Model.Laser {
		k.At(path+".slew", "slew has a meaning for lasers only; %s is none", d.Name)
		return
	}
	for _, c := range d.Moves {
		if minSlew := (c.Max - c.Min) / maxRamp.Seconds(); c.Unit != "" && !(d.Slew >= minSlew) {
			k.At(path+".slew", "slew is %v; must be %.3g %s per second or more, or 0 for none", d.Slew, minSlew, c.Unit)
		}
	}
}
