package rules

import (
	"maps"

	"pychron-edge/buffer"
)

// dimension is what a number is measured in: base units, each with its power. An empty one is a bare number.
type dimension map[string]int

// named are the units that have one, in the order in which a dimension is looked for.
var named = []struct {
	unit buffer.Unit
	of   dimension
}{
	{buffer.Pascals, dimension{"kg": 1, "m": -1, "s": -2}},
	{buffer.Celsius, dimension{"celsius": 1}},
	{buffer.Watts, dimension{"kg": 1, "m": 2, "s": -3}},
	{buffer.Volts, dimension{"kg": 1, "m": 2, "s": -3, "A": -1}},
	{buffer.Amperes, dimension{"A": 1}},
	{buffer.Hertz, dimension{"s": -1}},
	{buffer.Meters, dimension{"m": 1}},
	{buffer.Seconds, dimension{"s": 1}},
	{buffer.CountsPerSecond, dimension{"counts": 1, "s": -1}},
	{buffer.Percent, dimension{"percent": 1}},
	{buffer.Daltons, dimension{"daltons": 1}},
}

// signals are the units of a gauge's electrical output, which torr, mbar and pa turn into a pressure.
var signals = []buffer.Unit{buffer.Volts, buffer.Amperes, buffer.Hertz, buffer.Percent, buffer.CountsPerSecond}

// dimensionOf is the dimension of a unit. A unit that is not in the table is like itself alone.
func dimensionOf(u buffer.Unit) dimension {
	for _, n := range named {
		if n.unit == u {
			return n.of
		}
	}
	if u == "" {
		return nil
	}
	return dimension{string(u): 1}
}

var perSecond = dimension{"s": -1}

// times is the dimension of a product; with a power of -1 that of a quotient.
func (d dimension) times(o dimension, power int) dimension {
	product := dimension{}
	maps.Copy(product, d)
	for base, n := range o {
		if product[base] += n * power; product[base] == 0 {
			delete(product, base)
		}
	}
	return product
}

func (d dimension) bare() bool { return len(d) == 0 }

func (d dimension) is(u buffer.Unit) bool { return maps.Equal(d, dimensionOf(u)) }

// String is the dimension for people: "pascals", "pascals per second".
func (d dimension) String() string {
	for _, after := range []string{"", " per second"} {
		for _, n := range named {
			if maps.Equal(d, n.of) {
				return string(n.unit) + after
			}
		}
		d = d.times(perSecond, -1)
	}
	return "a product of units"
}
