package drivers_test

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

var qtegraOptions = &drivers.QtegraOptions{
	Detectors: []drivers.Detector{
		{Name: "H2", Unit: drivers.Amperes, Scale: 1e-15}, {Name: "H1", Unit: drivers.Amperes, Scale: 1e-15}, {Name: "AX", Unit: drivers.Volts},
		{Name: "CDD", Unit: drivers.CountsPerSecond},
	},
	Parameters: []drivers.QtegraParameter{
		{Get: "Trap Current Readback", Set: "Trap Current Set", Name: "trap_current", Unit: drivers.Amperes, Scale: 1e-6, Max: 300e-6},
	},
	Valves: map[string]string{"Valve Ar Pipette 1": "A"}, Travel: time.Second, Magnet: true, HighVoltage: true,
}

// qtegraScript is the script of thermo-qtegra.md with one valve.
func qtegraScript() func(string) (string, bool) {
	state := "False"
	known := drivertest.Answers(
		drivertest.Exchange{"GetData", "H2,0.01,H1,1.2,AX,850.3,L1,0.9,L2,0.02,CDD,12.1"}, drivertest.Exchange{"GetIntegrationTime", "1.048576"},
		drivertest.Exchange{"GetMagnetDAC", "5,0231"}, drivertest.Exchange{"GetHighVoltage", "4500.0"},
		drivertest.Exchange{"GetParameter Trap Current Readback", "200.1"}, drivertest.Exchange{"GetMagnetMoving", "False"},
		drivertest.Exchange{"SetIntegrationTime 1.048576", "OK"}, drivertest.Exchange{"SetParameter Trap Current Set,250", "OK"},
	)
	return func(request string) (string, bool) {
		request = strings.TrimSuffix(request, "\r\n")
		switch request {
		case "Open Valve Ar Pipette 1":
			state = "True"
			return "OK", true
		case "Close Valve Ar Pipette 1":
			state = "False"
			return "OK", true
		case "GetValveState Valve Ar Pipette 1":
			return state, true
		}
		return known(request)
	}
}

var qtegraCase = drivertest.Case{
	Model: "qtegra", OneByte: "numbers without a check", Options: qtegraOptions, Instrument: qtegraScript, Whole: true,
	Exchanges: []drivertest.Exchange{ // seeds of the fuzzer
		{"GetData", "0.01,1.2,850.3,12.1"}, {"GetIntegrationTime", "1.048576"}, {"GetMagnetDAC", "5,0231"}, {"GetHighVoltage", "Error: Invalid Command"},
		{"GetParameter Trap Current Readback", "200.1"}, {"GetMagnetMoving", "False"}, {"", "True"},
	},
	Want: []drivers.Reading{
		{Channel: "H2", Name: "intensity", Value: 1e-17, Unit: drivers.Amperes}, {Channel: "H1", Name: "intensity", Value: 1.2e-15, Unit: drivers.Amperes},
		{Channel: "AX", Name: "intensity", Value: 850.3, Unit: drivers.Volts}, {Channel: "CDD", Name: "intensity", Value: 12.1, Unit: drivers.CountsPerSecond},
		{Name: "integration_time", Value: 1.048576, Unit: drivers.Seconds}, {Name: "magnet", Value: 5.0231, Unit: drivers.Volts},
		{Name: "high_voltage", Value: 4500, Unit: drivers.Volts}, {Name: "trap_current", Value: 200.1e-6, Unit: drivers.Amperes},
		{Name: "magnet_moving"}, {Channel: "A", Name: "open"},
	},
	Odd: func(_, _ string) []string {
		return []string{"Error: Invalid Command", "WHAT IS THIS", "NaN", "H2,NaN,H1,WHAT,AX,1e999,CDD,Error", " "}
	},
	Sets: []drivertest.Setting{
		{Control: "integration_time", Value: 1.048576}, {Control: "trap_current", Value: 250e-6}, {Control: "A", Value: 1}, {Control: "A", Value: 0},
	},
	Safe: []string{"Close Valve Ar Pipette 1\r\n"},
}

// Left out of the vectors of thermo-qtegra.md: BlankBeam (its state cannot be read), Frobnicate (TestQtegraRefuses has its answer).
func TestQtegra(t *testing.T) { drivertest.Conform(t, qtegraCase) }

func FuzzQtegra(f *testing.F) { drivertest.Fuzz(f, qtegraCase) }

