package drivers_test

import (
	"errors"
	"math"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

const gpOff = "gauge off, or just switched on"

// gpWordOdd and gpHashOdd are refusals, unknown words and what is no number.
func gpWordOdd(request, _ string) []string {
	end := "\r\n"
	if request[len(request)-2] != '\r' {
		end = "\r"
	}
	return []string{"SYNTAX ERROR" + end, "WHAT IS THIS" + end, "NaN" + end}
}

func gpHashOdd(request, _ string) []string {
	return []string{"?01 INVALID \r", "*01 WHAT\r", "*01 NaN\r", "* WHAT\r"}
}

func TestGranvilleWords(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "granville-phillips", OneByte: drivertest.OnlyDigits, Odd: gpWordOdd,
		Options: &drivers.GranvilleWordsOptions{
			Channels: map[string]string{"IG1": "ig", "CG1": "cg1", "CG2": "cg2"}, Switched: []string{"ig"}, Degas: true,
		},
		Exchanges: []drivertest.Exchange{
			{"DS IG1\r\n", "1.50E-09\r\n"},
			{"DS CG1\r\n", "1.20E-03\r\n"}, // vector 1
			{"DS CG2\r\n", "9.99E+9\r\n"},  // as vector 5
			{"DGS\r\n", "1\r\n"},
			{"IG1 ON\r\n", "OK\r\n"}, // vector 2
			{"IG1 OFF\r\n", "OK\r\n"},
			{"DG ON\r\n", "OK\r\n"},
			{"DG OFF\r\n", "OK\r\n"},
		},
		Want: []drivers.Reading{
			{Channel: "ig", Name: "pressure", Value: 1.5e-9 * torr, Unit: drivers.Pascals},
			{Channel: "cg1", Name: "pressure", Value: 1.2e-3 * torr, Unit: drivers.Pascals},
			{Channel: "cg2", Name: "pressure", Unit: drivers.Pascals, Missing: gpOff},
			{Name: "ig_on", Value: 1}, {Name: "degas", Value: 1},
		},
		Sets: []drivertest.Setting{{Control: "ig_on", Value: 1}, {Control: "ig_on"}, {Control: "degas", Value: 1}, {Control: "degas"}},
		Safe: []string{"DG OFF\r\n", "IG1 OFF\r\n"},
	})
}

func TestGranvilleWordsRS485(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "granville-phillips", OneByte: drivertest.OnlyDigits, Odd: gpWordOdd,
		Options:   &drivers.GranvilleWordsOptions{Channels: map[string]string{"IG": "ig"}, Mode: "rs485", Address: 1, End: "cr", Unit: "mbar"},
		Exchanges: []drivertest.Exchange{{"#01DS IG\r", "1.20E-03\r"}},
		Want:      []drivers.Reading{{Channel: "ig", Name: "pressure", Value: 0.12, Unit: drivers.Pascals}},
	})
}

func TestGranvilleModule(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "granville-phillips-#", OneByte: drivertest.OnlyDigits, Odd: gpHashOdd,
		Options: &drivers.GranvilleHashOptions{Channels: map[string]string{"RD": "p"}, Address: 1, Switched: []string{"p"}, Degas: true},
		Exchanges: []drivertest.Exchange{
			{"#01VER\r", "*01 12997-00\r"},
			{"#01RD\r", "*01 7.60E+02\r"}, // vector 8
			{"#01IGS\r", "*01 1 IG ON \r"},
			{"#01DGS\r", "*01 0 DG OFF\r"},
			{"#01IG1\r", "*01 PROGM OK\r"}, // form of vector 10
			{"#01IG0\r", "*01 PROGM OK\r"},
			{"#01DG1\r", "*01 PROGM OK\r"},
			{"#01DG0\r", "*01 PROGM OK\r"},
		},
		Identity: drivers.Identity{Model: "12997-00"},
		Want: []drivers.Reading{
			{Channel: "p", Name: "pressure", Value: 101325, Unit: drivers.Pascals},
			{Name: "p_on", Value: 1}, {Name: "degas"},
		},
		Foreign: []drivertest.Exchange{{"#01RD\r", "*02 7.60E+02\r"}},
		Sets:    []drivertest.Setting{{Control: "p_on", Value: 1}, {Control: "p_on"}, {Control: "degas", Value: 1}, {Control: "degas"}},
		Safe:    []string{"#01DG0\r", "#01IG0\r"},
	})
}

