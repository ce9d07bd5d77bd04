package drivers

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pychron-edge/buffer"
)

// The units that instruments speak, each with a value whose conversion is known from elsewhere (NIST SP 811).
func TestSpokenUnits(t *testing.T) {
	for unit, c := range map[string]struct {
		number, want float64
		si           Unit
	}{
		"torr": {760, 101325, Pascals}, "mbar": {1, 100, Pascals}, "bar": {1.01325, 101325, Pascals}, "psi": {14.6959488, 101325, Pascals},
		"atm": {1, 101325, Pascals}, "inhg": {29.9213, 101325, Pascals}, "MPa": {1, 1e6, Pascals}, "mPa": {1, 1e-3, Pascals}, "fahrenheit": {212, 100, Celsius}, "kelvin": {0, -273.15, Celsius},
		"sccm": {20, 20, SCCM}, "slm": {1.5, 1500, SCCM}, "slpm": {1.5, 1500, SCCM}, "l/min": {60, 1e-3, CubicMetersPerSecond},
		"ml/min": {60, 1e-6, CubicMetersPerSecond}, "m3/h": {3600, 1, CubicMetersPerSecond}, "gallons_per_minute": {1, 6.30902e-5, CubicMetersPerSecond},
		"ohms": {5, 5, Ohms}, "megaohms": {2, 2e6, Ohms}, "ppm": {100, 1e-4, Ratio}, "ppb": {1, 1e-9, Ratio}, "percent": {50, 50, Percent},
		"counts": {7, 7, Counts}, "watt_hours": {1, 3600, Joules}, "kilowatt_hours": {1, 3.6e6, Joules}, "calories": {1, 4.184, Joules},
		"radians": {math.Pi, 180, Degrees}, "degrees": {90, 90, Degrees}, "kilograms": {1, 1000, Grams}, "gauss": {1, 1e-4, Teslas},
		"microsiemens_per_centimeter": {1, 1e-4, SiemensPerMeter}, "liters": {1, 1e-3, CubicMeters}, "number": {42, 42, Number}, "picoamperes": {1, 1e-12, Amperes},
	} {
		r, err := (&Quantity{Name: "x", Unit: unit}).reading(c.number, Exact)
		if err != nil || r.Unit != c.si || math.Abs(r.Value-c.want) > 2e-6*math.Abs(c.want) {
			t.Errorf("%g %s = %g %s, %v, want %g %s", c.number, unit, r.Value, r.Unit, err, c.want, c.si)
		}
	}
	for name, u := range spokenUnits {
		if name != "" && !slices.Contains(buffer.Units(), u.si) || u.per == 0 {
			t.Errorf("%s becomes %g %q, which is not in the table of units", name, u.per, u.si)
		}
	}
}

func TestStates(t *testing.T) {
	q := Quantity{Name: "state", States: map[int]string{0: "off", 4: "running"}}
	if err := q.check(); err != nil {
		t.Fatal(err)
	}
	if p := q.point(); p.Unit != Number || p.States.Name(4) != "running" || p.States.Names()["0"] != "off" {
		t.Errorf("point() = %+v, %v, want a plain number with its names", p, p.States.Names())
	}
	if r, err := q.reading(4, Exact); err != nil || r.Value != 4 || r.Unit != Number {
		t.Errorf("reading(4) = %+v, %v, want 4", r, err)
	}
	if r, err := q.reading(7, Exact); err != nil || r.Missing != "unknown state 7" {
		t.Errorf("reading(7) = %+v, %v, want it missing", r, err)
	}
	two := Quantity{Name: "remote", States: map[int]string{0: "local", 1: "remote"}}
	if p := two.point(); p.Unit != "" || p.States.Name(1) != "remote" {
		t.Errorf("point() of two states = %+v, want 0 or 1", p)
	}
}

func TestQuantityRefused(t *testing.T) {
	for want, q := range map[string]Quantity{
		`states: 4: "OFF" is given twice`:                                 {Name: "state", States: map[int]string{0: "off", 4: "OFF"}},
		`states: 0: " "; must be a name`:                                  {Name: "state", States: map[int]string{0: " "}},
		`states: of a number in "volts"`:                                  {Name: "state", Unit: "volts", States: map[int]string{0: "off"}},
		`name: "device_up" of a plain number`:                             {Name: "device_up", Unit: "number"},
		`name: "cycles_total" of a plain number`:                          {Name: "cycles_total", Unit: "number"},
		`name: "pressure_pascals" of a plain number`:                      {Name: "pressure_pascals", Unit: "number"},
		`name: "is_open" of a plain number`:                               {Name: "is_open", Unit: "number"},
		`unit: "furlongs"; must be one of amperes, at`:                    {Name: "x", Unit: "furlongs"},
		`unit: "mpa"; must be MPa (1e+06 pascals) or mPa (0.001 pascals)`: {Name: "pressure", Unit: "mpa"},
		`unit: "MPA"; must be MPa (1e+06 pascals) or mPa (0.001 pascals)`: {Name: "pressure", Unit: "MPA"},
		`unit: "Torr"; must be torr`:                                      {Name: "pressure", Unit: "Torr"},
	} {
		if err := q.check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("check() = %v, want %q", err, want)
		}
	}
}
