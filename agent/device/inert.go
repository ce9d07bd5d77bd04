package device

import (
	"context"
	"errors"

	"pychron-edge/drivers"
)

// makeInert halts the device by its driver. A driver closes every valve; so a device with valves that rest open is told the
// idle value of each of its controls instead, and those that rest open only where the configuration says so.
func (i *Device) makeInert(ctx context.Context, a drivers.Actuator) error {
	p := i.Plan()
	if !p.RestsOpen() {
		return a.Halt(ctx)
	}
	var errs []error
	for _, c := range p.Moves {
		if c.Idle == c.Min || p.HaltOpens() {
			errs = append(errs, a.Set(ctx, c.Name, c.Idle))
		}
	}
	return errors.Join(errs...)
}