func TestGranville350(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "granville-phillips-#", OneByte: drivertest.OnlyDigits, Odd: gpHashOdd,
		Options: &drivers.GranvilleHashOptions{Channels: map[string]string{"RD1": "ig", "RDA": "cg1"}, Address: 1, Switched: []string{"ig"}, Degas: true},
		Exchanges: []drivertest.Exchange{
			{"#01VER\r", "?01 SYNTX ER\r"},
			{"#01RD1\r", "* 1.53E-06\r"}, // vector 6
			{"#01RDA\r", "* 1.53E+02\r"}, // vector 7
			{"#01DGS\r", "* 1DG ON  \r"},
			{"#01F1 1\r", "* 1IG1 ON \r"},
			{"#01F1 0\r", "* 0IG1 OFF\r"},
			{"#01DG 1\r", "* 1DG ON  \r"},
			{"#01DG 0\r", "* 0DG OFF \r"},
		},
		Want: []drivers.Reading{
			{Channel: "ig", Name: "pressure", Value: 1.53e-6 * torr, Unit: drivers.Pascals},
			{Channel: "cg1", Name: "pressure", Value: 153 * torr, Unit: drivers.Pascals},
			{Name: "ig_on", Value: 1}, {Name: "degas", Value: 1},
		},
		Opaque: []string{"?01 SYNTX ER\r"},
		Sets:   []drivertest.Setting{{Control: "ig_on", Value: 1}, {Control: "ig_on"}, {Control: "degas", Value: 1}, {Control: "degas"}},
		Safe:   []string{"#01DG 0\r", "#01F1 0\r"},
	})
}

// Replies of granville-phillips.md. Left out, because the driver does not ask for them: 3, 4, 9 (PCS), 10 as such (SPO), 12
// (RL-, the differential reading of a 275; its form with a sign in place of the blank is the last row but two).
func TestGranvilleReplies(t *testing.T) {
	for _, c := range []struct {
		model, request, reply string
		torr                  float64
		missing               string
		err                   error
	}{
		{"granville-phillips", "DS IG1\r\n", "9.99E+9\r\n", 0, gpOff, nil},    // 5
		{"granville-phillips", "DS IG1\r\n", "9.99E+09\r\n", 0, gpOff, nil},   // 5, 316
		{"granville-phillips", "DS IG1\r\n", "9.90E+09\r\n", 0, gpOff, nil},   // 5, EPICS
		{"granville-phillips", "DS IG1\r\n", "1.20E-03\r\n", 1.2e-3, "", nil}, // 1
		{"granville-phillips", "DS IG1\r\n", "SYNTAX ERROR\r\n", 0, "refused: SYNTAX ERROR", nil},
		{"granville-phillips", "DS IG1\r\n", "PARITY ERROR\r\n", 0, "refused: PARITY ERROR", nil},
		{"granville-phillips", "DS IG1\r\n", "OK\r\n", 0, "OK", nil},
		{"granville-phillips-#", "#01RD\r", "* 9.90E+09\r", 0, gpOff, nil},
		{"granville-phillips-#", "#01RD\r", "*01-9.80E-02\r", -0.098, "", nil},            // 12
		{"granville-phillips-#", "#01RD\r", "?01 INVALID \r", 0, "refused: INVALID", nil}, // 11
		{"granville-phillips-#", "#01RD\r", "7.60E+02\r", 0, "", drivers.ErrGarbled},
	} {
		options := map[string]any{
			"granville-phillips":   &drivers.GranvilleWordsOptions{Channels: map[string]string{"IG1": "p"}},
			"granville-phillips-#": &drivers.GranvilleHashOptions{Channels: map[string]string{"RD": "p"}, Address: 1},
		}[c.model]
		device := open(t, c.model, options, drivertest.NewScript(t, drivertest.Exchange{c.request, c.reply}))
		got, err := device.Read(t.Context())
		if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
			t.Errorf("%q = %+v, %v, want error %v", c.reply, got, err, c.err)
			continue
		}
		if err == nil && (got[0].Missing != c.missing || math.Abs(got[0].Value-c.torr*torr) > 1e-9*math.Abs(c.torr*torr)) {
			t.Errorf("%q = %+v, want %g torr, missing %q", c.reply, got, c.torr, c.missing)
		}
	}
}

