package drivers_test

import (
	"errors"
	"fmt"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// packet puts a checksum behind text: the sum of text, which ends in a blank.
func packet(text string) string {
	sum := 0
	for _, b := range []byte(text) {
		sum += int(b)
	}
	return fmt.Sprintf("%s%02X\r", text, sum%256)
}

// The vectors of gamma-ion-pump.md are checked as packets in framing_test.go. Of these 5 is left out (the driver computes its checksums) and 13
// (no exact bytes); 12's unit setting and the set-points, analogue modes and sizes are not used.
var gammaSPC = []drivertest.Exchange{
	{"~ 05 01 26\r", packet("05 OK 00 DIGITEL SPC ")},
	{"~ 05 02 27\r", packet("05 OK 00 SW Version 4.12 ")},
	{"~ 05 61 2C\r", "05 OK 00 YES D0\r"},               // 12
	{"~ 05 0D 39\r", "05 OK 00 RUNNING 00\r"},           // 11: a checksum of 00
	{"~ 05 0A 36\r", packet("05 OK 00 1.33E-11 AMPS ")}, // 11, 2
	{"~ 05 0C 38\r", packet("05 OK 00 5600 ")},          // 11, 10
	{"~ 05 0B 37\r", "05 OK 00 1.0E-11 MBAR 84\r"},      // 11
	{"~ 05 37 2F\r", "05 OK 00 BF\r"},                   // 12, 6
	{"~ 05 38 30\r", "05 OK 00 BF\r"},                   // 12, 6
}

func TestGammaSPC(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "gamma-spc", Options: &drivers.GammaOptions{Address: 5, Switched: true}, Exchanges: gammaSPC,
		Identity: drivers.Identity{Model: "DIGITEL SPC, SW Version 4.12"},
		Want: []drivers.Reading{
			{Name: "enabled", Value: 1}, {Name: "fault"},
			{Name: "current", Value: 1.33e-11, Unit: drivers.Amperes}, {Name: "voltage", Value: 5600, Unit: drivers.Volts},
			{Name: "pressure", Value: 1e-9, Unit: drivers.Pascals},
		},
		Foreign: []drivertest.Exchange{{"~ 05 0C 38\r", "01 OK 00 5600 A6\r"}, {"~ 05 0A 36\r", "05 OK 00 1.0E-11 MBAR 84\r"}, {"~ 05 61 2C\r", "05 OK 00 RUNNING 00\r"}},
		Sets:    []drivertest.Setting{{Control: "enabled", Value: 1}, {Control: "enabled"}},
		Safe:    []string{"~ 05 38 30\r"},
	})
}

func TestGammaMPC(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "gamma-spc", Options: &drivers.GammaOptions{Address: 5, Channels: map[int]string{1: "ip"}, Switched: true},
		Exchanges: []drivertest.Exchange{
			{"~ 05 01 26\r", packet("05 OK 00 DIGITEL MPCQ ")}, // 1, at address 5
			{"~ 05 02 27\r", packet("05 OK 00 SW Version 4.12 ")},
			{"~" + packet(" 05 61 1 "), "05 OK 00 YES D0\r"},
			{"~ 05 0D 1 8A\r", "05 OK 00 02 41\r"}, // 7
			{"~" + packet(" 05 0A 1 "), packet("05 OK 00 1.33E-11 AMPS ")},
			{"~" + packet(" 05 0C 1 "), packet("05 OK 00 5600 ")},
			{"~ 05 0B 1 88\r", "05 OK 00 4.1E-11 TORR AD\r"},                         // 4
			{"~ 05 37 1 80\r", "05 OK 00 BF\r"}, {"~ 05 38 1 81\r", "05 OK 00 BF\r"}, // 6
		},
		Identity: drivers.Identity{Model: "DIGITEL MPCQ, SW Version 4.12"},
		Want: []drivers.Reading{
			{Name: "ip_enabled", Value: 1}, {Name: "ip_fault"},
			{Name: "ip_current", Value: 1.33e-11, Unit: drivers.Amperes}, {Name: "ip_voltage", Value: 5600, Unit: drivers.Volts},
			{Channel: "ip", Name: "pressure", Value: 4.1e-11 * torr, Unit: drivers.Pascals},
		},
		Sets: []drivertest.Setting{{Control: "ip_enabled", Value: 1}, {Control: "ip_enabled"}},
		Safe: []string{"~ 05 38 1 81\r"},
	})
}

