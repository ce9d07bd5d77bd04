package drivers

import (
	"fmt"

	"periph.io/x/conn/v3/gpio"

	"pychron-edge/lazyregexp"
)

// Pin is one GPIO line as the configuration names it.
type Pin struct {
	Line      string // "GPIO17", or "<chip label>:<offset>" as in "pinctrl-bcm2711:17"
	ActiveLow bool   // high is off, as on most relay boards
	Fail      string // outputs: "on" or "off", the level of a halted output; "" = as the model defines
}

// Chips are the GPIO lines of the board. Levels are logical: an active_low pin that is on has a low voltage.
//
//   - A pin asked for again is the same line, with the settings of the last call.
//   - Out moves nothing where the line was an output: its level is requested again. A line that was an input gets the level
//     of Fail, which is off if none is configured.
//   - What Out returns implements [Output], what In returns implements [Input].
//   - Close gives the lines back to the kernel; whether outputs stay as they are then is the kernel's affair.
type Chips interface {
	In(p Pin) (gpio.PinIn, error)
	Out(p Pin) (gpio.PinOut, error)
	Close() error
}

// Input is a pin that reports an error when it cannot be read; Read can only return Low then.
type Input interface {
	gpio.PinIn
	Level() (gpio.Level, error)
}

// levelOf reads an input. A pin that is no Input has no errors.
func levelOf(p gpio.PinIn) (gpio.Level, error) {
	if i, ok := p.(Input); ok {
		return i.Level()
	}
	return p.Read(), nil
}

var (
	pinName  = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_./+-]*$`)
	pinPlace = lazyregexp.New(`^([^:\s][^:]*):(0|[1-9][0-9]{0,3})$`)
	chipNode = lazyregexp.New(`^gpiochip[0-9]+$`)
)

// ParsePin checks how p is written. Whether there is such a line is found when it is requested.
func ParsePin(p Pin) error {
	if m := pinPlace.FindStringSubmatch(p.Line); m != nil {
		if chipNode.MatchString(m[1]) {
			return fmt.Errorf("line %q: numbers of gpiochips move; must be the label of the chip, as gpiodetect shows it in brackets", p.Line)
		}
	} else if !pinName.MatchString(p.Line) {
		return fmt.Errorf("line %q; must be a name such as GPIO17, or <chip label>:<offset>", p.Line)
	}
	if p.Fail != "" && p.Fail != "on" && p.Fail != "off" {
		return fmt.Errorf("fail: %q; must be on or off", p.Fail)
	}
	return nil
}
