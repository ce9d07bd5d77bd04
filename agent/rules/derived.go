package rules

import (
	"math"
	"slices"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

// Derived is a point computed from others. It stands in Present beside what was read, under its own device name.
type Derived struct {
	Device      string // the name it stands under
	Point       drivers.Point
	Value       *Expression
	Description string
	Gas         string   // what a pressure is calibrated for; "" for what is no pressure
	Deadband    *float64 // nil = the default of its unit
}

// Ref names the point.
func (d *Derived) Ref() Ref { return Ref{d.Device, d.Point.Point()} }

// Derive computes what depends on the device that has just been read, in an order in which each finds what it needs, puts
// it into Present, and gives the names of the devices whose points it set.
func Derive(all []*Derived, v View, changed string) []string {
	var set []string
	for _, d := range all {
		if !d.depends(changed, set) {
			continue
		}
		s := d.sample(v)
		v.Present.Set(d.Device, with(v.Present.Device(d.Device), s))
		if !slices.Contains(set, s.Device) {
			set = append(set, s.Device)
		}
	}
	return set
}

// depends says whether the point is computed from the device called changed or from one of those in set.
func (d *Derived) depends(changed string, set []string) bool {
	for _, in := range d.Value.Inputs {
		if in.Device == changed || slices.Contains(set, in.Device) {
			return true
		}
	}
	return slices.Contains(d.Value.Devices, changed)
}

// with is a copy of samples with s in the place of the one of its point.
func with(samples []buffer.Sample, s buffer.Sample) []buffer.Sample {
	samples = slices.Clone(samples)
	for i := range samples {
		if samples[i].Point() == s.Point() {
			samples[i] = s
			return samples
		}
	}
	return append(samples, s)
}

// sample computes the point now. It is true as of the oldest input it has a value of, and goes stale with the first of
// them that does; it is missing where an input that matters is.
func (d *Derived) sample(v View) buffer.Sample {
	s := buffer.Sample{
		Device: d.Device, Channel: d.Point.Channel, Name: d.Point.Name, Unit: d.Point.Unit, Up: v.Now,
	}
	deadline := time.Duration(math.MaxInt64)
	for _, in := range d.Value.Inputs {
		source := v.Sample(in.Ref)
		if source == nil || in.Age || in.absent(v, 0) != "" {
			continue
		}
		if s.Time.IsZero() || source.Up < s.Up {
			s.Time, s.Up = source.Time, source.Up
		}
		deadline = min(deadline, source.Up+source.StaleAfter)
	}
	s.StaleAfter = deadline - s.Up
	if s.Time.IsZero() {
		s.StaleAfter = d.maxStaleAfter()
	}
	d.fill(&s, v)
	return s
}

// maxStaleAfter is the longest stale_after of the inputs.
func (d *Derived) maxStaleAfter() time.Duration {
	staleAfter := 5 * time.Second
	for _, in := range d.Value.Inputs {
		staleAfter = max(staleAfter, in.StaleAfter)
	}
	return staleAfter
}

// fill puts the value, its bound or the reason for its absence into s.
func (d *Derived) fill(s *buffer.Sample, v View) {
	n := d.known(v)
	low := math.Inf(-1)
	if s.Unit == buffer.Pascals {
		low = 0
	}
	up, down := !math.IsInf(n.hi, 0), !math.IsInf(n.lo, 0) && n.lo > low
	switch {
	case n.none != 0:
		s.Missing = d.why(v, n.none)
	case n.exact() && !math.IsInf(n.lo, 0):
		s.Value = n.lo
	case up && s.Unit != "": // that it is more than n.lo too, one bound cannot say
		s.Value, s.Bound = n.hi, buffer.AtMost
	case down:
		s.Value, s.Bound = n.lo, buffer.AtLeast
	default:
		s.Missing = "cannot be told"
	}
}

// known is what is known of the value; a condition is 0 or 1.
func (d *Derived) known(v View) number {
	if d.Value.compute != nil {
		return d.Value.Compute(v)
	}
	t := d.Value.Judge(v, 0)
	switch {
	case t.certain(true):
		return exactly(1)
	case t.certain(false):
		return exactly(0)
	case t.none != 0:
		return number{none: t.none}
	}
	return between(math.Inf(-1), math.Inf(1))
}

// why says which input is to blame for no value.
func (d *Derived) why(v View, none uint64) string {
	for i, in := range d.Value.Inputs {
		if none&(1<<i) != 0 {
			return in.Ref.String() + ": " + in.absent(v, 0)
		}
	}
	return "no value"
}
