package device

import (
	"testing"

	"pychron-edge/drivers"
)

func TestOperationsHaveTheWordsOfTheHouse(t *testing.T) {
	onOff := func(name string) drivers.Control { return drivers.Control{Name: name, Max: 1} }
	for _, c := range []struct {
		family  string
		control drivers.Control
		value   float64
		want    string
	}{
		{"valve", onOff("open"), 1, "open"},
		{"valve", onOff("open"), 0, "close"},
		{"valve", onOff("A"), 1, "open"}, // of a box
		{"valve", onOff("A"), 0, "close"},
		{"valve", drivers.Control{Name: "open", Max: 1, Idle: 1}, 1, "open"}, // rests open
		{"valve", drivers.Control{Name: "open", Max: 1, Idle: 1}, 0, "close"},
		{"laser", onOff("enabled"), 1, "enable"},
		{"laser", onOff("enabled"), 0, "disable"},
		{"laser", drivers.Control{Name: "shots", Pulse: true, Max: 10}, 3, "fire"},
		{"", drivers.Control{Name: "position", Unit: drivers.Meters}, 0.01, "move"},
		{"", drivers.Control{Name: "setpoint", Unit: drivers.Celsius}, 20, "set"},
	} {
		if got := operation(c.family, c.control, c.value); got != c.want {
			t.Errorf("operation(%q, %s, %g) = %q, want %q", c.family, c.control.Name, c.value, got, c.want)
		}
	}
}
