package sim

import "math"

// eurotherm is a Eurotherm 2000 that speaks Modbus: integers with the decimals of its display, and floats, high word first,
// at 8000h + 2·register. Sheet: eurotherm.md.
type eurotherm struct {
	modbus
	oven   *oven
	degree temperatureScale
	scale  float64
	kept   map[int]uint16
	halves map[int]uint16 // of a float that is being written
}

func init() { register("eurotherm-modbus", newEurothermModbus) }

func newEurothermModbus(p *plant, s settings) instrument {
	e := &eurotherm{oven: p.ovenFor(), degree: temperatureScale(s.yes(false, "fahrenheit")), scale: math.Pow10(s.given(1, "decimals")), halves: map[int]uint16{},
		kept: map[int]uint16{6: 200, 8: 120, 9: 20, 15: 0, 23: 0, 25: 0, 26: 0, 30: 1000, 35: 0, 37: 0, 39: 0, 75: 0, 111: 0, 112: 12000, 270: 0, 276: 0}}
	e.modbus = modbus{unit: byte(s.whole(1, "address", "slave", "unit")), get: e.register, put: e.set}
	return e
}

// value of a register as a number.
func (e *eurotherm) value(register int) (float64, bool) {
	switch register {
	case 1:
		return e.degree.shown(e.oven.celsius), true
	case 2, 5, 24:
		return e.degree.shown(e.oven.goal), true
	case 3, 4:
		return 100 * e.oven.output, true
	}
	x, ok := e.kept[register]
	return float64(int16(x)) / e.scale, ok
}

func (e *eurotherm) register(n int) (uint16, bool) {
	if n >= 0x8000 {
		x, ok := e.value((n - 0x8000) / 2)
		return half(x, n%2, true), ok
	}
	if x, ok := e.kept[n]; ok {
		return x, true
	}
	x, ok := e.value(n)
	return uint16(int16(math.Round(x * e.scale))), ok
}

func (e *eurotherm) set(n int, x uint16) bool {
	if n >= 0x8000 {
		e.halves[n] = x
		if n%2 == 0 {
			return true
		}
		return e.assign((n-0x8000)/2, join(e.halves[n-1], x, true))
	}
	switch n {
	case 15, 23, 270, 276:
		e.kept[n] = x
		e.remote()
		return true
	}
	return e.assign(n, float64(int16(x))/e.scale)
}

// assign a number to a register that can be written.
func (e *eurotherm) assign(register int, x float64) bool {
	switch register {
	case 2, 24:
		e.oven.goal = e.degree.meant(x)
		return true
	case 3:
		e.oven.output = x / 100
		return e.oven.manual
	}
	if _, ok := e.kept[register]; !ok || register == 39 || register == 75 {
		return false
	}
	e.kept[register] = uint16(int16(math.Round(x * e.scale)))
	e.remote()
	return true
}

// remote: with 276 set, register 26 is the set-point.
func (e *eurotherm) remote() {
	if e.kept[276] == 1 {
		e.oven.goal = e.degree.meant(float64(int16(e.kept[26])) / e.scale)
	}
}
