package drivers

import "pychron-edge/buffer"

// Unit is the unit of a Reading: SI, in Prometheus' spelling, or a plain unit of the lab; "" is 0 or 1. The table of units is buffer's.
type Unit = buffer.Unit

// The units.
const (
	Pascals              = buffer.Pascals
	Celsius              = buffer.Celsius
	Watts                = buffer.Watts
	Volts                = buffer.Volts
	Amperes              = buffer.Amperes
	Hertz                = buffer.Hertz
	Meters               = buffer.Meters
	Seconds              = buffer.Seconds
	CountsPerSecond      = buffer.CountsPerSecond
	Percent              = buffer.Percent
	Daltons              = buffer.Daltons // mass per charge of a spectrometer
	CubicMetersPerSecond = buffer.CubicMetersPerSecond
	SCCM                 = buffer.SCCM
	CubicMeters          = buffer.CubicMeters
	Ohms                 = buffer.Ohms
	SiemensPerMeter      = buffer.SiemensPerMeter
	Ratio                = buffer.Ratio
	Counts               = buffer.Counts
	Joules               = buffer.Joules
	VoltAmperes          = buffer.VoltAmperes
	Degrees              = buffer.Degrees
	Grams                = buffer.Grams
	MetersPerSecond      = buffer.MetersPerSecond
	Teslas               = buffer.Teslas
	Number               = buffer.Number
)

// Bound says whether a value is the quantity itself or a limit of it.
type Bound = buffer.Bound

// The bounds.
const (
	Exact   = buffer.Exact
	AtMost  = buffer.AtMost  // under range: the quantity is at most Value
	AtLeast = buffer.AtLeast // over range: the quantity is at least Value
)
