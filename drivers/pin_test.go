package drivers_test

import (
	"strings"
	"testing"

	"pychron-edge/drivers"
)

func TestParsePin(t *testing.T) {
	for _, p := range []drivers.Pin{{Line: "GPIO17"}, {Line: "pinctrl-bcm2711:17", ActiveLow: true, Fail: "on"}, {Line: "SPI_MOSI", Fail: "off"}} {
		if err := drivers.ParsePin(p); err != nil {
			t.Errorf("ParsePin(%+v) = %v", p, err)
		}
	}
	for _, p := range []drivers.Pin{{}, {Line: "17"}, {Line: "gpiochip0:17"}, {Line: "pinctrl-rp1:017"}, {Line: "pinctrl-rp1:x"}, {Line: "GPIO 17"}, {Line: "GPIO17", Fail: "low"}} {
		if err := drivers.ParsePin(p); err == nil || !strings.Contains(err.Error(), "must be") {
			t.Errorf("ParsePin(%+v) = %v, want an error that says what it must be", p, err)
		}
	}
}
