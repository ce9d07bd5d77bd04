package main

import (
	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

// bufferUnit is a driver's unit in the words of events: the same.
func bufferUnit(u drivers.Unit) buffer.Unit { return buffer.Unit(u) }

// bufferBound is a driver's bound in the words of events. What is neither limit is exact.
func bufferBound(b drivers.Bound) buffer.Bound {
	switch b {
	case drivers.AtMost:
		return buffer.AtMost
	case drivers.AtLeast:
		return buffer.AtLeast
	}
	return buffer.Exact
}
