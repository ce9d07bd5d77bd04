package drivers_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

func alicatOptions(change func(*drivers.AlicatOptions)) *drivers.AlicatOptions {
	o := &drivers.AlicatOptions{ID: "A", Flow: "slm", Pressure: "psi", Columns: strings.Fields("gas_pressure temperature volume_flow mass_flow setpoint gas"), MaxFlow: 20}
	if change != nil {
		change(o)
	}
	return o
}

const psi = 4.4482216152605 / (0.0254 * 0.0254)

// alicatUnit is a controller whose flow follows its set-point; the vectors of alicat-mfc.md, 1, are marked by number. Part 2 (Bronkhorst) is
// another instrument.
func alicatUnit() func(string) (string, bool) {
	setpoint := 0.0
	return func(request string) (string, bool) {
		var n float64
		if _, err := fmt.Sscanf(request, "AS %g\r", &n); err == nil {
			setpoint = n
		} else if request != "A\r" {
			return "", false
		}
		return fmt.Sprintf("A +014.70 +025.00 %+07.3f %+07.3f %06.3f N2\r", setpoint, setpoint, setpoint), true // 1, 2
	}
}

func TestAlicat(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "alicat", OneByte: "numbers without a check", Options: alicatOptions(nil), Instrument: alicatUnit,
		Want: []drivers.Reading{
			{Name: "gas_pressure", Value: 14.70 * psi, Unit: drivers.Pascals}, {Name: "temperature", Value: 25, Unit: drivers.Celsius},
			{Name: "volume_flow", Unit: drivers.CubicMetersPerSecond}, {Name: "mass_flow", Unit: drivers.SCCM}, {Name: "setpoint", Unit: drivers.SCCM},
			{Name: "held"}, {Name: "fault"}, {Name: "error_word"},
		},
		Odd: func(_, _ string) []string {
			return []string{"?\r", "A +014.70 WHAT +00.000 NaN 1E999 N2\r", "A +014.70 +025.00\r", "A WHAT IS THIS\r"}
		},
		Shared:  []string{"A\r"}, // one frame holds all
		Foreign: []drivertest.Exchange{{"A\r", "B +014.70 +025.00 +00.000 +00.000 00.000 N2\r"}},
		Sets:    []drivertest.Setting{{Control: "setpoint", Value: 10500}, {Control: "setpoint", Value: 20000}, {Control: "setpoint"}},
		Safe:    []string{"AS 0.000\r"},
	})
}

