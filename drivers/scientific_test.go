package drivers

import (
	"errors"
	"fmt"
	"testing"
)

// What the sheets show of numbers, and what one byte that is changed or an end of line too early makes of them.
func TestFormsOfNumbers(t *testing.T) {
	two := func(s string) (float64, error) { return scientific(s, 2) }
	one := func(s string) (float64, error) { return scientific(s, 1) }
	for _, c := range []struct {
		name  string
		parse func(string) (float64, error)
		good  map[string]float64
		bad   []string
	}{
		{"normal", normal,
			map[string]float64{"1.23E-3": 1.23e-3, "7.602E+2": 760.2, "1.10e-9": 1.1e-9, "1.23": 1.23, "1.234E0": 1.234, "500": 500, " +077.350": 77.35, "-0.5": -0.5, "5,0231": 5.0231, "1E-05": 1e-5, "1.2E+00": 1.2},
			[]string{"1720E-03", ".50E-09", " .5", "22.", "1.E-09", "41.00E-10", "1.50E-097", "1.2E-0", "1.2E-00", "1.234E03", "E-03", "1.2E", "", "1 2", "0x1p3", "NaN"}},
		{"fixed point", fixedPoint, map[string]float64{"+014.70": 14.7, "221.9": 221.9, "0": 0}, []string{"222e3", "22.", "1.2E-3", ".9"}},
		{"two digits", two, map[string]float64{"1.50E-09": 1.5e-9, "+1.2300E-03": 1.23e-3, "+9.90000000E+37": 9.9e37}, []string{"1.50", "1.50E-9", "1.", "1E-09", "1.50E09", "150E-09", "1.50E-0", "1.50E-009"}},
		{"one digit", one, map[string]float64{" 1.3E-4": 1.3e-4, "1.234E-10": 1.234e-10}, []string{"1.3", "1.3E4", "13E-4", "1.3E-"}},
	} {
		for text, want := range c.good {
			if got, err := c.parse(text); err != nil || got != want {
				t.Errorf("%s: %q = %g, %v, want %g", c.name, text, got, err, want)
			}
		}
		for _, text := range c.bad {
			if got, err := c.parse(text); err == nil {
				t.Errorf("%s: %q = %g, want an error", c.name, text, got)
			}
		}
	}
}

// What no instrument measures is no reading.
func TestWhatNothingMeasures(t *testing.T) {
	for want, readings := range map[error][]Reading{
		nil:              {{Unit: Pascals, Value: 1e-13}, {Unit: Pascals}, {Unit: Pascals, Value: -0.1}, {Unit: Celsius, Value: zeroKelvin}, {Unit: Celsius, Value: 9e4}, {Unit: Volts, Value: 1e30}},
		errNoPressure:    {{Unit: Pascals, Value: 2e11}, {Unit: Pascals, Value: -2e11}},
		errNoVacuum:      {{Unit: Pascals, Value: 1e-95}, {Unit: Pascals, Value: -1e-95}},
		errNoTemperature: {{Unit: Celsius, Value: 2.5e91}},
		errBelowZero:     {{Unit: Celsius, Value: -274}},
	} {
		for _, r := range readings {
			if err := check(r); !errors.Is(err, want) {
				t.Errorf("check(%g %s) = %v, want %v", r.Value, r.Unit, err, fmt.Sprint(want))
			}
		}
	}
}
