package drivers_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

var diode = drivertest.Case{
	Model: "fusions-diode", OneByte: "whole numbers without a check", Options: &drivers.FusionsDiodeOptions{Prefix: ";LB.", MaxOn: time.Minute},
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
	Odd:      drivertest.Words,
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
	Odd:   drivertest.Words,
	Model: "vue", OneByte: "numbers without a check", Options: &drivers.VueOptions{MaxOn: time.Minute, MaxCurrent: 30}, Instrument: vueUnit,
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

// A Vue with a fault is not switched on; a current that is not taken over is an error, and the laser that was on in between is switched off.
func TestVueRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		request, reply string
		control        string
		last           string
	}{
		"a fault that stays":    {"f?\r", "4\r", "enabled", "f?\r"},
		"a current not taken":   {"i?\r", "7.00\r", "current", "i?\r"},
		"l1 refused":            {"l1\r", "ERR\r", "enabled", "l0\r"},
		"no zero before enable": {"i?\r", "7.00\r", "enabled", "l0\r"},
	} {
		unit := vueUnit()
		wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			if request == c.request {
				return c.reply, true
			}
			return unit(request)
		}}
		laser := open(t, "vue", vueCase.Options, wire).(drivers.Actuator)
		err := laser.Set(t.Context(), c.control, 1)
		if !errors.Is(err, drivers.ErrRefused) || !slices.Contains(wire.Sent, c.last) || c.request != "l1\r" && slices.Contains(wire.Sent, "l1\r") {
			t.Errorf("%s: Set(%s, 1) = %v after %q, want ErrRefused, and %q", name, c.control, err, wire.Sent, c.last)
		}
	}
}

func TestLaserOptions(t *testing.T) {
	for name, o := range map[string]interface{ Check() error }{
		"diode without max_on":   &drivers.FusionsDiodeOptions{Prefix: ";LB."},
		"vue without max_on":     &drivers.VueOptions{MaxCurrent: 1},
		"vue without a limit":    &drivers.VueOptions{MaxOn: time.Minute},
		"uc2000 without max_on":  &drivers.UC2000Options{MaxPower: 95},
		"uc2000 at 100 percent":  &drivers.UC2000Options{MaxOn: time.Minute, MaxPower: 100},
		"atl without max_on":     &drivers.ATLOptions{MaxRate: 1},
		"ostech without max_on":  &drivers.OsTechOptions{MaxCurrent: 1},
		"ostech without a limit": &drivers.OsTechOptions{MaxOn: time.Minute},
	} {
		if err := o.Check(); err == nil {
			t.Errorf("Check() of %s = nil, want an error", name)
		}
	}
}
