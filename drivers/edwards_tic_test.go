package drivers_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// ticUnit is a TIC with three gauges and two pumps; the vectors of edwards-tic.md are marked by number. Left out: 7 and 8, which are of an nXDS.
func ticUnit() func(string) (string, bool) {
	state := map[string]string{"904": "4", "910": "0"}
	known := drivertest.Answers([]drivertest.Exchange{
		{"?S902\r", "=S902 TIC200;D39702640A;071234567;0\r"},
		{"?V913\r", "=V913 1.00e-05;59;11;0;0\r"},   // 1
		{"?V914\r", "=V914 9.9000e+09;59;0;6;0\r"},  // 6
		{"?V915\r", "=V915 5.0000e+00;66;11;0;0\r"}, // in volts
		{"?V905\r", "=V905 55.9;1;0\r"},             // 3
		{"?V906\r", "=V906 12.5;0;0\r"}, {"?V911\r", "=V911 0.0;0;0\r"}, {"?V912\r", "=V912 0.0;0;0\r"},
	}...)
	return func(request string) (string, bool) {
		object := request[2:min(5, len(request))]
		switch {
		case strings.HasPrefix(request, "!C") && state[object] != "":
			state[object] = map[byte]string{'1': "5", '0': "7"}[request[6]]
			return "*C" + object + " 0\r", true // 4
		case strings.HasPrefix(request, "?V") && state[object] != "":
			return "=V" + object + " " + state[object] + ";0;0\r", true // 2
		}
		return known(request)
	}
}

func TestEdwardsTIC(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "edwards-tic", OneByte: "numbers without a check",
		Options:    &drivers.TICOptions{Gauges: map[int]string{1: "ig", 2: "pir", 3: "aux"}, Turbo: true, Backing: true},
		Instrument: ticUnit,
		Identity:   drivers.Identity{Model: "TIC200 D39702640A", Serial: "071234567"},
		Want: []drivers.Reading{
			{Channel: "ig", Name: "pressure", Value: 1e-5, Unit: drivers.Pascals},
			{Channel: "pir", Name: "pressure", Unit: drivers.Pascals, Missing: "not connected"},
			{Channel: "aux", Name: "pressure", Unit: drivers.Pascals, Missing: "in volts"},
			{Name: "turbo", Value: 1}, {Name: "turbo_state", Value: 4, Unit: drivers.Number}, {Name: "turbo_fault"}, {Name: "turbo_error_word"},
			{Name: "turbo_speed", Value: 55.9, Unit: drivers.Percent}, {Name: "turbo_power", Value: 12.5, Unit: drivers.Watts},
			{Name: "backing"}, {Name: "backing_state", Unit: drivers.Number}, {Name: "backing_fault"}, {Name: "backing_error_word"},
			{Name: "backing_speed", Unit: drivers.Percent}, {Name: "backing_power", Unit: drivers.Watts},
		},
		Odd: func(request, _ string) []string {
			object := request[1:5]
			return []string{"*" + object + " 2\r", "=" + object + " WHAT\r", "=" + object + " NaN;59;11;0;0\r", "=" + object + " ;;;;\r"}
		},
		Foreign: []drivertest.Exchange{{"?V913\r", "=V914 1.00e-05;59;11;0;0\r"}, {"?V905\r", "=V911 55.9;1;0\r"}},
		Sets:    []drivertest.Setting{{Control: "turbo", Value: 1}, {Control: "turbo"}, {Control: "backing", Value: 1}},
	})
}

// What the fields of a gauge mean: its state, unit and alerts.
func TestEdwardsTICGauges(t *testing.T) {
	for fields, want := range map[string]drivers.Reading{
		"1.00e-05;59;11;0;0":  {Value: 1e-5},
		"1.00e-07;59;11;4;0":  {Value: 1e-7, Bound: drivers.AtMost},
		"1.00e-07;59;11;11;0": {Value: 1e-7, Bound: drivers.AtMost},
		"1.00e+03;59;11;3;1":  {Value: 1e3, Bound: drivers.AtLeast},
		"1.00e+03;59;11;12;1": {Value: 1e3, Bound: drivers.AtLeast},
		"0;59;11;4;0":         {Missing: "alert 4 under range"},
		"1.00e-05;59;11;47;0": {Value: 1e-5}, // service due
		"1.00e-05;59;11;15;2": {Missing: "alert 15 filament"},
		"1.00e-05;59;5;0;0":   {Missing: "off"},
		"1.00e-05;59;12;0;0":  {Missing: "inhibited"},
		"1.00e-05;59;13;0;0":  {Missing: "state 13, which is not known"},
		"50;81;11;0;0":        {Missing: "in percent"},
		"50;60;11;0;0":        {Missing: "unit 60, which is not known"},
		"1.00e-07;59;11;t;0":  {Missing: "alert t, which is not known"}, // it was a 4: under range
		"1.00e-07;59;11;40":   {Missing: "1.00e-07;59;11;40"},           // a byte is lost
		"WHAT;59;11;0;0":      {Missing: "WHAT"},
		"1e999;59;11;0;0":     {Missing: "1e999: too large or too small a number"},
	} {
		wire := &drivertest.Wire{T: t, Instrument: func(string) (string, bool) { return "=V913 " + fields + "\r", true }}
		got, err := open(t, "edwards-tic", &drivers.TICOptions{Gauges: map[int]string{1: "p"}}, wire).Read(t.Context())
		if err != nil || got[0].Missing != want.Missing || got[0].Bound != want.Bound || math.Abs(got[0].Value-want.Value) > 1e-9*want.Value {
			t.Errorf("%s = %+v, %v, want %+v", fields, got, err, want)
		}
	}
}

// A pump in fault, one that refuses (5), and one that accepts and does not start.
func TestEdwardsTICPumps(t *testing.T) {
	replying := func(replies map[string]string) drivers.Actuator {
		unit := ticUnit()
		return open(t, "edwards-tic", &drivers.TICOptions{Turbo: true}, &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			if reply, ok := replies[request]; ok {
				return reply, true
			}
			return unit(request)
		}}).(drivers.Actuator)
	}
	got, err := replying(map[string]string{"?V904\r": "=V904 6;32;3\r"}).Read(t.Context())
	if err != nil || got[0].Value != 0 || got[2].Value != 1 || got[3].Missing != "alert 32 pump fault" {
		t.Errorf("Read() of a pump that brakes in fault = %+v, %v", got, err)
	}
	for name, replies := range map[string]map[string]string{
		"not in this state": {"!C904 1\r": "*C904 5\r"}, // as 5
		"does not start":    {"?V904\r": "=V904 0;0;0\r"},
	} {
		if err := replying(replies).Set(t.Context(), "turbo", 1); !errors.Is(err, drivers.ErrRefused) {
			t.Errorf("%s: Set(turbo, 1) = %v, want ErrRefused", name, err)
		}
	}
}

func FuzzEdwardsTIC(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "edwards-tic", Instrument: ticUnit, Exchanges: []drivertest.Exchange{
		{"", "=V913 1.00e-05;59;11;0;0\r"}, {"", "=V904 4;0;0\r"}, {"", "*V913 5\r"}, {"", "=V905 55.9;1;0\r"},
	}})
}
