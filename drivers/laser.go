package drivers

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// errInterlock is why no command to switch on was sent to a laser.
var errInterlock = errors.New("interlock open")

// enableOrHalt switches a laser on. When that fails it may be on all the same, because the answer may be what was lost: it
// is halted, unless no command was sent because of an interlock, or ctx is done, which is a halt already.
func enableOrHalt(ctx context.Context, enable, halt step) error {
	err := enable(ctx)
	if err != nil && ctx.Err() == nil && !errors.Is(err, errInterlock) {
		return errors.Join(err, halt(ctx))
	}
	return err
}

// checkMaxOn says what is wrong with the one option every laser has.
func checkMaxOn(maxOn time.Duration) error {
	if maxOn <= 0 {
		return fmt.Errorf("max_on: %v; must be more than 0: the time after which the laser is switched off, such as 15m", maxOn)
	}
	return nil
}

// checkMax says what is wrong with the limit of a control: it must be more than zero and at most most.
func checkMax(option string, value, limit float64, unit Unit) error {
	if !(value > 0 && value <= limit) {
		return fmt.Errorf("%s: %g; must be more than 0 to %g %s", option, value, limit, unit)
	}
	return nil
}