func TestAlicatFrames(t *testing.T) {
	bc := func(o *drivers.AlicatOptions) {
		o.Columns, o.Flow = strings.Fields("temperature mass_flow - setpoint valve gas"), "percent"
	}
	for _, c := range []struct {
		change func(*drivers.AlicatOptions)
		reply  string
		name   string
		value  float64
		bound  drivers.Bound
		reason string
	}{
		{nil, "A +014.70 +025.00 +00.000 +00.000 00.000 N2", "gas_pressure", 14.70 * psi, drivers.Exact, ""},       // 1
		{nil, "A +014.70 +025.00 +10.482 +10.500 10.500 N2", "mass_flow", 10500, drivers.Exact, ""},                // 2
		{nil, "A +014.70 +025.00 +60.000 +10.500 10.500 N2", "volume_flow", 1e-3, drivers.Exact, ""},               // liters a minute
		{nil, "A +014.70 +025.00 +50.000 +50.000 20.000 N2 MOV HLD", "mass_flow", 50000, drivers.AtLeast, ""},      // 3
		{nil, "A +014.70 +025.00 +50.000 +50.000 20.000 N2 MOV HLD", "setpoint", 20000, drivers.Exact, ""},         // 3
		{nil, "A +014.70 +025.00 +50.000 +50.000 20.000 N2 MOV HLD", "held", 1, drivers.Exact, ""},                 // 3
		{nil, "A +014.70 +025.00 +50.000 +50.000 20.000 N2 MOV HLD", "error_word", 0, drivers.Exact, "MOV HLD"},    // 3
		{nil, "A +014.70 +025.00 +00.000 +00.000 00.000 N2 ADC", "gas_pressure", 0, drivers.Exact, "sensor fault"}, //
		{nil, "A +014.70 +025.00 +00.000 +00.000 00.000 N2 ADC", "fault", 1, drivers.Exact, ""},                    //
		{nil, "A +014.70 WHAT +00.000 +00.000 00.000 N2", "temperature", 0, drivers.Exact, "WHAT"},                 //
		{nil, "?", "mass_flow", 0, drivers.Exact, "refused: ?"},                                                    // 4
		{nil, "A 1 2 3 4 5 6 N2", "mass_flow", 0, drivers.Exact, "A 1 2 3 4 5 6 N2: 7 columns, want 6"},            // a total more
		{bc, "A +24.57 +100.0 +0021513.0 +100.0 +55.13 N2", "valve", 55.13, drivers.Exact, ""},                     // 5
		{bc, "A +24.57 +100.0 +0021513.0 +100.0 +55.13 N2", "mass_flow", 100, drivers.Exact, ""},                   // 5
	} {
		wire := &drivertest.Wire{T: t, Instrument: func(string) (string, bool) { return c.reply + "\r", true }}
		got, err := open(t, "alicat", alicatOptions(c.change), wire).Read(t.Context())
		found := false
		for _, r := range got {
			if r.Name == c.name {
				found = r.Missing == c.reason && r.Bound == c.bound && math.Abs(r.Value-c.value) <= 1e-9*c.value
			}
		}
		if err != nil || !found {
			t.Errorf("%q: Read() = %+v, %v, want %s %g, %q", c.reply, got, err, c.name, c.value, c.reason)
		}
	}
}

// A unit that is set to its analog input takes no set-point, and one that says ? did not understand.
func TestAlicatRefuses(t *testing.T) {
	for _, reply := range []string{"A +014.70 +025.00 +00.000 +00.000 00.000 N2\r", "?\r"} {
		wire := &drivertest.Wire{T: t, Instrument: func(string) (string, bool) { return reply, true }}
		if err := open(t, "alicat", alicatOptions(nil), wire).(drivers.Actuator).Set(t.Context(), "setpoint", 10500); !errors.Is(err, drivers.ErrRefused) {
			t.Errorf("Set(setpoint, 10500) answered by %q = %v, want ErrRefused", reply, err)
		}
		if wire.Sent[0] != "AS 10.500\r" {
			t.Errorf("sent %q, want AS 10.500", wire.Sent)
		}
	}
}

func TestAlicatOptions(t *testing.T) {
	for name, change := range map[string]func(*drivers.AlicatOptions){
		"id":             func(o *drivers.AlicatOptions) { o.ID = "@" },
		"flow":           func(o *drivers.AlicatOptions) { o.Flow = "torr" },
		"pressure":       func(o *drivers.AlicatOptions) { o.Pressure = "sccm" },
		"column":         func(o *drivers.AlicatOptions) { o.Columns = []string{"total"} },
		"column twice":   func(o *drivers.AlicatOptions) { o.Columns = []string{"setpoint", "setpoint"} },
		"no column":      func(o *drivers.AlicatOptions) { o.Columns, o.MaxFlow = nil, 0 },
		"no set-point":   func(o *drivers.AlicatOptions) { o.Columns = []string{"mass_flow"} },
		"volume percent": func(o *drivers.AlicatOptions) { o.Flow = "percent" },
		"negative flow":  func(o *drivers.AlicatOptions) { o.MaxFlow = -1 },
	} {
		if err := alicatOptions(change).Check(); err == nil {
			t.Errorf("Check() of %s = nil, want an error", name)
		}
	}
}

func FuzzAlicat(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "alicat", Options: alicatOptions(nil), Instrument: alicatUnit, Exchanges: []drivertest.Exchange{
		{"", "A +014.70 +025.00 +50.000 +50.000 20.000 N2 MOV HLD\r"}, {"", "?\r"},
	}})
}
