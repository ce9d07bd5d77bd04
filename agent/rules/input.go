package rules

import (
	"fmt"
	"math"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// timeout is how long the input may be without a value: what is given, else the stale_after of its device.
func (in Input) timeout(given time.Duration) time.Duration {
	if given > 0 {
		return given
	}
	return in.StaleAfter
}

// absent says why the input has no value that can be used now, "" if it has one.
func (in Input) absent(v View, tolerance time.Duration) string {
	if in.Age {
		return ""
	}
	s := v.Sample(in.Ref)
	switch {
	case s == nil:
		return "not read yet"
	case s.Missing != "":
		return s.Missing
	case math.IsNaN(s.Value) || math.IsInf(s.Value, 0):
		return "not a number"
	case s.Stale(v.Now), tolerance > 0 && s.Age(v.Now) > tolerance:
		return "stale"
	}
	if in.Rate {
		if _, ok := v.Rates.of(in.Ref); !ok {
			return "no rate yet"
		}
	}
	return ""
}

// usable is the sample of the input, nil if it has no value that can be used now.
func (in Input) usable(s *scene) *buffer.Sample {
	if in.absent(s.View, s.tolerance) != "" {
		return nil
	}
	return s.Sample(in.Ref)
}

// number is what is known of the input; bit marks it as to blame where that is nothing.
func (in Input) number(s *scene, bit uint64) number {
	if in.Age {
		return exactly(in.age(s.View).Seconds())
	}
	sample := in.usable(s)
	switch {
	case sample == nil:
		return number{none: bit}
	case in.Rate:
		rate, ok := s.Rates.of(in.Ref)
		if !ok {
			return number{none: bit}
		}
		return exactly(rate)
	}
	return intervalOf(sample)
}

// age is how long ago the instrument last spoke of the point; since the start if it never did.
func (in Input) age(v View) time.Duration {
	if s := v.Sample(in.Ref); s != nil {
		return s.Age(v.Now)
	}
	return v.Now
}

// intervalOf is what a sample says of its quantity. A pressure is not below zero.
func intervalOf(s *buffer.Sample) number {
	switch s.Bound {
	case buffer.AtMost:
		low := math.Inf(-1)
		if s.Unit == buffer.Pascals {
			low = min(0, s.Value)
		}
		return between(low, s.Value)
	case buffer.AtLeast:
		return between(s.Value, math.Inf(1))
	}
	return exactly(s.Value)
}

// Values is what the inputs are now, for people: "ion1.ig = 0.0012 torr, V1.open = 1".
func (e *Expression) Values(v View) string {
	var parts []string
	for _, in := range e.Inputs {
		parts = append(parts, in.text(v))
	}
	for _, device := range e.Devices {
		parts = append(parts, device+" is "+v.health(device))
	}
	return strings.Join(parts, ", ")
}

func (in Input) text(v View) string {
	if in.Age {
		return fmt.Sprintf("age of %s = %.3g s", in.Ref, in.age(v).Seconds())
	}
	if why := in.absent(v, 0); why != "" {
		return fmt.Sprintf("%s: %s", in.Ref, why)
	}
	sign, number, unit := "=", 0.0, in.Unit
	if in.Rate {
		number, _ = v.Rates.of(in.Ref)
	} else {
		s := v.Sample(in.Ref)
		sign, number = [...]string{"=", "<=", ">="}[s.Bound], s.Value
	}
	shown, word := v.Display.Of(number, unit)
	if in.Rate {
		return fmt.Sprintf("rate of %s %s %.4g %s/s", in.Ref, sign, shown, word)
	}
	return strings.TrimRight(fmt.Sprintf("%s %s %.4g %s", in.Ref, sign, shown, word), " ")
}
