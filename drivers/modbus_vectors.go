package drivers

import (
	"context"
	"errors"
	"fmt"
)

// checkVectors runs the vectors. A table of registers needs none; where there are some, every reading and every set has one.
func (o *ModbusOptions) checkVectors() error {
	if o.Proven || len(o.Vectors) == 0 {
		return nil
	}
	var errs []error
	read, set := map[string]bool{}, map[string]bool{}
	for i, v := range o.Vectors {
		if err := o.try(v); err != nil {
			errs = append(errs, within(fmt.Sprintf("vectors[%d]", i), err))
		}
		if v.Error == "" {
			set[v.Set] = true
			for point := range v.Reads {
				read[point] = true
			}
		}
	}
	for i, p := range o.Points() {
		if !read[p.Point()] {
			errs = append(errs, fmt.Errorf("reads[%d]: %s has no vector; must have one where others do", i, p.Point()))
		}
	}
	for i, s := range o.Sets {
		if !set[s.Control] {
			errs = append(errs, fmt.Errorf("sets[%d]: %s has no vector; must have one where others do", i, s.Control))
		}
	}
	return errors.Join(errs...)
}

// try runs one vector.
func (o *ModbusOptions) try(v Vector) error {
	want, known := vectorErrors[v.Error]
	switch {
	case v.Error != "" && !known:
		return fmt.Errorf("error: %q; must be garbled, refused or timeout", v.Error)
	case v.Unasked != "" || v.Unit != "":
		return errors.New("unasked, unit: Modbus has none; must be left out")
	}
	line := &replay{steps: v.steps()}
	u := newModbusUnit(line, *o)
	got, err := u.vector(v)
	switch {
	case want != nil && errors.Is(err, want):
		return nil
	case want != nil:
		return fmt.Errorf("% X is read as %s, %v; want %s", string(v.last()), describe(got), err, v.Error)
	case err != nil:
		return err
	case len(line.steps) > 0:
		return fmt.Errorf("steps: % X is never sent; must be the exchanges there are", string(line.steps[0].Send))
	}
	return v.compare(got, o.Points())
}

// vector makes the exchange of v.
func (u *modbusUnit) vector(v Vector) ([]Reading, error) {
	ctx := context.Background()
	if v.Set != "" {
		return nil, u.Set(ctx, v.Set, v.Value)
	}
	if v.Identity != "" {
		id, err := u.Identify(ctx)
		if err == nil && id.Model != v.Identity {
			err = fmt.Errorf("is identified as %q; the vector says %q", id.Model, v.Identity)
		}
		return nil, err
	}
	var frames []string
	for _, q := range u.requests {
		probe := &replay{steps: []WireExchange{{Send: v.steps()[0].Send}}}
		asks := *u
		asks.port, asks.request = probe, nil
		asks.words(ctx, q) // only to see whether this is the request
		frames = append(frames, fmt.Sprintf("% X", asks.request))
		if len(probe.steps) > 0 {
			continue
		}
		words, err := u.words(ctx, q)
		if err != nil {
			return nil, err
		}
		var got []Reading
		for _, i := range q.reads {
			got = append(got, u.from(i, q, words, nil))
		}
		return got, nil
	}
	return nil, fmt.Errorf("send: % X is no request of reads; must be one of %q", string(v.steps()[0].Send), frames)
}
