package drivers

import (
	"fmt"

	"periph.io/x/conn/v3/gpio"
)

// Output is an output pin that knows its level. The level of a pin that is none is unknown until it is set, and it has no level
// of its own to fail to.
type Output interface {
	gpio.PinOut
	Driven() gpio.Level                        // the level it drives now, as last set or as it was requested
	Fail() (level gpio.Level, configured bool) // the level of a halted output, where the configuration has one
}

// driven is the level an output drives, where it is known.
func driven(p gpio.PinOut) (level gpio.Level, known bool) {
	if o, ok := p.(Output); ok {
		return o.Driven(), true
	}
	return gpio.Low, false
}

// fails is the level of a halted output: its own where it has one, else rest.
func fails(p gpio.PinOut, rest gpio.Level) gpio.Level {
	if o, ok := p.(Output); ok {
		if level, configured := o.Fail(); configured {
			return level
		}
	}
	return rest
}

// drive sets an output.
func drive(name string, p gpio.PinOut, level gpio.Level) error {
	if err := p.Out(level); err != nil {
		return fmt.Errorf("%s %v: %w: %w", name, level, ErrPortLost, err)
	}
	return nil
}
