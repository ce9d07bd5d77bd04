package drivers_test

import (
	"errors"
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
	Model: "qtegra", Options: qtegraOptions, Instrument: qtegraScript, Whole: true,
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
	Sets: []drivertest.Setting{
		{Control: "integration_time", Value: 1.048576}, {Control: "trap_current", Value: 250e-6}, {Control: "A", Value: 1}, {Control: "A", Value: 0},
	},
	Safe: []string{"Close Valve Ar Pipette 1\r\n"},
}

// Left out of the vectors of thermo-qtegra.md: BlankBeam (its state cannot be read), Frobnicate (TestQtegraRefuses has its answer).
func TestQtegra(t *testing.T) { drivertest.Conform(t, qtegraCase) }

func FuzzQtegra(f *testing.F) { drivertest.Fuzz(f, qtegraCase) }

func TestQtegraData(t *testing.T) {
	for reply, good := range map[string]bool{
		"0.01,1.2,850.3,12.1":                       true,
		"H2,0.01,H1,1.2,AX,850.3,CDD,12.1":          true,
		"CDD, 12.1, AX, 850.3, H1, 1.2, H2, 0.01":   true,
		"0,01,1,2,850,3,12,1":                       false, // decimal comma
		"H2,0,01,H1,1,2,AX,850,3,CDD,12,1":          false,
		"0.01,1.2,850.3":                            false,
		"H2,0.01,H1,1.2,AX,850.3":                   false, // no CDD
		"H2,0.01,H1,1.2,AX,850.3,CDD,12.1,AX,850.4": false,
		"H2,0.01,H1,NaN,AX,850.3,CDD,12.1":          false,
		"H2,0.01,H1,1e999,AX,850.3,CDD,12.1":        false,
		"H2,0.01,H1,1.2,AX,850.3,CDD":               false,
	} {
		script := qtegraScript()
		wire := &drivertest.Wire{T: t, Whole: true, Instrument: func(request string) (string, bool) {
			if request == "GetData\r\n" {
				return reply, true
			}
			return script(request)
		}}
		got, err := open(t, "qtegra", qtegraOptions, wire).Read(t.Context())
		if good && (err != nil || got[2].Value != 850.3 || got[3].Value != 12.1) || !good && !errors.Is(err, drivers.ErrGarbled) {
			t.Errorf("GetData %q = %+v, %v, want it read: %v", reply, got, err, good)
		}
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
	if _, err := device.Read(t.Context()); !errors.Is(err, drivers.ErrRefused) {
		t.Errorf("Read() = %v, want ErrRefused", err)
	}
	if err := device.Set(t.Context(), "nope", 1); !errors.Is(err, drivers.ErrRefused) {
		t.Errorf("Set(nope, 1) = %v, want ErrRefused", err)
	}
	if err := device.Set(t.Context(), "y_symmetry", 10.5); err != nil {
		t.Errorf("Set(y_symmetry, 10.5) = %v", err)
	}
}
