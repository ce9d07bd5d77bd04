package drivers

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// pick finds a control by name and makes sure that value is within Min..Max, and 0 or 1 for a control that is on or
// off. Every Set begins with it.
func pick(controls []Control, name string, value float64) (Control, error) {
	for _, c := range controls {
		if c.Name != name {
			continue
		}
		if !(value >= c.Min && value <= c.Max) {
			return c, fmt.Errorf("%s = %g: %w %g to %g", name, value, ErrRange, c.Min, c.Max)
		}
		if c.IsSwitch() && value != 0 && value != 1 {
			return c, fmt.Errorf("%s = %g: %w, 0 or 1", name, value, ErrRange)
		}
		return c, nil
	}
	names := make([]string, len(controls))
	for i, c := range controls {
		names[i] = c.Name
	}
	if len(names) == 0 {
		return Control{}, fmt.Errorf("%w: no control %q; it only reads", ErrRange, name)
	}
	return Control{}, fmt.Errorf("%w: no control %q; must be one of %s", ErrRange, name, strings.Join(names, ", "))
}

// step is one thing to be sent, acknowledged when it returns nil.
type step func(context.Context) error

// halting runs the steps of a Halt in order, again and again, each until it was acknowledged and at most tries times. A
// step that is not acknowledged does not hold up the next. It gives up only when all are done, their bound is reached or
// ctx is done, and joins the last errors of those that were never acknowledged.
func halting(ctx context.Context, tries int, steps ...step) error {
	errs := make([]error, len(steps))
	done := make([]bool, len(steps))
	for range tries {
		left := false
		for i, s := range steps {
			if done[i] {
				continue
			}
			errs[i] = s(ctx)
			done[i] = errs[i] == nil
			left = left || !done[i]
		}
		if !left || ctx.Err() != nil {
			break
		}
	}
	return errors.Join(errs...)
}
