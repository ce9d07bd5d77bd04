package drivers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// spokenUnit is a unit that instruments speak: what leaves the driver = per·number + zero, in si.
type spokenUnit struct {
	si        Unit
	per, zero float64
}

const (
	pascalsPerPSI         = 4.4482216152605 / (0.0254 * 0.0254) // pound-force a square inch
	pascalsPerInchMercury = 3386.389                            // conventional, at 0 °C
	joulesPerCalorie      = 4.184                               // thermochemical
	litersPerGallon       = 3.785411784                         // of the United States
)

// spokenUnits are the units that a configuration may name, in small letters but where capitals tell two units apart, a thousand million
// of one in the other. The units they become are those of buffer's table.
var spokenUnits = map[string]spokenUnit{
	"": {"", 1, 0}, "number": {Number, 1, 0}, "ratio": {Ratio, 1, 0}, "percent": {Percent, 1, 0}, "ppm": {Ratio, 1e-6, 0}, "ppb": {Ratio, 1e-9, 0},

	"pascals": {Pascals, 1, 0}, "pa": {Pascals, 1, 0}, "hpa": {Pascals, 100, 0}, "kpa": {Pascals, 1e3, 0}, "MPa": {Pascals, 1e6, 0}, "mPa": {Pascals, 1e-3, 0},
	"mbar": {Pascals, pascalsPerMbar, 0}, "bar": {Pascals, 1e5, 0}, "psi": {Pascals, pascalsPerPSI, 0}, "inhg": {Pascals, pascalsPerInchMercury, 0},
	"torr": {Pascals, pascalsPerTorr, 0}, "micron": {Pascals, pascalsPerMicron, 0}, "mtorr": {Pascals, pascalsPerMicron, 0}, "atm": {Pascals, 101325, 0},

	"celsius": {Celsius, 1, 0}, "kelvin": {Celsius, 1, -273.15}, "fahrenheit": {Celsius, 5.0 / 9, -160.0 / 9},

	"watts": {Watts, 1, 0}, "milliwatts": {Watts, 1e-3, 0}, "kilowatts": {Watts, 1e3, 0}, "volt_amperes": {VoltAmperes, 1, 0},
	"volts": {Volts, 1, 0}, "millivolts": {Volts, 1e-3, 0}, "microvolts": {Volts, 1e-6, 0}, "kilovolts": {Volts, 1e3, 0},
	"amperes": {Amperes, 1, 0}, "milliamperes": {Amperes, 1e-3, 0}, "microamperes": {Amperes, 1e-6, 0}, "nanoamperes": {Amperes, 1e-9, 0},
	"picoamperes": {Amperes, 1e-12, 0},
	"ohms":        {Ohms, 1, 0}, "kiloohms": {Ohms, 1e3, 0}, "megaohms": {Ohms, 1e6, 0},
	"siemens_per_meter": {SiemensPerMeter, 1, 0}, "microsiemens_per_centimeter": {SiemensPerMeter, 1e-4, 0},
	"joules": {Joules, 1, 0}, "millijoules": {Joules, 1e-3, 0}, "kilojoules": {Joules, 1e3, 0}, "watt_hours": {Joules, 3600, 0},
	"kilowatt_hours": {Joules, 3.6e6, 0}, "calories": {Joules, joulesPerCalorie, 0},
	"teslas": {Teslas, 1, 0}, "gauss": {Teslas, 1e-4, 0},

	"hertz": {Hertz, 1, 0}, "kilohertz": {Hertz, 1e3, 0}, "megahertz": {Hertz, 1e6, 0}, "rpm": {Hertz, 1.0 / 60, 0},
	"counts": {Counts, 1, 0}, "counts_per_second": {CountsPerSecond, 1, 0},
	"seconds": {Seconds, 1, 0}, "milliseconds": {Seconds, 1e-3, 0}, "minutes": {Seconds, 60, 0}, "hours": {Seconds, 3600, 0}, "days": {Seconds, 86400, 0},

	"meters": {Meters, 1, 0}, "centimeters": {Meters, 1e-2, 0}, "millimeters": {Meters, 1e-3, 0}, "micrometers": {Meters, 1e-6, 0},
	"nanometers": {Meters, 1e-9, 0}, "inches": {Meters, 0.0254, 0},
	"meters_per_second": {MetersPerSecond, 1, 0}, "millimeters_per_second": {MetersPerSecond, 1e-3, 0},
	"degrees": {Degrees, 1, 0}, "radians": {Degrees, degreesPerRadian, 0},
	"grams": {Grams, 1, 0}, "milligrams": {Grams, 1e-3, 0}, "kilograms": {Grams, 1e3, 0}, "daltons": {Daltons, 1, 0},

	"cubic_meters": {CubicMeters, 1, 0}, "liters": {CubicMeters, 1e-3, 0}, "milliliters": {CubicMeters, 1e-6, 0},
	"cubic_meters_per_second": {CubicMetersPerSecond, 1, 0}, "cubic_meters_per_hour": {CubicMetersPerSecond, 1.0 / 3600, 0},
	"liters_per_minute": {CubicMetersPerSecond, 1e-3 / 60, 0}, "milliliters_per_minute": {CubicMetersPerSecond, 1e-6 / 60, 0},
	"l/min": {CubicMetersPerSecond, 1e-3 / 60, 0}, "ml/min": {CubicMetersPerSecond, 1e-6 / 60, 0}, "m3/h": {CubicMetersPerSecond, 1.0 / 3600, 0},
	"gallons_per_minute": {CubicMetersPerSecond, litersPerGallon * 1e-3 / 60, 0},
	"sccm":               {SCCM, 1, 0}, "slm": {SCCM, 1e3, 0}, "slpm": {SCCM, 1e3, 0},
}

const degreesPerRadian = 57.29577951308232

func checkSpoken(unit string) error {
	if _, ok := spokenUnits[unit]; ok {
		return nil
	}
	words := unitWords(anyUnit)
	return fmt.Errorf("unit: %q; must be %s", unit, cmp.Or(spelling(unit), "one of "+strings.Join(words, ", ")))
}

// spelling are the units that a word which is none differs from in capitals alone, "" if there are none: "MPa (1e+06 pascals) or mPa (0.001 pascals)".
func spelling(word string) string {
	var alike []string
	for _, name := range unitWords(anyUnit) {
		if strings.EqualFold(name, word) {
			alike = append(alike, name)
		}
	}
	if len(alike) < 2 {
		return strings.Join(alike, "")
	}
	for i, name := range alike {
		alike[i] = fmt.Sprintf("%s (%g %s)", name, spokenUnits[name].per, spokenUnits[name].si)
	}
	return strings.Join(alike, " or ")
}

func anyUnit(spokenUnit) bool { return true }

// unitWords are the names of those units that are right, in the order of the alphabet.
func unitWords(right func(spokenUnit) bool) (words []string) {
	for word, u := range spokenUnits {
		if word != "" && right(u) {
			words = append(words, word)
		}
	}
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
	})
	return words
}
