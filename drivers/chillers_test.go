package drivers_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// cube is a ThermoCube as in thermorack.md (a): set-point 50.0 °F, coolant 70.0 °F.
func cube(faults string) func() func(string) (string, bool) {
	return func() func(string) (string, bool) {
		setpoint := "\xF4\x01"
		return func(request string) (string, bool) {
			switch request[0] &^ 0x40 {
			case 0x81:
				return setpoint, len(request) == 1
			case 0x89:
				return "\xBC\x02", len(request) == 1
			case 0x88:
				return faults, len(request) == 1
			case 0xA1:
				setpoint = request[1:]
				return "", len(request) == 3
			case 0xA0, 0xBE:
				return "", len(request) == 1
			}
			return "", false
		}
	}
}

func cubeWant(enabled float64) []drivers.Reading {
	return []drivers.Reading{
		{Name: "temperature", Value: (70.0 - 32) / 1.8, Unit: drivers.Celsius}, {Name: "setpoint", Value: 10, Unit: drivers.Celsius},
		{Name: "enabled", Value: enabled}, {Name: "fault"}, {Name: "error_word"}, {Name: "tank_low"}, {Name: "fan_fault"}, {Name: "pump_fault"}, {Name: "sensor_open"}, {Name: "sensor_shorted"},
	}
}

func TestThermocube(t *testing.T) {
	for _, standby := range []bool{false, true} {
		t.Run(fmt.Sprintf("standby %v", standby), func(t *testing.T) {
			drivertest.Conform(t, drivertest.Case{
				Model: "thermocube", OneByte: "bytes without a check", Options: &drivers.ThermocubeOptions{Standby: standby, Min: -10, Max: 40}, Instrument: cube("\x00"), End: "none",
				Untold:   map[string]string{"first wrong": cubeUnchecked, "middle wrong": cubeUnchecked, "end wrong": cubeUnchecked, "echoed": cubeUnchecked, "noise before": cubeUnchecked, "noise after": cubeUnchecked},
				OneFrame: "two bytes without a word for anything", Opaque: []string{"\x00"}, // any fault byte may be
				Want: cubeWant(map[bool]float64{true: 0, false: 1}[standby]),
				Sets: []drivertest.Setting{{Control: "setpoint", Value: 25}, {Control: "enabled", Value: 1}, {Control: "enabled"}, {Control: "acknowledge", Value: 1}},
			})
		})
	}
}

const cubeUnchecked = "two bytes without a check"

// All vectors of thermorack.md (a) but DE (the output, whose scale is not certain): what is sent while it is meant to run, and while it stands by.
func TestThermocubeVectors(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: cube("\x00")()}
	device := open(t, "thermocube", nil, wire).(drivers.Actuator)
	do := func(want string, f func() error) {
		t.Helper()
		wire.Sent = nil
		if err := f(); err != nil {
			t.Error(err)
		}
		if got := fmt.Sprintf("% X", strings.Join(wire.Sent, "")); got != want {
			t.Errorf("sent %s, want %s", got, want)
		}
	}
	read := func() error { _, err := device.Read(t.Context()); return err }
	set := func(control string, value float64) func() error {
		return func() error { return device.Set(t.Context(), control, value) }
	}
	do("C8 C1 C9", read)
	do("E1 F4 01 C1", set("setpoint", 10))
	do("E1 9A 01 C1", set("setpoint", 5)) // as E1 FA 00, 25.0 °F, which is below the range
	do("FE C1", set("acknowledge", 1))
	do("A0 81", set("enabled", 0))
	do("88 81 89", read) // a poll does not start it
	do("A1 F4 01 81", set("setpoint", 10))
	do("BE 81", set("acknowledge", 1))
	do("E0 C1", set("enabled", 1))
	do("C8 C1 C9", read)
	do("", func() error { return device.Halt(t.Context()) })
}

