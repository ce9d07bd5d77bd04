package drivers

import "strings"

// Pascals in the units gauge controllers show. 1 torr is 101325/760 Pa.
const (
	pascalsPerTorr   = 101325.0 / 760
	pascalsPerMbar   = 100.0
	pascalsPerMicron = pascalsPerTorr / 1000
)

// pascalsPer is how many pascals are in one of the unit called name, as controllers spell it, whatever its case.
func pascalsPer(name string) (float64, bool) {
	switch strings.ToUpper(strings.TrimSpace(name)) {
	case "TORR":
		return pascalsPerTorr, true
	case "MBAR", "HPA", "MBR":
		return pascalsPerMbar, true
	case "PA", "PASCAL", "PASCALS":
		return 1, true
	case "MICRON", "MTORR":
		return pascalsPerMicron, true
	}
	return 0, false
}
