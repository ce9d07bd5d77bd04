package sim

import (
	"math"
	"strings"
)

// watlow is a Watlow EZ-ZONE that speaks Modbus: floats in two registers, °F over comms as delivered. Sheet: watlow-ezzone.md.
type watlow struct {
	modbus
	oven   *oven
	high   bool // the high word first
	map2   bool
	kept   map[int]uint16
	halves map[int]uint16
	fails  bool // the sensor is open
}

const (
	watlowAuto, watlowManual, watlowOff = 10, 54, 62
	fahrenheit, celsius                 = 30, 15
)

func init() { register("watlow-modbus", newWatlow) }

func newWatlow(p *plant, s settings) instrument {
	w := &watlow{oven: p.ovenFor(), halves: map[int]uint16{}, kept: map[int]uint16{368: 95, 370: 46, 2490: fahrenheit, 2494: 106, 1920: 59}}
	w.high = strings.HasPrefix(strings.ToLower(s.text("low", "wordorder", "order", "words")), "h") || s.yes(false, "gateway", "highfirst")
	w.map2 = s.whole(1, "map") == 2
	w.modbus = modbus{unit: byte(s.whole(1, "address", "slave", "unit")), get: w.register, put: w.set}
	return w
}

// units turns °C into what is set for comms.
func (w *watlow) units(c float64) float64 {
	if w.kept[2490] == fahrenheit {
		return toF(c)
	}
	return c
}

// at is a register of the loop block, as Map 1 numbers it.
func (w *watlow) at(register int) int {
	if !w.map2 {
		return register
	}
	for _, block := range []struct{ from, to, here int }{{2360, 2405, 1880}, {2640, 2643, 2160}} {
		if register >= block.from && register <= block.to {
			return register - block.from + block.here
		}
	}
	if register >= 1880 && register < 1925 || register >= 2160 && register <= 2163 {
		return -register // other things, as the alarm set-point
	}
	return register
}

// floats by their first register.
func (w *watlow) float(register int) (float64, bool) {
	pv := w.oven.celsius
	if w.fails {
		pv = -200
	}
	switch register {
	case 360, 402:
		return w.units(pv), true
	case 382:
		return 0, true
	case 1890, 1892:
		return 25, true
	case 1894, 1896, 1898, -1880:
		return 0, true
	case 1904, 2162:
		return 100 * w.oven.output, true
	case 2160:
		return w.units(w.oven.goal), true
	}
	return 0, false
}

func (w *watlow) register(n int) (uint16, bool) {
	n = w.at(n % 5000)
	switch n {
	case 362:
		return map[bool]uint16{true: 65, false: 61}[w.fails], true
	case 363, 369, 371, 1881, 1921, 2491, 2495:
		return 0, true
	case 1880:
		return w.mode(), true
	}
	if x, ok := w.kept[n]; ok {
		return x, true
	}
	if x, ok := w.float(n); ok {
		return half(x, 0, w.high), true
	}
	first := n - 1
	if n < 0 {
		first = n + 1
	}
	x, ok := w.float(first)
	return half(x, 1, w.high), ok
}

func (w *watlow) mode() uint16 {
	if w.kept[1880] != 0 {
		return w.kept[1880]
	}
	return watlowAuto
}

func (w *watlow) set(n int, x uint16) bool {
	n = w.at(n % 5000)
	switch n {
	case 1880:
		if x != watlowAuto && x != watlowManual && x != watlowOff {
			return false
		}
		w.kept[1880] = x
		w.oven.manual = x != watlowAuto
		if x == watlowOff {
			w.oven.output = 0
		}
		return true
	case 2490, 2494, 1920:
		w.kept[n] = x
		return true
	case 2160, 2162:
		w.halves[n] = x
		return true
	case 2161, 2163:
		return w.assign(n-1, join(w.halves[n-1], x, w.high))
	}
	return false
}

func (w *watlow) assign(register int, x float64) bool {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return false
	}
	if register == 2162 {
		if w.mode() == watlowManual {
			w.oven.output = min(1, max(0, x/100))
		}
		return true
	}
	if w.kept[2490] == fahrenheit {
		x = toC(x)
	}
	w.oven.goal = x
	return true
}
