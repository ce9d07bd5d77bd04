package drivers

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"pychron-edge/buffer"
	"pychron-edge/lazyregexp"
)

// Quantity is the meaning of the numbers of an instrument, for the models that are described in the configuration.
//
//	reading = Scale·number + Offset          law "" or linear
//	reading = 10^(Scale·number + Offset)     law exponent: heads that give the logarithm of a pressure
//
// in Unit; what leaves the driver is in the unit that buffer's table has for it.
type Quantity struct {
	Channel string         `yaml:"channel"` // "" for an instrument with one
	Name    string         `yaml:"name"`    // what is measured: pressure, temperature, power, open, ...; such a name goes with its own units alone
	Unit    string         `yaml:"unit"`    // torr, mbar, celsius, sccm, ...; number = a plain number; "" = the number is 0 or 1
	Gauge   string         `yaml:"gauge"`   // of a pressure: ion, pirani, convection, capacitance or ""
	Scale   float64        `yaml:"scale"`   // Unit in one of the number that is read; 0 = 1
	Offset  float64        `yaml:"offset"`  // in Unit
	Law     string         `yaml:"law"`     // linear (also ""): number x scale + offset; exponent: 10 to the power of that
	Min     *float64       `yaml:"least"`   // in Unit; what is below is "at most this". None = no such end
	Max     *float64       `yaml:"most"`    // in Unit; what is above is "at least this"
	States  map[int]string `yaml:"states"`  // of a number that is one of a few: their names. Others than 0 and 1 make it a plain number
}

var (
	quantityName = lazyregexp.New(`^[a-z][a-z0-9_]*$`)
	gaugeKinds   = []string{"", "ion", "pirani", "convection", "capacitance"}
	plainName    = lazyregexp.New(`^is_|_(total|count|sum|bucket|created|info)$`) // what Prometheus takes for something else
)

// maxState is the longest name of a state, in bytes.
const maxState = 40

// check says what is wrong with q.
func (q *Quantity) check() error {
	var errs []error
	if !quantityName.MatchString(q.Name) {
		errs = append(errs, fmt.Errorf("name: %q; must be small letters, digits and _, such as pressure", q.Name))
	}
	if err := checkSpoken(q.Unit); err != nil {
		errs = append(errs, err)
	} else if err := q.checkMeaning(); err != nil {
		errs = append(errs, err)
	}
	if !slices.Contains([]string{"", "linear", "exponent"}, q.Law) {
		errs = append(errs, fmt.Errorf("law: %q; must be linear or exponent", q.Law))
	}
	if !slices.Contains(gaugeKinds, q.Gauge) {
		errs = append(errs, fmt.Errorf("gauge: %q; must be ion, pirani, convection or capacitance", q.Gauge))
	} else if _, known := spokenUnits[q.Unit]; known && q.Gauge != "" && q.unit().si != Pascals {
		errs = append(errs, fmt.Errorf("gauge: %q in %q; must be of a pressure, or left out", q.Gauge, q.Unit))
	}
	if q.Min != nil && q.Max != nil && *q.Min >= *q.Max {
		errs = append(errs, fmt.Errorf("least: %g and most: %g; the first must be below the second", *q.Min, *q.Max))
	}
	if n := q.Name; q.unit().si == Number && (plainName.MatchString(n) || buffer.Declared(n) != nil || buffer.UnitNamed("x_"+n) != "") {
		errs = append(errs, fmt.Errorf("name: %q of a plain number is its metric; must be no name of another metric and not end in a unit", n))
	}
	return errors.Join(append(errs, q.checkStates())...)
}

func (q *Quantity) checkStates() error {
	seen := map[string]bool{}
	for _, value := range NewStates(q.States).values() {
		name := folded(q.States[value])
		if name == "" || len(name) > maxState || strings.ContainsAny(name, "\r\n") {
			return fmt.Errorf("states: %d: %q; must be a name of one line, at most %d characters", value, q.States[value], maxState)
		}
		if seen[name] {
			return fmt.Errorf("states: %d: %q is given twice; must be given once", value, q.States[value])
		}
		seen[name] = true
	}
	if len(q.States) > 0 && (q.Unit != "" && q.Unit != "number" || q.Law != "" || q.Min != nil || q.Max != nil) {
		return fmt.Errorf("states: of a number in %q; must be of a plain number or of 0 and 1, without law, least and most", q.Unit)
	}
	return nil
}

// unit is what the number is in: a number with names for more than 0 and 1 is a plain number.
func (q *Quantity) unit() spokenUnit {
	if q.Unit == "" {
		for value := range q.States {
			if value != 0 && value != 1 {
				return spokenUnits["number"]
			}
		}
	}
	return spokenUnits[q.Unit]
}

// point is what q is called.
func (q *Quantity) point() Point {
	return Point{Channel: q.Channel, Name: q.Name, Unit: q.unit().si, Gauge: q.Gauge, States: NewStates(q.States)}
}

// reading is what a number, or the end of a range, means. A number that is none of the states is missing.
func (q *Quantity) reading(number float64, bound Bound) (Reading, error) {
	return q.readingIn(q.unit(), number, bound)
}

// readingIn is reading where the instrument says which unit u it speaks.
func (q *Quantity) readingIn(u spokenUnit, number float64, bound Bound) (Reading, error) {
	r := Reading{Channel: q.Channel, Name: q.Name, Unit: u.si, Bound: bound}
	v := scaleOf(q.Scale)*number + q.Offset
	if q.Law == "exponent" {
		v = math.Pow(10, v)
		if v == 0 {
			return r, errNotFinite
		}
	}
	if !finite(v) {
		return r, errNotFinite
	}
	if q.Scale < 0 && bound != Exact {
		r.Bound = AtMost + AtLeast - bound
	}
	switch {
	case len(q.States) > 0 && q.point().States.Name(v) == "":
		return q.missing(fmt.Sprintf("unknown state %g", v)), nil
	case u.si == "" && (v != 0 && v != 1 || bound != Exact):
		return r, fmt.Errorf("%g is neither 0 nor 1", v)
	case r.Bound != AtLeast && q.Min != nil && v < *q.Min:
		v, r.Bound = *q.Min, AtMost
	case r.Bound != AtMost && q.Max != nil && v > *q.Max:
		v, r.Bound = *q.Max, AtLeast
	}
	r.Value = v*u.per + u.zero
	return r, check(r)
}

// missing is q without a value.
func (q *Quantity) missing(why string) Reading {
	return Reading{Channel: q.Channel, Name: q.Name, Unit: q.unit().si, Missing: why}
}

func scaleOf(scale float64) float64 {
	if scale == 0 {
		return 1
	}
	return scale
}
