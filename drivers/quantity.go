package drivers

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
)

// Quantity is the meaning of the numbers of an instrument, for the models that are described in the configuration.
//
//	reading = Scale·number + Offset          law "" or linear
//	reading = 10^(Scale·number + Offset)     law exponent: heads that give the logarithm of a pressure
//
// in Unit; what leaves the driver is in SI.
type Quantity struct {
	Channel string   `yaml:"channel"` // "" for an instrument with one
	Name    string   `yaml:"name"`    // pressure, temperature, power, open, ...: what is measured
	Unit    string   `yaml:"unit"`    // torr, mbar, celsius, fahrenheit, rpm, ...; "" = the number is 0 or 1
	Gauge   string   `yaml:"gauge"`   // of a pressure: ion, pirani, convection, capacitance or ""
	Scale   float64  `yaml:"scale"`   // 0 = 1
	Offset  float64  `yaml:"offset"`  // in Unit
	Law     string   `yaml:"law"`
	Min     *float64 `yaml:"least"` // in Unit; what is below is "at most this". None = no such end
	Max     *float64 `yaml:"most"`  // in Unit; what is above is "at least this"
}

// spokenUnit is a unit that instruments speak: SI = per·number + zero.
type spokenUnit struct {
	si        Unit
	per, zero float64
}

var spokenUnits = map[string]spokenUnit{
	"": {"", 1, 0}, "pascals": {Pascals, 1, 0}, "pa": {Pascals, 1, 0}, "mbar": {Pascals, pascalsPerMbar, 0}, "hpa": {Pascals, pascalsPerMbar, 0},
	"torr": {Pascals, pascalsPerTorr, 0}, "micron": {Pascals, pascalsPerMicron, 0}, "mtorr": {Pascals, pascalsPerMicron, 0}, "kpa": {Pascals, 1000, 0},
	"celsius": {Celsius, 1, 0}, "kelvin": {Celsius, 1, -273.15}, "fahrenheit": {Celsius, 5.0 / 9, -160.0 / 9},
	"watts": {Watts, 1, 0}, "milliwatts": {Watts, 1e-3, 0}, "volts": {Volts, 1, 0}, "millivolts": {Volts, 1e-3, 0},
	"amperes": {Amperes, 1, 0}, "milliamperes": {Amperes, 1e-3, 0}, "hertz": {Hertz, 1, 0}, "rpm": {Hertz, 1.0 / 60, 0},
	"meters": {Meters, 1, 0}, "millimeters": {Meters, 1e-3, 0}, "micrometers": {Meters, 1e-6, 0}, "seconds": {Seconds, 1, 0}, "minutes": {Seconds, 60, 0},
	"hours": {Seconds, 3600, 0}, "counts_per_second": {CountsPerSecond, 1, 0}, "percent": {Percent, 1, 0},
}

var (
	quantityName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	gaugeKinds   = []string{"", "ion", "pirani", "convection", "capacitance"}
)

// check says what is wrong with q.
func (q Quantity) check() error {
	var errs []error
	if !quantityName.MatchString(q.Name) {
		errs = append(errs, fmt.Errorf("name: %q; must be small letters, digits and _, such as pressure", q.Name))
	}
	if err := checkSpoken(q.Unit); err != nil {
		errs = append(errs, err)
	}
	if !slices.Contains([]string{"", "linear", "exponent"}, q.Law) {
		errs = append(errs, fmt.Errorf("law: %q; must be linear or exponent", q.Law))
	}
	if !slices.Contains(gaugeKinds, q.Gauge) || q.Gauge != "" && spokenUnits[q.Unit].si != Pascals {
		errs = append(errs, fmt.Errorf("gauge: %q in %q; must be ion, pirani, convection or capacitance, of a pressure", q.Gauge, q.Unit))
	}
	if q.Min != nil && q.Max != nil && *q.Min >= *q.Max {
		errs = append(errs, fmt.Errorf("least: %g and most: %g; the first must be below the second", *q.Min, *q.Max))
	}
	return errors.Join(errs...)
}

func checkSpoken(unit string) error {
	if _, ok := spokenUnits[unit]; !ok {
		return fmt.Errorf("unit: %q; must be one of %s", unit, strings.Join(slices.Sorted(maps.Keys(spokenUnits))[1:], ", "))
	}
	return nil
}

// point is what q is called.
func (q Quantity) point() Point {
	return Point{Channel: q.Channel, Name: q.Name, Unit: spokenUnits[q.Unit].si, Gauge: q.Gauge}
}

// reading is what a number, or the end of a range, means.
func (q Quantity) reading(number float64, bound Bound) (Reading, error) {
	u := spokenUnits[q.Unit]
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
	case q.Unit == "" && (v != 0 && v != 1 || bound != Exact):
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
func (q Quantity) missing(why string) Reading {
	return Reading{Channel: q.Channel, Name: q.Name, Unit: spokenUnits[q.Unit].si, Missing: why}
}

func scaleOf(scale float64) float64 {
	if scale == 0 {
		return 1
	}
	return scale
}
