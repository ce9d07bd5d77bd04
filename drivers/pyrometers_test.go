package drivers_test

import (
	"errors"
	"math"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

var impacCase = drivertest.Case{
	Model: "impac", OneByte: "five digits, or a sign and four, without a check", Options: &drivers.ImpacOptions{},
	Exchanges: []drivertest.Exchange{
		{"00sn\r", "01234\r"}, {"00mb\r", "00FA09C4\r"}, {"00ms\r", "02563\r"}, {"00em\r", "0970\r"},
		{"00em0970\r", "ok\r"}, {"00la1\r", "ok\r"}, {"00la0\r", "ok\r"},
	},
	Identity: drivers.Identity{Serial: "01234"},
	Want: []drivers.Reading{
		{Name: "temperature", Value: 256.3, Unit: drivers.Celsius}, {Name: "emissivity", Value: 97, Unit: drivers.Percent},
		{Name: "pointer", Missing: unasked},
	},
	Opaque:  []string{"01234\r"},
	Foreign: []drivertest.Exchange{{"00mb\r", "02563\r"}}, Odd: drivertest.Words,
	Sets: []drivertest.Setting{{Control: "emissivity", Value: 97}, {Control: "pointer", Value: 1}, {Control: "pointer", Value: 0}},
	Safe: []string{"00la0\r"},
}

func TestImpac(t *testing.T) { drivertest.Conform(t, impacCase) }

func FuzzImpac(f *testing.F) { drivertest.Fuzz(f, impacCase) }

// Replies to ms of pyrometers.md, 1, with a range of -20 to 2500 °C. Left out, because the driver does not send them: 99sn (any address), gt
// (format not given), ez.
func TestImpacReplies(t *testing.T) {
	for _, c := range []struct {
		reply   string
		celsius float64
		bound   drivers.Bound
		missing bool
	}{
		{"02563\r", 256.3, drivers.Exact, false},
		{"-0170\r", -17, drivers.Exact, false},
		{"-0200\r", -20, drivers.AtMost, false}, // the bottom of the range
		{"88880\r", 2500, drivers.AtLeast, false},
		{"77770\r", 0, drivers.Exact, true},
		{"75550\r", 0, drivers.Exact, true},
		{"74440\r", 0, drivers.Exact, true},
		{"no\r", 0, drivers.Exact, true},
		{"256.3\r", 0, drivers.Exact, true},
		{"2563\r", 0, drivers.Exact, true},
	} {
		wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(
			drivertest.Exchange{"00mb\r", "FFEC09C4\r"}, drivertest.Exchange{"00ms\r", c.reply}, drivertest.Exchange{"00em\r", "0970\r"})}
		got, err := open(t, "impac", nil, wire).Read(t.Context())
		if err != nil {
			t.Errorf("%q: %v", c.reply, err)
			continue
		}
		if r := got[0]; r.Value != c.celsius || r.Bound != c.bound || (r.Missing != "") != c.missing {
			t.Errorf("%q = %+v, want %g, bound %d, missing %v", c.reply, r, c.celsius, c.bound, c.missing)
		}
	}
}

// A unit set to °F, and a refused set.
func TestImpacFahrenheitAndRefusal(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(
		drivertest.Exchange{"07mb\r", "00FA09C4\r"}, drivertest.Exchange{"07ms\r", "04820\r"}, drivertest.Exchange{"07em\r", "1000\r"},
		drivertest.Exchange{"07em1000\r", "no\r"})}
	device := open(t, "impac", &drivers.ImpacOptions{Address: 7, Fahrenheit: true}, wire)
	if r, err := device.Read(t.Context()); err != nil || math.Abs(r[0].Value-250) > 1e-9 {
		t.Errorf("Read() of 482.0 °F = %+v, %v, want 250 °C", r, err)
	}
	if err := device.(drivers.Actuator).Set(t.Context(), "emissivity", 100); !errors.Is(err, drivers.ErrRefused) {
		t.Errorf("Set(emissivity, 100) answered by no = %v, want ErrRefused", err)
	}
}

