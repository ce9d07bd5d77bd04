package drivers_test

import (
	"math"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// graphixFrame is text with its check and EOT.
func graphixFrame(text string) string {
	sum := byte(0)
	for _, b := range []byte(text) {
		sum += b
	}
	sum = 255 - sum
	if sum < 32 {
		sum += 32
	}
	return text + string([]byte{sum}) + "\x04"
}

// The vectors of leybold-graphix.md by number. Left out: 2 (a blank, as one driver sends it), 6 (the driver changes no unit).
var graphixExchanges = []drivertest.Exchange{
	hexExchange("0F 35 3B 33 4D 04", "06 32 33 30 36 38 32 56 30 31 2D 04"), // 5
	{graphixFrame("\x0f5;1"), graphixFrame("\x061.02")},
	{graphixFrame("\x0f5;2"), graphixFrame("\x0612345")},
	hexExchange("0F 35 3B 34 4C 04", "06 6D 62 61 72 57 04"),                                                      // 4
	hexExchange("0F 31 3B 32 34 3E 04", "06 4F 4B 5F 04"),                                                         // 3
	hexExchange("0F 31 3B 32 39 39 04", "06 31 2E 32 33 34 45 2D 30 35 2A 04"),                                    // 1
	{graphixFrame("\x0f2;24"), graphixFrame("\x06NOSEN")},                                                         //
	{graphixFrame("\x0f3;24"), graphixFrame("\x06OK")}, {graphixFrame("\x0f3;29"), graphixFrame("\x068.500E+02")}, //
}

func TestGraphix(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "leybold-graphix", Options: &drivers.GraphixOptions{Channels: map[int]string{1: "ig", 2: "aux", 3: "pir"}}, Exchanges: graphixExchanges,
		Identity: drivers.Identity{Model: "GRAPHIX 230682V01 1.02", Serial: "12345", Unit: "mbar"},
		Want: []drivers.Reading{
			{Channel: "ig", Name: "pressure", Value: 1.234e-3, Unit: drivers.Pascals}, {Channel: "aux", Name: "pressure", Unit: drivers.Pascals, Missing: "no sensor"},
			{Channel: "pir", Name: "pressure", Value: 85000, Unit: drivers.Pascals},
		},
		End: "\x04",
		Odd: func(_, _ string) []string {
			return []string{octets("15 33 B7 04"), graphixFrame("\x06WHAT"), graphixFrame("\x06NaN"), graphixFrame("\x06----")}
		}, // 7
		Shared:  []string{octets("0F 35 3B 34 4C 04")},
		Foreign: []drivertest.Exchange{{octets("0F 31 3B 32 39 39 04"), octets("06 31 2E 32 33 34 45 2D 30 35 2B 04")}}, // a wrong check
	})
}

// What a status and a pressure mean, in each unit; the refusal of 7 in words.
func TestGraphixReplies(t *testing.T) {
	for _, c := range []struct {
		unit, status, pressure string
		pascals                float64
		missing                string
	}{
		{"mbar", "OK", "\x061.234E-05", 1.234e-3, ""},
		{"Torr", "OK", "\x061.000E+00", torr, ""},
		{"Pa", "OK", "\x061.000E+00", 1, ""},
		{"psi", "OK", "\x061.000E+00", psi, ""},
		{"Micron", "OK", "\x061.000E+00", torr / 1000, ""},
		{"mbar", "S-OFF", "\x061.234E-05", 0, "sensor off"},
		{"mbar", "Range?", "\x061.234E-05", 0, "out of range"},
		{"mbar", "Error-H", "\x061.234E-05", 0, "Error-H"},
		{"mbar", "OK", "\x153", 0, "refused: code 3"},
		{"mbar", "OK", "\x06off", 0, "off"},
	} {
		wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			switch request {
			case graphixFrame("\x0f5;4"):
				return graphixFrame("\x06" + c.unit), true
			case graphixFrame("\x0f1;24"):
				return graphixFrame("\x06" + c.status), true
			}
			return graphixFrame(c.pressure), request == graphixFrame("\x0f1;29")
		}}
		got, err := open(t, "leybold-graphix", nil, wire).Read(t.Context())
		if err != nil || got[0].Missing != c.missing || math.Abs(got[0].Value-c.pascals) > 1e-9*c.pascals {
			t.Errorf("%s %s %q = %+v, %v, want %g Pa, missing %q", c.unit, c.status, c.pressure, got, err, c.pascals, c.missing)
		}
	}
}

func FuzzGraphix(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "leybold-graphix", Options: &drivers.GraphixOptions{Channels: map[int]string{1: "ig"}}, Exchanges: graphixExchanges})
}
