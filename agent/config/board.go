package config

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Boards are what agent.board may say. "none" is a computer without pins, or with pins nothing is known of.
var boards = []string{"zero", "zero2", "pi2", "pi3", "pi4", "pi5", "none"}

// chipLabels are the labels of the chip that the header of each board hangs on.
var chipLabels = map[string]string{
	"zero": "pinctrl-bcm2835", "zero2": "pinctrl-bcm2835", "pi2": "pinctrl-bcm2835", "pi3": "pinctrl-bcm2835", "pi4": "pinctrl-bcm2711", "pi5": "pinctrl-rp1",
}

// The header has GPIO0 to GPIO27. From reset until firmware or kernel say otherwise each is an input, pulled up by some 50 kΩ
// up to lastUp and down above it. That is the same on all boards: BCM2835 and BCM2711 ARM Peripherals, table of alternative functions;
// RP1 Peripherals, section 3.1.3.
const (
	lastPin = 27
	lastUp  = 8
)

// upAtReset says whether a pin of the header is pulled up at reset.
func upAtReset(pin int) bool { return pin <= lastUp }

// holder is another function that takes pins.
type holder struct {
	pins   []int
	always bool   // it takes them on a board as it is sold; else only where it was switched on
	what   string // what it is, and how it is switched off
}

var holders = map[string]holder{
	"eeprom": {[]int{0, 1}, true, "the firmware drives it at start to look for the EEPROM of a HAT"},
	"i2c":    {[]int{2, 3}, true, "it is the I2C bus and has 1.8 kΩ to 3.3 V on the board"},
	"uart":   {[]int{14, 15}, true, "it is the UART of the header, on which the firmware and a serial console send"},
	"spi":    {[]int{7, 8, 9, 10, 11}, false, "SPI is switched on and holds it (dtparam=spi=off in config.txt)"},
	"1wire":  {[]int{4}, false, "the 1-wire bus is switched on and holds it (remove dtoverlay=w1-gpio from config.txt)"},
}

// holderOf says what else holds a pin on a machine, "" if nothing does.
func holderOf(pin int, m Machine) string {
	for _, name := range SortedKeys(holders) {
		if h := holders[name]; slices.Contains(h.pins, pin) && (h.always || m.On[name]) {
			return h.what
		}
	}
	return ""
}

// headerPins are the pins of the header by their place, 1 to 40; -1 = power and ground.
var headerPins = [41]int{
	-1, -1, -1, 2, -1, 3, -1, 4, 14, -1, 15, 17, 18, 27, -1, 22, 23, -1, 24, 10, -1, 9, 25, 11, 8, -1, 7, 0, 1, 5, -1, 6, 12, 13, -1, 19, 16, 26, 20, -1, 21,
}

// Machine is what is known of the computer the configuration is for.
type Machine struct {
	Board string          // one of boards; "" = not known
	On    map[string]bool // functions that are switched on, by their name in holders
}

// ReadMachine looks at the computer this runs on, below root ("/"). It opens no device.
func ReadMachine(root string) Machine {
	m := Machine{On: map[string]bool{}}
	if model, err := os.ReadFile(filepath.Join(root, "proc/device-tree/model")); err == nil {
		m.Board = boardOf(string(model))
	}
	for name, glob := range map[string]string{"spi": "sys/bus/spi/devices/spi0.*", "1wire": "sys/bus/w1/devices/*"} {
		found, err := filepath.Glob(filepath.Join(root, glob))
		m.On[name] = err == nil && len(found) > 0
	}
	return m
}

// boardOf is the board of a device tree's model: "Raspberry Pi 4 Model B Rev 1.4" is pi4.
func boardOf(model string) string {
	rest, found := strings.CutPrefix(strings.TrimRight(model, "\x00\n"), "Raspberry Pi ")
	if !found {
		return ""
	}
	for _, kind := range []struct{ prefix, board string }{
		{"Zero 2", "zero2"}, {"Zero", "zero"}, {"Compute Module 5", "pi5"}, {"Compute Module 4", "pi4"}, {"Compute Module 3", "pi3"},
		{"5", "pi5"}, {"4", "pi4"}, {"3", "pi3"}, {"2", "pi2"},
	} {
		if strings.HasPrefix(rest, kind.prefix) {
			return kind.board
		}
	}
	return ""
}

// headerPin is the number of the header's pin that line names on a board: "GPIO17", or "pinctrl-bcm2711:17".
func headerPin(line, board string) (int, bool) {
	digits, named := strings.CutPrefix(strings.ToUpper(line), "GPIO")
	if label, offset, byOffset := strings.Cut(line, ":"); byOffset && label != "" && strings.EqualFold(label, chipLabels[board]) {
		digits, named = offset, true
	}
	n, err := strconv.Atoi(digits)
	return n, named && err == nil && n >= 0 && n <= lastPin
}

// UpAtReset says whether line is a pin of the board's header that is pulled up from reset on.
func UpAtReset(line, board string) bool {
	number, isHeader := headerPin(line, board)
	return isHeader && upAtReset(number)
}
