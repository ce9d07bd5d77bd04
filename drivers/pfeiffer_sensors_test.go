package drivers_test

import (
	"errors"
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// tpg366 is a TPG 366 whose third sensor can be switched: the vectors 12, 13 and 14 of pfeiffer-tpg.md.
func tpg366() func(string) (string, bool) {
	third, selected := "1", ""
	data := func() (string, bool) {
		switch selected {
		case "AYT":
			return "TPG366,PTG28293,44990001,010100,010100\r\n", true
		case "UNI":
			return "0\r\n", true
		case "PR3":
			return "0,+1.2300E-09\r\n", true
		case "SEN":
			return "2,0," + third + ",0,0,0\r\n", true
		case "refused":
			return "0001\r\n", true
		}
		return "", false
	}
	return func(request string) (string, bool) {
		if request == enq {
			return data()
		}
		var parameters string
		selected, parameters, _ = strings.Cut(strings.TrimSuffix(request, "\r"), ",")
		if selected != "SEN" || parameters == "" {
			return acked, true
		}
		if len(parameters) != len("0,0,0,0,0,0") { // 14: the list is too short
			selected = "refused"
			return naked, true
		}
		if parameters[4] != '0' {
			third = parameters[4:5]
		}
		return acked, true
	}
}

func TestTPGSensors(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "pfeiffer-tpg", OneByte: drivertest.OnlyDigits,
		Options:    &drivers.TPGOptions{Channels: map[int]string{3: "ig"}, Switched: []string{"ig"}},
		Instrument: tpg366,
		Identity:   drivers.Identity{Model: "TPG366", Serial: "44990001", Unit: "mbar"},
		Want: []drivers.Reading{
			{Channel: "ig", Name: "pressure", Value: 1.23e-7, Unit: drivers.Pascals},
			{Name: "ig_on"}, // vector 13
		},
		Sets:              []drivertest.Setting{{Control: "ig_on", Value: 1}, {Control: "ig_on"}},
		Safe:              []string{"SEN,0,0,1,0,0,0\r"},
		AskedWhileHalting: []string{"SEN\r", enq},
		Odd:               tpgOdd, Shared: []string{"UNI\r", "UNI\r" + enq},
	})
}

// What the digits of SEN mean: 7 and 21 of pfeiffer-tpg.md (300, 500), and the two sensors of a 362, 15. Automatic is on as the pressure shows.
func TestTPGSensorStates(t *testing.T) {
	for _, c := range []struct {
		kind, pressure, sen string
		on                  float64
		missing             string
	}{
		{"", "0,+1.0E-3", "0,1", 0, "cannot be switched"},
		{"", "0,+1.0E-3", "1,1", 0, ""},
		{"", "0,+1.0E-3", "2,1", 1, ""},
		{"", "0,+1.0E-3", "3,1", 0, "state 3, which is not known"},
		{"300", "0, 1.0E-3", "3, 3, 2, 0", 1, ""}, // 21
		{"300", "0, 1.0E-3", "0, 3, 2, 0", 0, "cannot be switched"},
		{"300", "0, 1.0E-3", "1, 3, 2, 0", 0, ""},
		{"300", "0, 1.0E-3", "2, 3, 2, 0", 1, ""},
		{"500", "4,1.0E-9", "2,3,2,0", 0, ""},
		{"500", "3,1.0E-9", "2,3,2,0", 0, "automatic; its pressure: sensor error"},
		{"500", "0,1.0E-9", "4,3,2,0", 0, "state 4, which is not known"},
	} {
		mnemonic := map[bool]string{true: "PR1\r", false: "PA1\r"}[c.kind == ""]
		wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(
			drivertest.Exchange{"UNI\r", acked}, drivertest.Exchange{enq, "1\r\n"}, drivertest.Exchange{mnemonic, acked},
			drivertest.Exchange{enq, c.pressure + "\r\n"}, drivertest.Exchange{"SEN\r", acked}, drivertest.Exchange{enq, c.sen + "\r\n"})}
		device := open(t, "pfeiffer-tpg", &drivers.TPGOptions{Channels: map[int]string{1: "ig"}, Type: c.kind, Switched: []string{"ig"}}, wire)
		got, err := device.Read(t.Context())
		if err != nil || got[1].Missing != c.missing || got[1].Value != c.on {
			t.Errorf("SEN %q on type %q = %+v, %v, want %g, missing %q", c.sen, c.kind, got, err, c.on, c.missing)
		}
	}
}

func TestTPGSensorThatCannotBeSwitched(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(
		drivertest.Exchange{"SEN\r", acked}, drivertest.Exchange{enq, "0,1\r\n"}, drivertest.Exchange{"SEN,2,0\r", acked}, drivertest.Exchange{enq, "0,1\r\n"})}
	device := open(t, "pfeiffer-tpg", &drivers.TPGOptions{Channels: map[int]string{1: "ig"}, Switched: []string{"ig"}}, wire)
	if err := device.(drivers.Actuator).Set(t.Context(), "ig_on", 1); !errors.Is(err, drivers.ErrRefused) {
		t.Errorf("Set(ig_on, 1) of a sensor that stays as it is = %v, want ErrRefused", err)
	}
}

// An end of line in the list of sensors makes it shorter, and a 366 refuses a list that is: a halt that follows counts them anew.
func TestTPGHaltAfterAListThatWasCutOff(t *testing.T) {
	instrument := tpg366()
	wire := &drivertest.Wire{T: t, Instrument: instrument}
	device := open(t, "pfeiffer-tpg", &drivers.TPGOptions{Channels: map[int]string{3: "ig"}, Switched: []string{"ig"}}, wire)
	wire.Reply = func(_ int, _, reply string) string { return strings.Replace(reply, "2,0,1,0,0,0", "2,0,1\r0,0,0", 1) }
	if _, err := device.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	wire.Reply = nil
	if err := device.(drivers.Actuator).Halt(t.Context()); err != nil {
		t.Errorf("Halt() = %v", err)
	}
}