func TestGammaEthernet(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "gamma-spc", Options: &drivers.GammaOptions{Channels: map[int]string{1: "ip"}, Ethernet: true},
		Exchanges: []drivertest.Exchange{
			{"cmd 01\r", "OK 00 DIGITEL MPCQ\r>"}, {"cmd 02\r", "OK 00 SW Version 4.12\r>"}, // 8
			{"cmd 61 1\r", "OK 00 NO\r>"}, {"cmd 0D 1\r", "OK 00 STANDBY\r>"}, {"cmd 0A 1\r", "OK 00 0.00E+00 AMPS\r>"}, {"cmd 0C 1\r", "OK 00 0\r>"},
			{"cmd 0B 1\r", "OK 00 1.0E-11 TORR\r>"}, // 9
		},
		End: "\r>", Opaque: []string{"OK 00 DIGITEL MPCQ\r>", "OK 00 SW Version 4.12\r>", "OK 00 STANDBY\r>"},
		Identity: drivers.Identity{Model: "DIGITEL MPCQ, SW Version 4.12"},
		Want: []drivers.Reading{
			{Name: "ip_enabled"}, {Name: "ip_fault"}, {Name: "ip_current", Unit: drivers.Amperes}, {Name: "ip_voltage", Unit: drivers.Volts},
			{Channel: "ip", Name: "pressure", Unit: drivers.Pascals, Missing: "high voltage off"},
		},
	})
}

func TestGammaPressures(t *testing.T) {
	for text, want := range map[string]drivers.Reading{
		"1.0E-11 TORR":    {Value: 1e-11 * torr},
		"1.0E-9 mBar":     {Value: 1e-7},
		"2.5E-9 PASCAL":   {Value: 2.5e-9},
		"UNDERRANGE":      {Missing: "UNDERRANGE"},
		"1.0E-11 FURLONG": {Name: "garbled"},
		"1.0E-11":         {Name: "garbled"},
		"1.0E-999 TORR":   {Name: "garbled"},
	} {
		exchanges := append([]drivertest.Exchange{{"~ 05 0B 37\r", packet("05 OK 00 " + text + " ")}}, gammaSPC...)
		gamma := open(t, "gamma-spc", &drivers.GammaOptions{Address: 5}, &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			return drivertest.Answers(exchanges...)(request)
		}})
		got, err := gamma.Read(t.Context())
		if want.Name != "" {
			if !errors.Is(err, drivers.ErrGarbled) {
				t.Errorf("Read() with %q = %+v, %v, want ErrGarbled", text, got, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("Read() with %q: %v", text, err)
		} else if p := got[4]; p.Missing != want.Missing || p.Value < want.Value*0.999999 || p.Value > want.Value*1.000001 {
			t.Errorf("Read() with %q = %+v, want %+v", text, p, want)
		}
	}
}

// Unless it is said that it may be switched, the high voltage is not touched: not even by a halt.
func TestGammaNotSwitched(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(gammaSPC...)}
	gamma := open(t, "gamma-spc", &drivers.GammaOptions{Address: 5}, wire).(drivers.Actuator)
	if err := gamma.Set(t.Context(), "enabled", 1); !errors.Is(err, drivers.ErrRange) {
		t.Errorf("Set(enabled, 1) = %v, want ErrRange", err)
	}
	if err := gamma.Halt(t.Context()); err != nil || len(wire.Sent) > 0 {
		t.Errorf("Halt() = %v, sent %q, want nothing", err, wire.Sent)
	}
}

func FuzzGamma(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "gamma-spc", Options: &drivers.GammaOptions{Address: 5}, Exchanges: gammaSPC})
}

func FuzzGammaEthernet(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "gamma-spc", Options: &drivers.GammaOptions{Ethernet: true}, Exchanges: []drivertest.Exchange{
		{"cmd 01\r", "OK 00 DIGITEL MPCQ\r>"}, {"cmd 02\r", "OK 00 SW Version 4.12\r>"}, {"cmd 61\r", "OK 00 YES\r>"}, {"cmd 0D\r", "OK 00 RUNNING\r>"},
		{"cmd 0A\r", "OK 00 1.33E-11 AMPS\r>"}, {"cmd 0C\r", "OK 00 5600\r>"}, {"cmd 0B\r", "OK 00 1.0E-11 TORR\r>"},
	}})
}