// What GetData means: the numbers of AX and CDD, or why they have none. A list with decimal commas cannot be told apart.
func TestQtegraData(t *testing.T) {
	for reply, want := range map[string][2]string{
		"0.01,1.2,850.3,12.1":                       {"850.3", "12.1"},
		"H2,0.01,H1,1.2,AX,850.3,CDD,12.1":          {"850.3", "12.1"},
		"CDD, 12.1, AX, 850.3, H1, 1.2, H2, 0.01":   {"850.3", "12.1"},
		"H2,0.01,H1,1.2,AX,850.3":                   {"850.3", "an empty answer"},
		"H2,0.01,H1,NaN,AX,850.3,CDD,12.1":          {"850.3", "12.1"},
		"H2,0.01,H1,1.2,AX,1e999,CDD,12.1":          {"1e999: too large or too small a number", "12.1"},
		"H2,0.01,H1,1.2,AX,Error,CDD,12.1":          {"Error", "12.1"},
		"0,01,1,2,850,3,12,1":                       {"0,01,1,2,850,3,12,1: 8 numbers for 4 detectors", ""}, // decimal comma
		"H2,0,01,H1,1,2,AX,850,3,CDD,12,1":          {"H2,0,01,H1,1,2,AX,850,3,CDD,12,1: 01 stands where a name belongs", ""},
		"0.01,1.2,850.3":                            {"0.01,1.2,850.3: 3 numbers for 4 detectors", ""},
		"H2,0.01,H1,1.2,AX,850.3,CDD,12.1,AX,850.4": {"H2,0.01,H1,1.2,AX,850.3,CDD,12.1,AX,850.4: AX stands there twice", ""},
		"H2,0.01,H1,1.2,AX,850.3,CDD":               {"H2,0.01,H1,1.2,AX,850.3,CDD: a name without a number", ""},
		"Error: Invalid Command":                    {"refused: Error: Invalid Command", ""},
	} {
		if want[1] == "" {
			want[1] = want[0]
		}
		script := qtegraScript()
		wire := &drivertest.Wire{T: t, Whole: true, Instrument: func(request string) (string, bool) {
			if request == "GetData\r\n" {
				return reply, true
			}
			return script(request)
		}}
		got, err := open(t, "qtegra", qtegraOptions, wire).Read(t.Context())
		if err != nil || got[4].Value != 1.048576 {
			t.Errorf("GetData %q: Read() = %+v, %v, want the rest", reply, got, err)
			continue
		}
		for i, text := range want {
			r := got[2+i]
			if says := cmp.Or(r.Missing, fmt.Sprint(r.Value)); says != text {
				t.Errorf("GetData %q: %s is %s, want %s", reply, r.Channel, says, text)
			}
		}
	}
}

// Valves and gauges alone: nothing else is asked, and a gauge that the script does not know leaves the other.
func TestQtegraWithoutDetectors(t *testing.T) {
	o := &drivers.QtegraOptions{Gauges: map[string]string{"Bone IG Pressure": "ig", "Nope": "other"}, Valves: map[string]string{"V1": "A"}, Travel: time.Second}
	wire := &drivertest.Wire{T: t, Whole: true, Instrument: drivertest.Answers(
		drivertest.Exchange{"GetParameter Bone IG Pressure\r\n", "1.2e-09"}, drivertest.Exchange{"GetParameter Nope\r\n", "Error: no parameter Nope"},
		drivertest.Exchange{"GetValveState V1\r\n", "True"})}
	m, err := drivers.Find("qtegra")
	if err != nil || m.Check(o) != nil {
		t.Fatal(err, m.Check(o))
	}
	got, err := open(t, "qtegra", o, wire).Read(t.Context())
	want := []drivers.Reading{
		{Channel: "ig", Name: "pressure", Value: 1.2e-7, Unit: drivers.Pascals},
		{Channel: "other", Name: "pressure", Unit: drivers.Pascals, Missing: "refused: Error: no parameter Nope"}, {Channel: "A", Name: "open", Value: 1},
	}
	if err != nil || len(got) != 3 || math.Abs(got[0].Value-1.2e-7) > 1e-15 || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("Read() = %+v, %v, want %+v", got, err, want)
	}
	if points := m.Points(o); len(points) != 3 || points[0] != (drivers.Point{Channel: "ig", Name: "pressure", Unit: drivers.Pascals}) {
		t.Errorf("Points() = %+v, want two pressures and a valve", points)
	}
}

// What the script refuses, and what it refuses with.
func TestQtegraRefuses(t *testing.T) {
	o := &drivers.QtegraOptions{Detectors: qtegraOptions.Detectors, Parameters: []drivers.QtegraParameter{
		{Get: "Y-Symmetry Set", Set: "Y-Symmetry Set", Name: "y_symmetry", Unit: drivers.Volts, Max: 100}, {Get: "x", Set: "Nope", Name: "nope", Unit: drivers.Volts, Max: 1},
	}}
	wire := &drivertest.Wire{T: t, Whole: true, Instrument: drivertest.Answers(
		drivertest.Exchange{"GetData\r\n", "Error: Invalid Command"}, drivertest.Exchange{"SetParameter Nope,1\r\n", "Error: could not set Nope to 1"},
		drivertest.Exchange{"SetParameter Y-Symmetry Set,10.5\r\n", "OK"})}
	device := open(t, "qtegra", o, wire).(drivers.Actuator)
	if err := device.Set(t.Context(), "nope", 1); !errors.Is(err, drivers.ErrRefused) {
		t.Errorf("Set(nope, 1) = %v, want ErrRefused", err)
	}
	if err := device.Set(t.Context(), "y_symmetry", 10.5); err != nil {
		t.Errorf("Set(y_symmetry, 10.5) = %v", err)
	}
}

// A script that says OK to an integration time and keeps another: the times differ by less than a hundredth of the longest.
func TestQtegraIntegrationTimeIsReadBack(t *testing.T) {
	script := qtegraScript()
	kept := "1.048576"
	wire := &drivertest.Wire{T: t, Whole: true, Instrument: func(request string) (string, bool) {
		switch {
		case strings.HasPrefix(request, "SetIntegrationTime"):
			return "OK", true
		case strings.HasPrefix(request, "GetIntegrationTime"):
			return kept, true
		}
		return script(request)
	}}
	device := open(t, "qtegra", qtegraOptions, wire).(drivers.Actuator)
	if err := device.Set(t.Context(), "integration_time", 0.524288); !errors.Is(err, drivers.ErrRefused) {
		t.Errorf("Set(0.524288) of one that keeps %s = %v, want ErrRefused", kept, err)
	}
	kept = "0.524288"
	if err := device.Set(t.Context(), "integration_time", 0.524288); err != nil {
		t.Errorf("Set(0.524288) = %v, want it set", err)
	}
}
