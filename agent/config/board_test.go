package config

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestBoardsByTheirDeviceTree(t *testing.T) {
	for model, want := range map[string]string{
		"Raspberry Pi 4 Model B Rev 1.4\x00": "pi4", "Raspberry Pi Zero 2 W Rev 1.0\x00": "zero2", "Raspberry Pi 5 Model B Rev 1.0\x00": "pi5",
		"Raspberry Pi 3 Model B Plus Rev 1.3": "pi3", "Raspberry Pi Compute Module 4 Rev 1.0": "pi4", "Raspberry Pi Zero W Rev 1.1": "zero", "BeagleBone Black": "",
	} {
		root := t.TempDir()
		if err := os.MkdirAll(filepath.Join(root, "proc/device-tree"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "proc/device-tree/model"), []byte(model), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := ReadMachine(root); got.Board != want || got.On["spi"] {
			t.Errorf("board of %q = %+v, want %q without SPI", model, got, want)
		}
	}
}

// on is the problems of one output on a board.
func on(board, pin string, m Machine) string {
	c, _ := Load("f.yaml", []byte("agent: {name: a, board: "+board+"}\ndevices:\n  - name: V1\n    model: valve\n    pins:\n      solenoid: "+pin+"\n"))
	c.machine = m
	_, list := Check(c)
	return listed(list)
}

func TestPinsOfBoards(t *testing.T) {
	spi := Machine{On: map[string]bool{"spi": true, "1wire": true}}
	for _, c := range []struct {
		board, pin string
		machine    Machine
		want       string // "" = no problem
	}{
		{"pi4", "GPIO17", Machine{}, ""},
		{"pi4", "{line: GPIO17, active_low: true}", Machine{}, "f.yaml:6:17: warning: solenoid of V1 is on at reset: GPIO17 is pulled low"},
		{"zero2", "{line: GPIO5, active_low: true}", Machine{}, ""},
		{"pi3", "GPIO5", Machine{}, "is pulled high"},
		{"pi5", `"pinctrl-rp1:5"`, Machine{}, "GPIO5 is pulled high"},
		{"pi4", `"pinctrl-rp1:5"`, Machine{}, ""},
		{"pi4", "GPIO15", Machine{}, "UART"},
		{"pi5", "GPIO3", Machine{}, "I2C"},
		{"pi4", "GPIO9", Machine{}, ""},
		{"pi4", "GPIO9", spi, "dtparam=spi=off"},
		{"pi4", "{line: GPIO4, active_low: true}", spi, "1-wire"},
		{"pi4", "GPIO28", Machine{}, "must be GPIO0 to GPIO27 on a pi4"},
		{"none", "{line: GPIO17, active_low: true}", spi, ""},
		{`""`, "GPIO5", Machine{}, ""},
		{`""`, "GPIO5", Machine{Board: "pi3"}, "is pulled high"},
		{`""`, "BCM5", Machine{}, "must be GPIO5"},
		{"none", "J8_11", Machine{}, "must be GPIO17"},
		{"none", "P1_16", Machine{}, "must be GPIO23"},
		{"none", `"J8:11"`, Machine{}, "must be GPIO17"},
		{"none", "BOARD11", Machine{}, "must be GPIO17"},
		{"none", "pin11", Machine{}, "must be GPIO17 if it is pin 11 of the header, or GPIO11"},
		{"none", "pin9", Machine{}, "must be GPIO9"},
		{"none", "GPI017", Machine{}, "must be GPIO17"},
		{"none", "GPOI17", Machine{}, "must be GPIO17"},
		{"none", "GP17", Machine{}, "must be GPIO17"},
		{"none", "GPIO-17", Machine{}, "must be GPIO17"},
		{"none", "GPIO017", Machine{}, "must be GPIO17"},
		{"none", "GPIO45", Machine{}, ""},
		{"none", "GPIO99", Machine{}, "must be GPIO0 to GPIO27"},
		{"none", "RELAY3", Machine{}, ""},
		{"none", "PG10", Machine{}, ""},
		{"none", "P1_6", Machine{}, "must be GPIO0 to GPIO27"},
		{"pi6", "GPIO17", Machine{}, `board is "pi6"; must be one of zero, zero2`},
	} {
		got := on(c.board, c.pin, c.machine)
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s on %s: problems %q, want %q", c.pin, c.board, got, c.want)
		}
	}
}

// The header has each of GPIO0 to GPIO27 once.
func TestTheHeaderHasEachPinOnce(t *testing.T) {
	pins := slices.Sorted(slices.Values(slices.DeleteFunc(slices.Clone(headerPins[:]), func(n int) bool { return n < 0 })))
	for n, pin := range pins {
		if pin != n {
			t.Fatalf("pins of the header are %v, want 0 to 27", pins)
		}
	}
	if len(pins) != lastPin+1 {
		t.Errorf("the header has %d pins, want %d", len(pins), lastPin+1)
	}
}

var gpioLine = regexp.MustCompile(`(?m)^gpio=([0-9,-]+)=(\S+)$`)

// bootPins are the pins that config.txt sets up, and how.
func bootPins(t *testing.T) map[int]string {
	data, err := os.ReadFile("../../firmware-cfg/boot/config.txt")
	if err != nil {
		t.Fatal(err)
	}
	pins := map[int]string{}
	for _, m := range gpioLine.FindAllStringSubmatch(string(data), -1) {
		for _, part := range strings.Split(m[1], ",") {
			first, last, isRange := strings.Cut(part, "-")
			if !isRange {
				last = first
			}
			from, err1 := strconv.Atoi(first)
			to, err2 := strconv.Atoi(last)
			if err1 != nil || err2 != nil {
				t.Fatalf("config.txt: %q", m[0])
			}
			for n := from; n <= to; n++ {
				pins[n] = m[2]
			}
		}
	}
	return pins
}

// raspberry-pi-4.yaml and config.txt are about the same pins, and each output is off from reset to the first request.
func TestTheShippedBoardAgreesWithItsBootFile(t *testing.T) {
	data, err := os.ReadFile("../../firmware-cfg/raspberry-pi-4.yaml")
	if err != nil {
		t.Fatal(err)
	}
	plan, list := checked(string(data))
	if len(list) > 0 || plan.Config.Agent.Board != "pi4" {
		t.Fatalf("board %q, problems %s", plan.Config.Agent.Board, listed(list))
	}
	boot := bootPins(t)
	for _, d := range plan.Devices {
		for name, pin := range d.Wiring {
			number, _ := headerPin(pin.Line, "pi4")
			want := "ip,pd"
			if pin.ActiveLow {
				want = "ip,pu"
			}
			if boot[number] != want {
				t.Errorf("%s.%s on GPIO%d: config.txt says %q, want %q", d.Name, name, number, boot[number], want)
			}
			delete(boot, number)
		}
	}
	if len(boot) > 0 {
		t.Errorf("config.txt sets up %v, which raspberry-pi-4.yaml does not use", boot)
	}
}