// The fault bytes of thermorack.md (a), by type. A bit that is not assigned is a fault, and the temperature stays.
func TestThermocubeFaults(t *testing.T) {
	for _, c := range []struct {
		kind, faults, want, word string
		noTemperature            bool
	}{
		{"", "\x00", "", "", false},
		{"", "\x01", "fault tank_low", "", false},
		{"", "\x10", "fault sensor_open", "", true},
		{"", "\x2A", "fault fan_fault pump_fault sensor_shorted", "", true},
		{"thermocube", "\x04", "fault", "unknown bit 04 of 04", false},
		{"", "\x81", "fault tank_low", "unknown bit 80 of 81", false},
		{"thermocube-ii", "\x10", "fault leak", "", false},
		{"thermocube-ii", "\x04", "fault flow_fault", "", false},
		{"thermocube-ii", "\x20", "fault sensor_fault", "", true},
		{"thermocube-ii", "\x40", "standing_by", "", false},
		{"thermocube-ii", "\x49", "fault tank_low pump_fault standing_by", "", false},
		{"thermocube-ii", "\x80", "fault", "unknown bit 80 of 80", false},
	} {
		o := &drivers.ThermocubeOptions{Type: c.kind, Min: 5, Max: 40}
		got, err := open(t, "thermocube", o, &drivertest.Wire{T: t, Instrument: cube(c.faults)()}).Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		word := ""
		for _, r := range got {
			if r.Value == 1 && r.Name != "enabled" {
				names = append(names, r.Name)
			}
			if r.Name == "error_word" {
				word = r.Missing
			}
		}
		if strings.Join(names, " ") != c.want || word != c.word || (got[0].Missing != "") != c.noTemperature {
			t.Errorf("type %q, faults % X = %v, %q, %+v, want %s, %q, no temperature %v", c.kind, c.faults, names, word, got[0], c.want, c.word, c.noTemperature)
		}
	}
}

// A Thermorack 800 as in thermorack.md (b). Left out: STAT1A? and GETSET2, whose fields the sheet does not name.
func rack() func(string) (string, bool) {
	setpoint, running := "23.0", "RUNNING"
	return func(request string) (string, bool) {
		switch text := strings.TrimSuffix(request, "\r"); text {
		case "IDN":
			return "THERMORACK 800\r", true
		case "TEMP?":
			return "22.9\r", true
		case "SETTEMP?":
			return setpoint + "\r", true
		case "RUN?":
			return running + "\r", true
		case "FLTS1A?":
			return "0\r", true
		case "RUN":
			running = "RUNNING"
		case "STOP":
			running = "STOPPED"
		default:
			var ok bool
			setpoint, ok = strings.CutPrefix(text, "SETTEMP ")
			return "", ok
		}
		return "", true
	}
}

func TestThermorack(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "thermorack", OneByte: "numbers without a check", Instrument: func() func(string) (string, bool) { return rack() },
		// The third word is a hexadecimal number.
		Odd:      func(request, reply string) []string { return drivertest.Words(request, reply)[:2] },
		Identity: drivers.Identity{Model: "THERMORACK 800"}, Opaque: []string{"THERMORACK 800\r"},
		Want: []drivers.Reading{
			{Name: "temperature", Value: 22.9, Unit: drivers.Celsius}, {Name: "setpoint", Value: 23, Unit: drivers.Celsius}, {Name: "enabled", Value: 1}, {Name: "fault"},
		},
		Sets: []drivertest.Setting{{Control: "setpoint", Value: 23}, {Control: "enabled", Value: 1}, {Control: "enabled"}},
	})
}

// What a chiller did not take is found out.
func TestThermorackIgnores(t *testing.T) {
	for control, value := range map[string]float64{"setpoint": 10, "enabled": 0} {
		wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			return map[string]string{"SETTEMP?\r": "23.0\r", "RUN?\r": "RUNNING\r"}[request], true
		}}
		if err := open(t, "thermorack", nil, wire).(drivers.Actuator).Set(t.Context(), control, value); !errors.Is(err, drivers.ErrRefused) {
			t.Errorf("Set(%s, %g) that is ignored = %v, want ErrRefused", control, value, err)
		}
	}
}

func FuzzThermocube(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "thermocube", Instrument: cube("\x01"), Exchanges: []drivertest.Exchange{{"", "\xBC\x02"}, {"", "\xF4\x01"}, {"", "\x10"}}})
}

func FuzzThermorack(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "thermorack", Instrument: func() func(string) (string, bool) { return rack() }, Exchanges: []drivertest.Exchange{
		{"", "22.9\r"}, {"", "23.0\r"}, {"", "STOPPED\r"}, {"", "22.9\r23.0\r17.0\r-76.3\r69.2\r119\r7\r0\r\x03"},
	}})
}