// INVALID means no, or that it is already so: the gauge is asked which.
func TestGranvilleInvalid(t *testing.T) {
	for _, c := range []struct {
		pressure string
		value    float64
		want     error
	}{
		{"1.50E-09\r\n", 1, nil}, {"9.99E+9\r\n", 0, nil}, {"9.99E+9\r\n", 1, drivers.ErrRefused}, {"1.50E-09\r\n", 0, drivers.ErrRefused},
	} {
		wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			if request == "DS IG1\r\n" {
				return c.pressure, true
			}
			return "INVALID\r\n", true
		}}
		device := open(t, "granville-phillips", &drivers.GranvilleWordsOptions{Channels: map[string]string{"IG1": "ig"}, Switched: []string{"ig"}}, wire)
		if err := device.(drivers.Actuator).Set(t.Context(), "ig_on", c.value); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("Set(ig_on, %g) that is INVALID with a pressure of %q = %v, want %v", c.value, c.pressure, err, c.want)
		}
	}
}

// A filament that was just switched on gives no pressure yet: it is neither on nor off.
func TestGranvilleStarting(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(drivertest.Exchange{"IG1 ON\r\n", "OK\r\n"}, drivertest.Exchange{"DS IG1\r\n", "9.99E+9\r\n"})}
	device := open(t, "granville-phillips", &drivers.GranvilleWordsOptions{Channels: map[string]string{"IG1": "ig"}, Switched: []string{"ig"}}, wire).(drivers.Actuator)
	if got, err := device.Read(t.Context()); err != nil || got[1].Value != 0 || got[1].Missing != "" {
		t.Errorf("a gauge that is off reads %+v, %v, want ig_on 0", got, err)
	}
	if err := device.Set(t.Context(), "ig_on", 1); err != nil {
		t.Fatal(err)
	}
	if got, err := device.Read(t.Context()); err != nil || got[1].Missing == "" {
		t.Errorf("a gauge that was just switched on reads %+v, %v, want ig_on missing", got, err)
	}
}

// What acknowledges says the digit, or that the programme is OK, and nothing that looks like it.
func TestGranvilleAcknowledges(t *testing.T) {
	for reply, want := range map[string]error{"* 0IG1 OFF\r": nil, "*01 PROGM OK\r": nil, "* 1IG1 ON \r": drivers.ErrGarbled, "*01 0ROGM OK\r": drivers.ErrGarbled, "* 0IG1 ON \r": drivers.ErrGarbled} {
		wire := &drivertest.Wire{T: t, Instrument: func(string) (string, bool) { return reply, true }}
		device := open(t, "granville-phillips-#", &drivers.GranvilleHashOptions{Channels: map[string]string{"RD1": "ig"}, Switched: []string{"ig"}, Address: 1}, wire)
		if err := device.(drivers.Actuator).Set(t.Context(), "ig_on", 0); !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("Set(ig_on, 0) answered by %q = %v, want %v", reply, err, want)
		}
	}
}