var microEpsilonCase = drivertest.Case{
	OneFrame: "two bytes without a word for anything",
	Model:    "micro-epsilon", Options: &drivers.MicroEpsilonOptions{Family: "ct"},
	Exchanges: []drivertest.Exchange{
		{"\x0e", "\x01\x86\xa0"}, {"\x01", "\x04\xd3"}, {"\xa0\x03\xb6\x15", "\x03\xb6"}, {"\xa5\x01\xa4", "\x01"}, {"\xa5\x00\xa5", "\x00"},
	},
	Identity: drivers.Identity{Serial: "100000"},
	Want: []drivers.Reading{
		{Name: "temperature", Value: 23.5, Unit: drivers.Celsius}, {Name: "emissivity", Unit: drivers.Percent, Missing: unasked},
		{Name: "pointer", Missing: unasked},
	},
	Opaque: []string{"\x01\x86\xa0", "\x04\xd3"},
	Sets:   []drivertest.Setting{{Control: "emissivity", Value: 95}, {Control: "pointer", Value: 1}, {Control: "pointer", Value: 0}},
	Safe:   []string{"\xa5\x00\xa5"},
}

func TestMicroEpsilon(t *testing.T) { drivertest.Conform(t, microEpsilonCase) }

func FuzzMicroEpsilon(f *testing.F) { drivertest.Fuzz(f, microEpsilonCase) }

// The vectors of pyrometers.md, 2, that are not in the case. Left out: "10" (a CS answers with the state of its pointer; a CT cannot), "B1 84 03 B6 31" (84
// with a checksum is one driver's habit; A0 is the vendor's, and its checksum leaves the address out too).
func TestMicroEpsilonVectors(t *testing.T) {
	for _, c := range []struct {
		options drivers.MicroEpsilonOptions
		control string // "" = Read
		value   float64
		request string
		reply   string
	}{
		{drivers.MicroEpsilonOptions{Family: "ct", HighResolution: true}, "", 23.5, "\x01", "\x30\x3e"},
		{drivers.MicroEpsilonOptions{Family: "cs"}, "", 23.5, "\x01", "\x04\xd3"},
		{drivers.MicroEpsilonOptions{Family: "ct", Address: 1}, "", 23.5, "\xb1\x01", "\x04\xd3"},
		{drivers.MicroEpsilonOptions{Family: "cs"}, "emissivity", 95, "\x84\x03\xb6", "\x03\xb6"},
		{drivers.MicroEpsilonOptions{Family: "cs"}, "pointer", 1, "\x90\x01", "\x01"},
		{drivers.MicroEpsilonOptions{Family: "cs"}, "pointer", 0, "\x90\x00", "\x00"},
		{drivers.MicroEpsilonOptions{Family: "ct", Address: 1}, "emissivity", 95, "\xb1\xa0\x03\xb6\x15", "\x03\xb6"},
		{drivers.MicroEpsilonOptions{Family: "ct", Unchecked: true}, "emissivity", 95, "\xa0\x03\xb6", "\x03\xb6"},
	} {
		device := open(t, "micro-epsilon", &c.options, drivertest.NewScript(t, drivertest.Exchange{c.request, c.reply}))
		if c.control != "" {
			if err := device.(drivers.Actuator).Set(t.Context(), c.control, c.value); err != nil {
				t.Errorf("%+v: Set(%s, %g) = %v", c.options, c.control, c.value, err)
			}
			continue
		}
		if r, err := device.Read(t.Context()); err != nil || r[0].Value != c.value {
			t.Errorf("%+v: Read() = %+v, %v, want %g", c.options, r, err, c.value)
		}
	}
}

// A range of which one digit is wrong makes limits of good readings until the line is opened anew: it is asked for twice.
func TestImpacRangeIsAskedTwice(t *testing.T) {
	replies := map[string]string{"00sn\r": "1234\r", "00mb\r": "00FA09C4\r", "00ms\r": "02563\r", "00em\r": "0970\r"}
	wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) { reply, ok := replies[request]; return reply, ok }}
	device := open(t, "impac", &drivers.ImpacOptions{}, wire)
	wire.Reply = func(n int, request, reply string) string {
		if n == 0 {
			return "08FA09C4\r" // 2298 to 2500
		}
		return reply
	}
	if got, err := device.Read(t.Context()); !errors.Is(err, drivers.ErrGarbled) {
		t.Errorf("Read() = %+v, %v, want ErrGarbled", got, err)
	}
	if got, err := device.Read(t.Context()); err != nil || got[0].Value != 256.3 || got[0].Bound != drivers.Exact {
		t.Errorf("the Read after it = %+v, %v, want 256.3", got, err)
	}
}
