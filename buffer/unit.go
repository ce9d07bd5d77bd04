package buffer

import "strings"

// Unit is the unit of a value: SI, as Prometheus names them; "" is a plain number, such as 0/1.
type Unit string

// The units.
const (
	Pascals         Unit = "pascals"
	Celsius         Unit = "celsius"
	Watts           Unit = "watts"
	Volts           Unit = "volts"
	Amperes         Unit = "amperes"
	Hertz           Unit = "hertz"
	Meters          Unit = "meters"
	Seconds         Unit = "seconds"
	CountsPerSecond Unit = "counts_per_second"
	Percent         Unit = "percent"
	Daltons         Unit = "daltons" // mass per charge of a spectrometer
)

// units is the table of units: how each is written behind a number. Pressures are converted first, see [Display].
var units = [...]struct {
	unit   Unit
	symbol string
}{
	{Pascals, "Pa"}, {Celsius, "°C"}, {Watts, "W"}, {Volts, "V"}, {Amperes, "A"}, {Hertz, "Hz"}, {Meters, "m"}, {Seconds, "s"},
	{CountsPerSecond, "cps"}, {Percent, "%"}, {Daltons, "u"},
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
// nowhere else. Events of ours carry theirs.
func UnitNamed(metric string) Unit {
	for i := range units {
		if strings.HasSuffix(metric, "_"+string(units[i].unit)) {
			return units[i].unit
		}
	}
	return ""
}

// Bound reports whether a value is the quantity itself or a limit of it.
type Bound uint8

// The bounds.
const (
	Exact   Bound = iota
	AtMost        // under range: the quantity is at most Value
	AtLeast       // over range: the quantity is at least Value
)
