package drivers

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// checkVectors runs every vector, and makes sure that no request and no set is without one.
func (o *ASCIIOptions) checkVectors() error {
	if o.Proven {
		return nil
	}
	var errs []error
	for i, v := range o.Vectors {
		if err := o.try(v); err != nil {
			errs = append(errs, within(fmt.Sprintf("vectors[%d]", i), err))
		}
	}
	proven := func(like func(v Vector) bool) bool {
		return slices.ContainsFunc(o.Vectors, func(v Vector) bool { return v.Error == "" && like(v) })
	}
	for i, p := range o.Points() {
		if name := p.Point(); !proven(func(v Vector) bool { _, ok := v.Reads[name]; return ok }) {
			errs = append(errs, fmt.Errorf("reads[%d]: %s has no vector; give its request and a reply as the manual shows them", i, name))
		}
	}
	for i, s := range o.Sets {
		if !proven(func(v Vector) bool { return v.Set == s.Control }) {
			errs = append(errs, fmt.Errorf("sets[%d]: %s has no vector; give its request and the reply as the manual shows them", i, s.Control))
		}
	}
	if len(o.Startup) > 0 && !proven(func(v Vector) bool { return v.identifies() }) {
		errs = append(errs, errors.New("startup: has no vector; give its steps, and identity for what follows from them"))
	}
	if o.AskUnit != nil && !proven(func(v Vector) bool { return v.Unit != "" && v.identifies() }) {
		errs = append(errs, errors.New("ask_unit: has no vector; give its request, a reply, and the unit that is"))
	}
	return errors.Join(errs...)
}

// try runs one vector.
func (o *ASCIIOptions) try(v Vector) error {
	want, known := vectorErrors[v.Error]
	if v.Error != "" && !known {
		return fmt.Errorf("error: %q; must be garbled, refused or timeout", v.Error)
	}
	line := &replay{steps: v.steps()}
	a, err := newASCII(line, *o)
	if err != nil {
		return err
	}
	if a.unit, err = o.unitOf(v); err != nil {
		return err
	}
	got, err := a.vector(v)
	switch {
	case want != nil && errors.Is(err, want):
		return nil
	case want != nil:
		return fmt.Errorf("%q is read as %s, %v; want %s", v.steps()[0].Reply, describe(got), err, v.Error)
	case err != nil:
		return err
	case v.Unasked == "" && len(line.steps) > 0:
		return fmt.Errorf("steps: %q is never sent; must be the exchanges there are", line.steps[0].Send)
	}
	return v.compare(got, o.Points())
}

// unitOf is the unit an instrument is set to in v.
func (o *ASCIIOptions) unitOf(v Vector) (spokenUnit, error) {
	if o.AskUnit == nil || v.identifies() {
		return spokenUnit{}, nil
	}
	name := v.Unit
	if name == "" {
		name = o.AskUnit.common()
	}
	u, ok := spokenUnits[name]
	if !ok {
		return u, fmt.Errorf("unit: %q; must be one of ask_unit", v.Unit)
	}
	return u, nil
}

// vector makes the exchange of v.
func (a *ascii) vector(v Vector) ([]Reading, error) {
	ctx := context.Background()
	switch {
	case v.Set != "":
		return nil, a.Set(ctx, v.Set, v.Value)
	case v.Unasked != "":
		return a.Unasked([]byte(v.Unasked)), nil
	case a.options.AskUnit != nil && v.steps()[0].Send == Wire(a.frame(string(a.options.AskUnit.Send))):
		name, _, err := a.askUnit(ctx)
		if err == nil && name != v.Unit {
			err = fmt.Errorf("%q is read as %s; the vector says %q", v.Reply, name, v.Unit)
		}
		return nil, err
	case v.identifies():
		id, err := a.Identify(ctx)
		if err == nil && id.Model != v.Identity {
			err = fmt.Errorf("is identified as %q; the vector says %q", id.Model, v.Identity)
		}
		return nil, err
	}
	return a.ofVector(v.steps()[0].Send)
}

// ofVector is what is read by the request that looks like send on the wire.
func (a *ascii) ofVector(send Wire) ([]Reading, error) {
	for i := range a.requests {
		q := &a.requests[i]
		if a.first(q) == send {
			readings, ok, err := a.read(context.Background(), q)
			if !ok && err != nil {
				return readings, err
			}
			return readings, nil
		}
	}
	return nil, fmt.Errorf("send: %q is no request of reads; must be one of %q", send, a.frames())
}

// first is what is sent first for a request.
func (a *ascii) first(q *asciiRequest) Wire {
	if q.selects != "" {
		return Wire(a.frame(q.selects))
	}
	return Wire(a.frame(q.command))
}

func (a *ascii) frames() []Wire {
	var all []Wire
	for _, q := range a.requests {
		all = append(all, a.first(&q))
	}
	return all
}
