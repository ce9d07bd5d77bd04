package drivers

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// Adjustable describes a control of an instrument, for the models that are described in the configuration. What is sent is
// (value - Offset) / Scale in Unit, as [Quantity] has it.
type Adjustable struct {
	Control   string  `yaml:"control"`   // named as the reading it moves
	Unit      string  `yaml:"unit"`      // as Quantity's; "" = 0 or 1
	Scale     float64 `yaml:"scale"`     // 0 = 1
	Offset    float64 `yaml:"offset"`    // in Unit
	Min       float64 `yaml:"min"`       // in Unit
	Max       float64 `yaml:"max"`       // in Unit; with min 0 and unit "" 1
	Idle      float64 `yaml:"idle"`      // in Unit: the harmless value
	Hazard    bool    `yaml:"hazard"`    // must be named in controls of the device; always halted
	Halts     bool    `yaml:"halts"`     // a Halt sets it to its idle value
	Pulse     bool    `yaml:"pulse"`     // acts once and returns by itself
	Tolerance float64 `yaml:"tolerance"` // in Unit: the reading of this name is read after a set and must be this near; 0 = it is not read
}

// check says what is wrong with a.
func (a Adjustable) check() error {
	var errs []error
	if !quantityName.MatchString(strings.ToLower(a.Control)) {
		errs = append(errs, fmt.Errorf("control: %q; must be letters, digits and _", a.Control))
	}
	if err := checkSpoken(a.Unit); err != nil {
		errs = append(errs, err)
	}
	c := a.control()
	if !(c.Min < c.Max) || c.Idle < c.Min || c.Idle > c.Max {
		errs = append(errs, fmt.Errorf("min, max, idle: %g, %g, %g; must be min < max and idle between them", a.Min, a.Max, a.Idle))
	}
	if a.Unit == "" && (c.Min != 0 || c.Max != 1 || c.Idle != math.Trunc(c.Idle)) {
		errs = append(errs, fmt.Errorf("min, max, idle: %g, %g, %g; without a unit min must be 0, max 1 and idle one of them", a.Min, a.Max, a.Idle))
	}
	if !(a.Tolerance >= 0) || math.IsInf(a.Tolerance, 0) {
		errs = append(errs, fmt.Errorf("tolerance: %g; must be 0 or more", a.Tolerance))
	}
	return errors.Join(errs...)
}

// control is a in SI.
func (a Adjustable) control() Control {
	u := spokenUnits[a.Unit]
	if a.Unit == "" && a.Min == 0 && a.Max == 0 {
		a.Max = 1
	}
	return Control{
		Name: a.Control, Unit: u.si, Min: a.Min*u.per + u.zero, Max: a.Max*u.per + u.zero, Idle: a.Idle*u.per + u.zero, Hazard: a.Hazard, Pulse: a.Pulse,
	}
}

// resolution is that of [Control], of a control whose numbers are sent in whole multiples of quantum; 0 = as finely as one likes. Where nobody says how
// near what is read must be, it may be measured, and only as much is asked of it as of any other: a hundredth of the range, or what the number is rounded to.
func (a Adjustable) resolution(quantum float64) float64 {
	c, u := a.control(), spokenUnits[a.Unit]
	quantum *= math.Abs(scaleOf(a.Scale)) * u.per
	switch whole := c.Max - c.Min; {
	case c.Unit == "":
		return 0
	case a.Tolerance > 0:
		return a.Tolerance * u.per * (1 + 1e-5) // verify takes what is just as far
	case quantum > whole/200:
		return max(quantum, whole/100)
	}
	return 0
}

// number is what is sent for a value in SI.
func (a Adjustable) number(value float64) float64 {
	u := spokenUnits[a.Unit]
	return ((value-u.zero)/u.per - a.Offset) / scaleOf(a.Scale)
}

// verify says whether what was read back is what was set.
func (a Adjustable) verify(value float64, got Reading) error {
	switch {
	case got.Missing != "":
		return fmt.Errorf("%s: set to %g and reads nothing: %s: %w", a.Control, value, got.Missing, ErrRefused)
	case got.Bound != Exact || !(math.Abs(got.Value-value) <= a.Tolerance*spokenUnits[a.Unit].per):
		return fmt.Errorf("%s: set to %g and reads %s: %w", a.Control, value, describe([]Reading{got}), ErrRefused)
	}
	return nil
}

// pointNamed is the index of the point that is called name, -1 if there is none.
func pointNamed(points []Point, name string) int {
	for i, p := range points {
		if p.Point() == name {
			return i
		}
	}
	return -1
}

// checkReadBack says what is wrong with reading a back among points.
func (a Adjustable) checkReadBack(points []Point) error {
	if a.Tolerance == 0 {
		return nil
	}
	i := pointNamed(points, a.Control)
	if i < 0 || points[i].Unit != spokenUnits[a.Unit].si {
		return fmt.Errorf("tolerance: there is no reading %s in the same quantity; must be one to be read back", a.Control)
	}
	return nil
}
