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
// gammaOdd are refused, unknown, and no number, in packets with their checksums.
func gammaOdd(request, _ string) []string {
	head := request[2:5]
	return []string{packet(head + "ER 03 "), packet(head + "OK 00 WHAT IS THIS "), packet(head + "OK 00 NaN AMPS "), packet(head + "OK 00 ")}
}

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
			{Name: "enabled", Value: 1}, {Name: "fault"}, {Name: "error_word"},
			{Name: "current", Value: 1.33e-11, Unit: drivers.Amperes}, {Name: "voltage", Value: 5600, Unit: drivers.Volts},
			{Name: "pressure", Value: 1e-9, Unit: drivers.Pascals},
		},
		Foreign: []drivertest.Exchange{{"~ 05 0C 38\r", "01 OK 00 5600 A6\r"}, {"~ 05 0B 37\r", "04 OK 00 1.0E-11 MBAR 83\r"}},
		Odd:     gammaOdd,
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
			{"~ 05 61 1 7D\r", "05 ER 03 BF\r"},            // 18
			{"~ 05 0D 1,00 16\r", "05 OK 00 02 41\r"},      // 7
			{"~ 05 0D 1 8A\r", "05 OK 00 RUNNING 00 80\r"}, // 14
			{"~" + packet(" 05 0A 1 "), packet("05 OK 00 1.33E-11 AMPS ")},
			{"~" + packet(" 05 0C 1 "), packet("05 OK 00 5600 ")},
			{"~ 05 0B 1 88\r", "05 OK 00 4.1E-11 TORR AD\r"},                         // 4
			{"~ 05 37 1 80\r", "05 OK 00 BF\r"}, {"~ 05 38 1 81\r", "05 OK 00 BF\r"}, // 6
		},
		Identity: drivers.Identity{Model: "DIGITEL MPCQ, SW Version 4.12"},
		Want: []drivers.Reading{
			{Name: "ip_enabled", Value: 1}, {Name: "ip_fault"}, {Name: "ip_error_word"},
			{Name: "ip_current", Value: 1.33e-11, Unit: drivers.Amperes}, {Name: "ip_voltage", Value: 5600, Unit: drivers.Volts},
			{Channel: "ip", Name: "pressure", Value: 4.1e-11 * torr, Unit: drivers.Pascals},
		},
		Odd: gammaOdd, Kept: []string{"ip_enabled"}, // it refuses the question
		Sets: []drivertest.Setting{{Control: "ip_enabled", Value: 1}, {Control: "ip_enabled"}},
		Safe: []string{"~ 05 38 1 81\r"},
	})
}

func TestGammaEthernet(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "gamma-spc", OneByte: drivertest.OnlyDigits, Options: &drivers.GammaOptions{Channels: map[int]string{1: "ip"}, Ethernet: true},
		Exchanges: []drivertest.Exchange{
			{"cmd 01\r", "OK 00 DIGITEL MPCQ\r>"}, {"cmd 02\r", "OK 00 SW Version 4.12\r>"}, // 8
			{"cmd 61 1\r", "OK 00 NO\r>"}, {"cmd 0D 1,00\r", "OK 00 00\r>"}, {"cmd 0D 1\r", "OK 00 STANDBY\r>"}, {"cmd 0A 1\r", "OK 00 0.00E+00 AMPS\r>"}, {"cmd 0C 1\r", "OK 00 0\r>"},
			{"cmd 0B 1\r", "OK 00 1.0E-11 TORR\r>"}, // 9
		},
		Odd: func(_, _ string) []string { return []string{"ER 03\r>", "OK 00 WHAT IS THIS\r>", "OK 00 NaN\r>"} },
		End: "\r>", Opaque: []string{"OK 00 DIGITEL MPCQ\r>", "OK 00 SW Version 4.12\r>", "OK 00 STANDBY\r>"},
		Identity: drivers.Identity{Model: "DIGITEL MPCQ, SW Version 4.12"},
		Want: []drivers.Reading{
			{Name: "ip_enabled"}, {Name: "ip_fault"}, {Name: "ip_error_word"}, {Name: "ip_current", Unit: drivers.Amperes}, {Name: "ip_voltage", Unit: drivers.Volts},
			{Channel: "ip", Name: "pressure", Unit: drivers.Pascals, Missing: "high voltage off"},
		},
	})
}

// gammaReads is what an SPC at address 5 reads where one answer is another.
func gammaReads(t *testing.T, request, reply string) map[string]drivers.Reading {
	t.Helper()
	exchanges := append([]drivertest.Exchange{{request, reply}}, gammaSPC...)
	gamma := open(t, "gamma-spc", &drivers.GammaOptions{Address: 5}, &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
		return drivertest.Answers(exchanges...)(request)
	}})
	got, err := gamma.Read(t.Context())
	if err != nil {
		t.Fatalf("Read() with %q: %v", reply, err)
	}
	readings := map[string]drivers.Reading{}
	for _, r := range got {
		readings[r.Name] = r
	}
	return readings
}

