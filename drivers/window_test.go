package drivers_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// windowFrame is STX, address, body, ETX and the check in two digits.
func windowFrame(address byte, body string) string {
	inner := string([]byte{address}) + body + "\x03"
	check := byte(0)
	for _, b := range []byte(inner) {
		check ^= b
	}
	return fmt.Sprintf("\x02%s%02X", inner, check)
}

func windowAsk(window int) string { return windowFrame(0x80, fmt.Sprintf("%03d0", window)) }

func windowIs(window int, data string) drivertest.Exchange {
	return drivertest.Exchange{windowAsk(window), windowFrame(0x80, fmt.Sprintf("%03d0%s", window, data))}
}

// windowOdd are an unknown window (8), failed, an unknown word, and no number.
func windowOdd(request, _ string) []string {
	head := request[2:6]
	return []string{octets("02 80 32 03 42 31"), windowFrame(0x80, "\x15"), windowFrame(0x80, head+"WHAT"), windowFrame(0x80, head+"NaN"), windowFrame(0x80, head)}
}

// The vectors of agilent-window.md by number.
var turboExchanges = []drivertest.Exchange{
	hexExchange("02 80 32 30 35 30 03 38 34", "02 80 32 30 35 30 30 30 30 30 30 35 03 38 31"), // 4
	windowIs(206, "000000"),
	windowIs(0, "1"), windowIs(1, "0"), windowIs(203, "001167"), windowIs(200, "000350"), windowIs(201, "000048"), windowIs(202, "000017"),
	windowIs(204, "000031"), {windowAsk(211), octets("02 80 32 03 42 31")}, // 8: it has no window 211
}

func TestAgilentTurbo(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "agilent-turbo",
		Instrument: func() func(string) (string, bool) {
			logic := map[string]string{"000": "1", "001": "0"}
			known := drivertest.Answers(turboExchanges...)
			return func(request string) (string, bool) {
				window := request[2:5]
				switch {
				case logic[window] != "" && request[5] == '1':
					logic[window] = request[6:7]
					return octets("02 80 06 03 38 35"), true // 1, 2
				case logic[window] != "":
					return windowFrame(0x80, window+"0"+logic[window]), true
				}
				return known(request)
			}
		},
		End: "none",
		Want: []drivers.Reading{
			{Name: "status", Value: 5, Unit: drivers.Number}, {Name: "fault"}, {Name: "error_bits", Unit: drivers.Number},
			{Name: "motor", Value: 1}, {Name: "low_speed"}, {Name: "rotation", Value: 1167, Unit: drivers.Hertz}, {Name: "current", Value: 0.35, Unit: drivers.Amperes},
			{Name: "voltage", Value: 48, Unit: drivers.Volts}, {Name: "power", Value: 17, Unit: drivers.Watts},
			{Channel: "pump", Name: "temperature", Value: 31, Unit: drivers.Celsius},
			{Channel: "heat_sink", Name: "temperature", Unit: drivers.Celsius, Missing: "the unit has no window 211"},
		},
		Odd:     windowOdd,
		Foreign: []drivertest.Exchange{{windowAsk(203), windowFrame(0x83, "2030001167")}, {windowAsk(203), windowFrame(0x80, "2000000350")}, {windowAsk(203), "\x02\x802030001167\x0300"}},
		Sets:    []drivertest.Setting{{Control: "motor", Value: 1}, {Control: "motor"}, {Control: "low_speed", Value: 1}},
	})
}

// What is sent to start and stop (1, 2), the status at address 3 (3), and a window that is read-only (8).
func TestAgilentTurboVectors(t *testing.T) {
	script := drivertest.NewScript(t, hexExchange("02 80 30 30 30 31 31 03 42 33", "02 80 06 03 38 35"), windowIs(0, "1"),
		hexExchange("02 80 30 30 30 31 30 03 42 32", "02 80 06 03 38 35"), windowIs(0, "0"),
		hexExchange("02 80 30 30 30 31 31 03 42 33", "02 80 35 03 42 36"))
	pump := open(t, "agilent-turbo", nil, script).(drivers.Actuator)
	if err := errors.Join(pump.Set(t.Context(), "motor", 1), pump.Set(t.Context(), "motor", 0)); err != nil {
		t.Error(err)
	}
	if err := pump.Set(t.Context(), "motor", 1); !errors.Is(err, drivers.ErrRefused) || !strings.Contains(err.Error(), "code 35 read-only") {
		t.Errorf("Set(motor, 1) of a unit that is not on serial = %v, want ErrRefused with code 35", err)
	}
	far := &drivertest.Wire{T: t, Instrument: func(string) (string, bool) { return "", true }}
	_, _ = open(t, "agilent-turbo", &drivers.AgilentTurboOptions{Address: 3}, far).Read(t.Context())
	if len(far.Sent) != 1 || far.Sent[0] != octets("02 83 32 30 35 30 03 38 37") {
		t.Errorf("sent % X, want 02 83 32 30 35 30 03 38 37", far.Sent)
	}
}

