package buffer

import "strings"

// Unit is the unit of a value: SI as Prometheus names its base units, and the plain units of the lab. "" is 0 or 1: something
// is or is not. A number that has no unit and may be anything is a [Number].
type Unit string

// The units.
const (
	Pascals              Unit = "pascals"
	Celsius              Unit = "celsius"
	Watts                Unit = "watts"
	Volts                Unit = "volts"
	Amperes              Unit = "amperes"
	Hertz                Unit = "hertz"
	Meters               Unit = "meters"
	Seconds              Unit = "seconds"
	CountsPerSecond      Unit = "counts_per_second"
	Percent              Unit = "percent"
	Daltons              Unit = "daltons" // mass per charge of a spectrometer
	CubicMetersPerSecond Unit = "cubic_meters_per_second"
	SCCM                 Unit = "sccm" // mass flow, at the reference temperature of the instrument
	CubicMeters          Unit = "cubic_meters"
	Ohms                 Unit = "ohms"
	SiemensPerMeter      Unit = "siemens_per_meter"
	Ratio                Unit = "ratio" // parts of one
	Counts               Unit = "counts"
	Joules               Unit = "joules"
	VoltAmperes          Unit = "volt_amperes"
	Degrees              Unit = "degrees" // of angle
	Grams                Unit = "grams"
	MetersPerSecond      Unit = "meters_per_second"
	Teslas               Unit = "teslas"
	Number               Unit = "number" // a plain number, or one of a few that have names
)

// units is the table of units: how each is written behind a number. Pressures are converted first, see [Display].
var units = [...]struct {
	unit   Unit
	symbol string
}{
	{Pascals, "Pa"}, {Celsius, "°C"}, {Watts, "W"}, {Volts, "V"}, {Amperes, "A"}, {Hertz, "Hz"}, {Meters, "m"}, {Seconds, "s"},
	{CountsPerSecond, "cps"}, {Percent, "%"}, {Daltons, "u"}, {CubicMetersPerSecond, "m³/s"}, {SCCM, "sccm"}, {CubicMeters, "m³"},
	{Ohms, "Ω"}, {SiemensPerMeter, "S/m"}, {Ratio, "of 1"}, {Counts, "counts"}, {Joules, "J"}, {VoltAmperes, "VA"}, {Degrees, "°"}, {Grams, "g"},
	{MetersPerSecond, "m/s"}, {Teslas, "T"}, {Number, ""},
}

// Units is every unit of the table but "".
func Units() []Unit {
	all := make([]Unit, len(units))
	for i := range units {
		all[i] = units[i].unit
	}
	return all
}

// Symbol is how the unit is written behind a number; a unit that is not in the table is written by its name.
func (u Unit) Symbol() string {
	for i := range units {
		if units[i].unit == u {
			return units[i].symbol
		}
	}
	return string(u)
}

// UnitNamed is the unit the name of a metric ends in, as Prometheus has it, or "": for metrics that others bring, who give a unit
// nowhere else. Events of ours carry theirs. No name tells a [Number].
func UnitNamed(metric string) Unit {
	var found Unit
	for i := range units {
		if u := units[i].unit; u != Number && len(u) > len(found) && strings.HasSuffix(metric, "_"+string(u)) {
			found = u
		}
	}
	return found
}

// Bound reports whether a value is the quantity itself or a limit of it.
type Bound uint8

// The bounds.
const (
	Exact   Bound = iota
	AtMost        // under range: the quantity is at most Value
	AtLeast       // over range: the quantity is at least Value
)
