package config

import (
	"pychron-edge/buffer"
)

// Deadband is how far a value must move from the last event of its channel to be an event again: absolute in the unit, or
// a fraction of the last value.
type Deadband struct {
	Absolute float64
	Relative float64
}

// DeadbandOf is the default for a unit. A setting in a configuration is in the same sense: a fraction where the default is
// a fraction, else in the unit.
func DeadbandOf(u buffer.Unit, setting *float64) Deadband {
	switch u {
	case buffer.Pascals, buffer.Watts:
		return Deadband{Relative: or(setting, 0.01)}
	case buffer.Celsius, buffer.Percent:
		return Deadband{Absolute: or(setting, 0.1)}
	case buffer.Hertz:
		return Deadband{Absolute: or(setting, 0.5)}
	}
	return Deadband{Absolute: or(setting, 0)}
}

func or(setting *float64, otherwise float64) float64 {
	if setting != nil {
		return *setting
	}
	return otherwise
}