// A fault is a status of 6 or any error bit; with one of them unknown and the other good it is not known.
func TestAgilentTurboFaults(t *testing.T) {
	for states, want := range map[[2]string]string{
		{"000005", "000000"}: "0 ", {"000006", "000000"}: "1 ", {"000005", "000002"}: "1 ", {"WHAT", "000004"}: "1 ", {"WHAT", "000000"}: "0 WHAT", {"000005", "WHAT"}: "0 WHAT",
	} {
		exchanges := instead(instead(turboExchanges, windowAsk(205), windowIs(205, states[0])[1]), windowAsk(206), windowIs(206, states[1])[1])
		got, err := open(t, "agilent-turbo", nil, &drivertest.Wire{T: t, Instrument: drivertest.Answers(exchanges...)}).Read(t.Context())
		if err != nil || fmt.Sprintf("%g %s", got[1].Value, got[1].Missing) != want {
			t.Errorf("status %s, bits %s: Read() = %+v, %v, want fault %s", states[0], states[1], got, err, want)
		}
	}
}

var ionPumpExchanges = []drivertest.Exchange{
	windowIs(319, "IPCMINI"), windowIs(323, "IT1234"),
	hexExchange("02 80 36 30 30 30 03 38 35", "02 80 36 30 30 30 30 30 30 30 30 31 03 38 34"), // 6
	windowIs(205, "000005"), windowIs(206, "000000"), windowIs(11, "1"),
	hexExchange("02 80 38 31 32 30 03 38 38", "02 80 38 31 32 30 31 2E 32 45 2D 30 38 03 43 35"), // 5
	windowIs(811, "1.2E-06"), windowIs(810, "005000"),
}

func TestAgilentIonPump(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "agilent-ion-pump", Options: &drivers.AgilentIonPumpOptions{Channels: map[int]string{1: "ip"}, Switched: true},
		Instrument: func() func(string) (string, bool) {
			on, known := "1", drivertest.Answers(ionPumpExchanges...)
			return func(request string) (string, bool) {
				switch {
				case request[2:6] == "0111":
					on = request[6:7]
					return octets("02 80 06 03 38 35"), true
				case request[2:6] == "0110":
					return windowIs(11, on)[1], true
				}
				return known(request)
			}
		},
		End:      "none",
		Identity: drivers.Identity{Model: "IPCMINI", Serial: "IT1234", Unit: "mbar"},
		Want: []drivers.Reading{
			{Name: "status", Value: 5, Unit: drivers.Number}, {Name: "fault"}, {Name: "error_bits", Unit: drivers.Number}, {Name: "ip_on", Value: 1},
			{Channel: "ip", Name: "pressure", Value: 1.2e-6, Unit: drivers.Pascals}, {Name: "ip_current", Value: 1.2e-6, Unit: drivers.Amperes},
			{Name: "ip_voltage", Value: 5000, Unit: drivers.Volts},
		},
		Opaque: []string{windowIs(319, "IPCMINI")[1], windowIs(323, "IT1234")[1]},
		Odd:    windowOdd,
		Sets:   []drivertest.Setting{{Control: "ip_on", Value: 1}, {Control: "ip_on"}},
		Safe:   []string{windowFrame(0x80, "01110")}, AskedWhileHalting: []string{windowAsk(11)},
	})
}

// Vector 7, high voltage on at address 1; and without high voltage there is no pressure.
func TestAgilentIonPumpVectors(t *testing.T) {
	script := drivertest.NewScript(t, hexExchange("02 81 30 31 31 31 31 03 42 32", "02 81 06 03 38 34"),
		drivertest.Exchange{windowFrame(0x81, "0110"), windowFrame(0x81, "01101")})
	pump := open(t, "agilent-ion-pump", &drivers.AgilentIonPumpOptions{Address: 1, Channels: map[int]string{1: "ip"}, Switched: true}, script)
	if err := pump.(drivers.Actuator).Set(t.Context(), "ip_on", 1); err != nil {
		t.Errorf("Set(ip_on, 1) = %v", err)
	}
	for on, want := range map[string]string{"0": "high voltage off", "X": "high voltage not known to be on"} {
		exchanges := instead(ionPumpExchanges, windowAsk(11), windowIs(11, on)[1])
		got, err := open(t, "agilent-ion-pump", nil, &drivertest.Wire{T: t, Instrument: drivertest.Answers(exchanges...)}).Read(t.Context())
		if err != nil || got[4].Missing != want || got[6].Value != 5000 {
			t.Errorf("Read() with window 011 at %s = %+v, %v, want the pressure missing, %q", on, got, err, want)
		}
	}
}

func FuzzAgilentTurbo(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "agilent-turbo", Exchanges: turboExchanges})
}

func FuzzAgilentIonPump(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "agilent-ion-pump", Exchanges: ionPumpExchanges})
}
