package buffer

// PascalsPerTorr is one torr: a 760th of a standard atmosphere.
const PascalsPerTorr = 101325.0 / 760

// PascalsPerMillibar is one millibar.
const PascalsPerMillibar = 100.0

// Display says what people read pressures in: "torr", "mbar" or "pa"; "" is torr. Everything else has one unit.
type Display struct{ Unit string }

// Of is what a person reads for a value in u, and the unit to write behind it; "" for 0/1.
func (d Display) Of(value float64, u Unit) (float64, string) {
	if u != Pascals {
		return value, u.Symbol()
	}
	switch d.Unit {
	case "mbar":
		return value / PascalsPerMillibar, "mbar"
	case "pa":
		return value, "Pa"
	}
	return value / PascalsPerTorr, "torr"
}
