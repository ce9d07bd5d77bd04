package config

import (
	"slices"

	"pychron-edge/drivers"
)

// IsValve says whether a control is a valve: one that is read back as open or closed.
func (d *DevicePlan) IsValve(control string) bool {
	p, c := d.Point(control), d.Move(control)
	return p != nil && c != nil && p.Name == "open" && p.Unit == "" && c.IsSwitch()
}

// shown are the states that an indicator shows of a valve.
func (d *DevicePlan) shown(control string) (states []string) {
	for _, open := range []bool{false, true} {
		if d.Verifies(control, open) {
			states = append(states, map[bool]string{false: "closed", true: "open"}[open])
		}
	}
	return states
}

// Verifies says whether an indicator shows that a valve of the device is open, or closed. Else nothing but what it was told, or what a
// person reported, speaks for it.
func (d *DevicePlan) Verifies(control string, open bool) bool {
	pin := map[bool]string{true: "opened", false: "closed"}[open]
	o, indicated := d.Decoded.(drivers.Indicated)
	switch {
	case d.Model.Manual:
		return false
	case slices.Contains(d.Model.Pins.In, pin):
		_, wired := d.Wiring[pin]
		return wired
	case indicated:
		return o.Indicates(control, open)
	}
	return !d.told(control)
}