func TestGammaPressures(t *testing.T) {
	for text, want := range map[string]drivers.Reading{
		"1.0E-11 TORR":    {Value: 1e-11 * torr},
		"1.0E-9 mBar":     {Value: 1e-7},
		"1.0E-08 MBR":     {Value: 1e-6}, // 17
		"2.5E-9 PASCAL":   {Value: 2.5e-9},
		"2.5E-9 PA":       {Value: 2.5e-9},
		"UNDERRANGE":      {Missing: "UNDERRANGE"},
		"1.0E-11 FURLONG": {Missing: `1.0E-11 FURLONG: unit "FURLONG" is not known`},
		"1.0E-11":         {Missing: `1.0E-11: unit "" is not known`},
		"1.0E-999 TORR":   {Missing: "1.0E-999 TORR: too large or too small a number"},
	} {
		p := gammaReads(t, "~ 05 0B 37\r", packet("05 OK 00 "+text+" "))["pressure"]
		if p.Missing != want.Missing || p.Value < want.Value*0.999999 || p.Value > want.Value*1.000001 {
			t.Errorf("Read() with %q = %+v, want %+v", text, p, want)
		}
	}
}

// Vector 17 of an MPC whole: its words for units.
func TestGammaUnitsOfAnMPC(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers([]drivertest.Exchange{
		{"~ 05 0B 1 88\r", "05 OK 00 1.0E-08 MBR 49\r"}, {"~ 05 0A 1 87\r", "05 OK 00 4.1E-07 Amps FC\r"},
		{"~ 05 0D 1 8A\r", "05 OK 00 RUNNING 00 80\r"}, {"~" + packet(" 05 0C 1 "), packet("05 OK 00 5600 ")}, {"~ 05 61 1 7D\r", "05 OK 00 YES D0\r"},
	}...)}
	got, err := open(t, "gamma-spc", &drivers.GammaOptions{Address: 5, Channels: map[int]string{1: "ip"}}, wire).Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]float64{}
	for _, r := range got {
		found[r.Name] = r.Value
	}
	if found["ip_current"] != 4.1e-7 || found["pressure"] < 0.99e-6 || found["pressure"] > 1.01e-6 {
		t.Errorf("Read() = %+v, want 4.1e-7 A and 1e-6 Pa", got)
	}
}

// Status words and codes: 11, 14, 15 and 16 of gamma-ion-pump.md, and the words without a vector. An SPC has the codes of an MPC.
func TestGammaStatus(t *testing.T) {
	for reply, want := range map[string]struct {
		fault         float64
		missing, word string
	}{
		"05 OK 00 RUNNING 00\r":            {0, "", ""}, // 11
		"05 OK 00 RUNNING 00 80\r":         {0, "", ""}, // 14
		"05 OK 00 COOL DOWN 05 E9\r":       {0, "", ""}, // 15
		"05 OK 00 STANDBY F4\r":            {0, "", ""},
		"05 OK 00 WAITING TO START 63\r":   {0, "", ""},
		"05 OK 00 PUMP ERROR 05 50\r":      {1, "", "PUMP ERROR 05, pump power"}, // 16
		"05 OK 00 SHUT DOWN 02 FD\r":       {1, "", "SHUT DOWN 02, pressure too high while running"},
		"05 OK 00 INTERLOCK 21 0D\r":       {1, "", "INTERLOCK 21"},
		"05 OK 00 SAFE-CONN 20 DB\r":       {1, "", "SAFE-CONN 20"},
		packet("05 OK 00 SAFE-CONN "):      {1, "", "SAFE-CONN"},
		packet("05 OK 00 04 "):             {1, "", "ERROR"},
		packet("05 OK 00 CALIBRATION 00 "): {0, "CALIBRATION 00", "CALIBRATION 00"},
	} {
		got := gammaReads(t, "~ 05 0D 39\r", reply)
		if f := got["fault"]; f.Value != want.fault || f.Missing != want.missing || got["error_word"].Missing != want.word {
			t.Errorf("%q = %+v, %+v, want fault %g, missing %q, word %q", reply, f, got["error_word"], want.fault, want.missing, want.word)
		}
	}
}

// What an MPCq does not know leaves the rest readable (18); without high voltage there is no pressure.
func TestGammaWithoutQuestion61(t *testing.T) {
	for status, want := range map[string][2]string{
		"RUNNING 00": {"", ""},
		"STANDBY":    {"refused: ER 03", "high voltage not known to be on"},
	} {
		exchanges := append([]drivertest.Exchange{{"~ 05 61 2C\r", "05 ER 03 BF\r"}, {"~ 05 0D 39\r", packet("05 OK 00 " + status + " ")}}, gammaSPC...)
		gamma := open(t, "gamma-spc", &drivers.GammaOptions{Address: 5}, &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			return drivertest.Answers(exchanges...)(request)
		}})
		got, err := gamma.Read(t.Context())
		if err != nil || got[0].Missing != want[0] || got[5].Missing != want[1] || got[4].Value != 5600 {
			t.Errorf("%s: Read() = %+v, %v, want enabled missing %q, pressure missing %q", status, got, err, want[0], want[1])
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
