package drivers

import (
	"slices"
	"testing"
)

// What every driver reads agrees with what the names mean to whoever describes an instrument.
func TestNamesOfReadingsMeanOneQuantity(t *testing.T) {
	for _, m := range Models() {
		for _, p := range m.Points(m.Defaults()) {
			if units := UnitsOf(p.Name); units != nil && !slices.Contains(units, p.Unit) {
				t.Errorf("%s reads %s in %q, and it means %q", m.Name, p.Name, p.Unit, units)
			}
		}
	}
	for name := range boundNames {
		if slices.Contains(usual, name) {
			t.Errorf("%s stands in both tables", name)
		}
	}
}

func TestUnitsOfNames(t *testing.T) {
	for _, c := range []struct {
		name, unit, want string
	}{
		{"pressure", "torr", ""}, {"pressure", "MPa", ""}, {"temperature", "kelvin", ""}, {"flow", "slm", ""}, {"open", "", ""}, {"torque", "percent", ""},
		{"pressure", "celsius", `unit: "celsius" of a reading called pressure; must be one of atm, bar, hpa, inhg, kpa, mbar, micron, MPa, mPa, mtorr, pa, pascals, psi, torr`},
		{"pressure", "", `unit: "" of a reading called pressure; must be one of atm, bar, hpa, inhg, kpa, mbar, micron, MPa, mPa, mtorr, pa, pascals, psi, torr`},
		{"temperature", "volts", `unit: "volts" of a reading called temperature; must be one of celsius, fahrenheit, kelvin`},
		{"open", "percent", `unit: "percent" of a reading called open; must be left out, for it is 0 or 1`},
	} {
		got := ""
		if err := (&Quantity{Name: c.name, Unit: c.unit}).check(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s in %q: %q, want %q", c.name, c.unit, got, c.want)
		}
	}
}
