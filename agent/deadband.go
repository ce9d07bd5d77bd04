package main

import (
	"pychron-edge/buffer"
)

// deadband is how far a value must move from the last event of its channel to be an event again: absolute in the unit, or
// a fraction of the last value.
type deadband struct {
	absolute float64
	relative float64
}

// deadbandOf is the default for a unit. A setting in a configuration is in the same sense: a fraction where the default is
// a fraction, else in the unit.
func deadbandOf(u buffer.Unit, setting *float64) deadband {
	switch u {
	case buffer.Pascals, buffer.Watts:
		return deadband{relative: or(setting, 0.01)}
	case buffer.Celsius, buffer.Percent:
		return deadband{absolute: or(setting, 0.1)}
	case buffer.Hertz:
		return deadband{absolute: or(setting, 0.5)}
	}
	return deadband{absolute: or(setting, 0)}
}

func or(setting *float64, otherwise float64) float64 {
	if setting != nil {
		return *setting
	}
	return otherwise
}
