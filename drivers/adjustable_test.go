package drivers

import (
	"math"
	"testing"
)

// What is described in the configuration has the tolerance that stands there; without one, at most what its numbers are rounded to.
func TestResolutionOfDescribedLevels(t *testing.T) {
	level := func(high, tolerance float64) Adjustable {
		return Adjustable{Control: "x", Unit: "millimeters", Max: high, Tolerance: tolerance}
	}
	tenths := level(40, 0)
	tenths.Scale = -0.1
	for name, c := range map[string]struct {
		set  any
		want float64
	}{
		"tolerance":                     {ASCIISet{Adjustable: level(40, 3), Send: "X {value}", Digits: 2}, 0.003},
		"fine":                          {ASCIISet{Adjustable: level(40, 0), Send: "X {value}", Digits: 2}, 0},
		"coarse":                        {ASCIISet{Adjustable: level(40, 0), Send: "X {value}"}, 0.001},
		"less coarse than a hundredth":  {ASCIISet{Adjustable: level(150, 0), Send: "X {value}"}, 0.0015},
		"exponent":                      {ASCIISet{Adjustable: level(40, 0), Send: "X {value}", Exponent: true}, 0},
		"hexadecimal":                   {ASCIISet{Adjustable: level(40, 0), Send: "X {value}", As: "hex", Width: 4}, 0.001},
		"float in hexadecimal":          {ASCIISet{Adjustable: level(40, 0), Send: "X {value}", As: "hex_float", Width: 8}, 0},
		"switch":                        {ASCIISet{Adjustable: Adjustable{Control: "x", Tolerance: 0.1}, On: "1", Off: "0"}, 0},
		"register":                      {ModbusSet{Adjustable: level(40, 0), Register: 1}, 0.001},
		"register in tenths, backwards": {ModbusSet{Adjustable: tenths, Register: 1}, 0},
		"register of a float":           {ModbusSet{Adjustable: level(40, 0), Register: 1, Type: "float32"}, 0},
	} {
		var device Actuator
		switch s := c.set.(type) {
		case ASCIISet:
			a, err := newASCII(nil, ASCIIOptions{Sets: []ASCIISet{s}})
			if err != nil {
				t.Fatal(err)
			}
			device = a
		case ModbusSet:
			device = newModbusUnit(nil, ModbusOptions{Sets: []ModbusSet{s}})
		}
		if got := device.Controls()[0].Resolution; math.Abs(got-c.want) > 1e-4*c.want {
			t.Errorf("%s: resolution %g, want %g", name, got, c.want)
		}
	}
}
