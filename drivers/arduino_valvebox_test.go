package drivers_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

var valveboxTwo = &drivers.ValveboxOptions{Channels: map[int]string{0: "A", 1: "B"}, Travel: time.Second}

// box is a valve box whose valves arrive after some looks at an indicator. Vectors 1 to 5 of arduino-valvebox.md; 6 (pin modes) and 7 (unknown
// command) are never sent.
func box(looks int) func(request string) (string, bool) {
	open, left := map[int]bool{50: true}, 0 // by its open indicator: valve 0 is open, 1 closed
	return func(request string) (string, bool) {
		var pin, value int
		if n, _ := fmt.Sscanf(request, "w %d %d\r\n", &pin, &value); n == 2 {
			if open[pin-1] != (value == 1) {
				left = looks
			}
			open[pin-1] = value == 1
			return "OK\r\n", true
		}
		if n, _ := fmt.Sscanf(request, "r %d\r\n", &pin); n != 1 {
			return "", false
		}
		if left > 0 {
			left--
			return "0\r\n", true
		}
		opened := map[bool]string{true: "1\r\n", false: "0\r\n"}
		if pin == 50 || pin == 47 {
			return opened[open[pin]], true
		}
		return opened[!open[pin+1]], pin == 49 || pin == 46
	}
}

func TestValvebox(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "arduino-valvebox", Options: valveboxTwo, Odd: drivertest.Words,
		Instrument: func() func(string) (string, bool) { return box(6) },
		Want: []drivers.Reading{
			{Channel: "A", Name: "open", Value: 1}, {Name: "A_commanded", Missing: "not commanded since the board was connected"},
			{Channel: "B", Name: "open"}, {Name: "B_commanded", Missing: "not commanded since the board was connected"},
		},
		Sets: []drivertest.Setting{{Control: "A"}, {Control: "A", Value: 1}, {Control: "B", Value: 1}},
		Safe: []string{"w 51 0\r\n", "w 48 0\r\n"},
	})
}

func TestValveboxIndicators(t *testing.T) {
	for indicators, want := range map[string]string{"10": "1 ", "01": "0 ", "11": "0 both indicators on", "00": "0 travelling: neither indicator on"} {
		device := open(t, "arduino-valvebox", nil, drivertest.NewScript(t,
			drivertest.Exchange{"r 50\r\n", indicators[:1] + "\r\n"}, drivertest.Exchange{"r 49\r\n", indicators[1:] + "\r\n"})) // 3, 4
		got, err := device.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if text := fmt.Sprintf("%g %s", got[0].Value, got[0].Missing); text != want {
			t.Errorf("Read() with indicators %s = %q, want %q", indicators, text, want)
		}
	}
}

// A valve that does not get there is an error, and its command is not repeated.
func TestValveboxStuck(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
		if strings.HasPrefix(request, "w") {
			return "OK\r\n", true
		}
		return map[string]string{"r 50\r\n": "0\r\n", "r 49\r\n": "1\r\n"}[request], true
	}}
	device := open(t, "arduino-valvebox", nil, wire).(drivers.Actuator)
	if err := device.Set(t.Context(), "A", 1); !errors.Is(err, drivers.ErrRefused) {
		t.Errorf("Set(A, 1) of a stuck valve = %v, want ErrRefused", err)
	}
	if n := strings.Count(strings.Join(wire.Sent, ""), "w"); n != 1 {
		t.Errorf("a stuck valve was driven %d times, want once: %q", n, wire.Sent)
	}
	got, err := device.Read(t.Context())
	if err != nil || got[0].Value != 0 || got[1].Value != 1 || got[1].Missing != "" {
		t.Errorf("Read() of a stuck valve = %+v, %v, want closed, commanded open", got, err)
	}
}

func FuzzValvebox(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "arduino-valvebox", Exchanges: []drivertest.Exchange{{"r 50\r\n", "1\r\n"}, {"r 49\r\n", "0\r\n"}}})
}
