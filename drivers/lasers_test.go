package drivers_test

import (
	"strings"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

var diode = drivertest.Case{
	Model: "fusions-diode", Options: &drivers.FusionsDiodeOptions{Prefix: ";LB.", MaxOn: time.Minute},
	// Vectors 1 to 3, 6 (without zero power, which is the Vue's) and 7 of fusions-logic-board.md; 4 and 5 are the CO2's.
	Exchanges: []drivertest.Exchange{
		{";LB.VER\r", "Fusions 0.96\r"},
		{";LB.INTLK\r", "0\r"},
		{";LB.ADC1\r", "128\r"},
		{";LB.IOWR1 1\r", "OK\r"},
		{";LB.DRV0 1\r", "OK\r"},
		{";LB.ENBL 1\r", "OK\r"},
		{";LB.ENBL 0\r", "OK\r"},
		{";LB.DRV0 0\r", "OK\r"},
		{";LB.IOWR1 0\r", "OK\r"},
	},
	Identity: drivers.Identity{Model: "Fusions 0.96"},
	Want: []drivers.Reading{
		{Name: "enabled", Missing: unasked}, {Name: "output", Value: 128.0 / 255 * 100, Unit: drivers.Percent},
		{Name: "external_interlock_open"}, {Name: "emergency_stop_open"}, {Name: "coolant_interlock_open"},
	},
	Opaque: []string{"Fusions 0.96\r"},
	Sets:   []drivertest.Setting{{Control: "enabled", Value: 1}, {Control: "enabled", Value: 0}},
	Safe:   []string{";LB.ENBL 0\r", ";LB.DRV0 0\r", ";LB.IOWR1 0\r"},
}

func TestFusionsDiode(t *testing.T) { drivertest.Conform(t, diode) }

func FuzzFusionsDiode(f *testing.F) { drivertest.Fuzz(f, diode) }

// vueUnit remembers its current, as the sheet says; the sheet has no vectors of it.
func vueUnit() func(string) (string, bool) {
	amps := "0.00"
	return func(request string) (string, bool) {
		switch command := strings.TrimSuffix(request, "\r"); command {
		case "i?":
			return amps + "\r", true
		case "adlt?":
			return "1320\r", true
		case "f?":
			return "0\r", true
		case "cf", "l1", "l0":
			return "OK\r", true
		default:
			value, ok := strings.CutPrefix(command, "i ")
			amps = value
			return "OK\r", ok
		}
	}
}

var vueCase = drivertest.Case{
	Model: "vue", Options: &drivers.VueOptions{MaxOn: time.Minute, MaxCurrent: 30}, Instrument: vueUnit,
	Exchanges: []drivertest.Exchange{{"i?\r", "0.00\r"}, {"adlt?\r", "1320\r"}, {"f?\r", "0\r"}}, // seeds of the fuzzer
	Want: []drivers.Reading{
		{Name: "enabled", Missing: unasked}, {Name: "current", Unit: drivers.Amperes},
		{Name: "temperature", Unit: drivers.Celsius, Value: 73.97 - 38.89*2.5*1320/4096}, {Name: "fault"},
	},
	Sets: []drivertest.Setting{
		{Control: "enabled", Value: 1}, {Control: "enabled", Value: 0}, {Control: "current", Value: 12.345}, {Control: "current", Value: 0},
	},
	Safe:              []string{"i 0.00\r", "l0\r"},
	AskedWhileHalting: []string{"i?\r"},
}

func TestVue(t *testing.T) { drivertest.Conform(t, vueCase) }

func FuzzVue(f *testing.F) { drivertest.Fuzz(f, vueCase) }
