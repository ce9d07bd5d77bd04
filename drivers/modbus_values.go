package drivers

import (
	"context"
	"fmt"
	"math"
)

// Read asks for each register, or pair of them, once:
//
//	01 03 00 01 00 01 D5 CA -> 01 03 02 04 D2 3A D9    register 1 is 1234
func (u *modbusUnit) Read(ctx context.Context) ([]Reading, error) {
	type place struct{ function, register, words int }
	known := map[place][]uint16{}
	var readings []Reading
	for i := range u.options.Reads {
		r := &u.options.Reads[i]
		at := place{r.Function, r.Register, modbusTypes[r.Type].words}
		words, ok := known[at]
		if !ok {
			var err error
			if words, err = u.words(ctx, r); err != nil {
				return nil, err
			}
			known[at] = words
		}
		reading, err := u.reading(r, words)
		if err != nil {
			return nil, garbled(fmt.Sprintf("register %d", r.Register), fmt.Sprintf("%04X", words), err)
		}
		readings = append(readings, reading)
	}
	return readings, nil
}

// words reads what r is made of; a coil is a register of 0 or 1.
func (u *modbusUnit) words(ctx context.Context, r *ModbusRead) ([]uint16, error) {
	if r.bits() {
		on, err := u.bit(ctx, byte(r.Function), uint16(r.Register))
		return []uint16{uint16(flag(on))}, err
	}
	function := byte(readHolding)
	if r.Function != 0 {
		function = byte(r.Function)
	}
	return u.registers(ctx, function, uint16(r.Register), modbusTypes[r.Type].words)
}

func (u *modbusUnit) reading(r *ModbusRead, words []uint16) (Reading, error) {
	n := u.number(r, words)
	if text, ok := r.Words[int(n)]; ok && r.Type != "float32" {
		p, err := parsePhrase(text)
		if err != nil || p.missing != "" {
			return r.missing(p.missing), err
		}
		return r.reading(p.number, p.bound)
	}
	if !finite(n) {
		return Reading{}, errNotFinite
	}
	return r.reading(n, Exact)
}

// number joins registers.
func (u *modbusUnit) number(r *ModbusRead, words []uint16) float64 {
	switch r.Type {
	case "bit":
		return float64(words[0] >> r.Bit & 1)
	case "uint16":
		return float64(words[0])
	case "int32":
		return float64(int32(u.join(words)))
	case "uint32":
		return float64(u.join(words))
	case "float32":
		return u.floatOf(words)
	}
	return float64(int16(words[0]))
}

// join makes 32 bits of two registers, in the word order of u.
func (u *modbusUnit) join(words []uint16) uint32 {
	high, low := words[0], words[1]
	if u.lowFirst {
		high, low = low, high
	}
	return uint32(high)<<16 | uint32(low)
}

// Controls are its sets.
func (u *modbusUnit) Controls() []Control {
	var controls []Control
	for i := range u.options.Sets {
		controls = append(controls, u.options.Sets[i].control())
	}
	return controls
}

// Set writes the register of a control: register 2 = 500 is
//
//	01 06 00 02 01 F4 28 1D -> the same
func (u *modbusUnit) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(u.Controls(), control, value); err != nil {
		return err
	}
	for i := range u.options.Sets {
		if s := &u.options.Sets[i]; s.Control == control {
			return u.send(ctx, s, value)
		}
	}
	return nil
}

// send writes a value in SI, rounded to what the register holds.
func (u *modbusUnit) send(ctx context.Context, s *ModbusSet, value float64) error {
	register, n := uint16(s.Register), s.number(value)
	switch {
	case s.Function == writeCoil:
		return u.writeBit(ctx, register, value == 1)
	case s.Type == "float32":
		return u.writeFloat(ctx, register, n)
	case modbusTypes[s.Type].words == 2:
		high, low := uint16(uint32(int64(math.Round(n)))>>16), uint16(uint32(int64(math.Round(n))))
		if u.lowFirst {
			high, low = low, high
		}
		return u.writeAll(ctx, register, high, low)
	case s.Function == writeMany:
		return u.writeAll(ctx, register, uint16(int64(math.Round(n))))
	}
	return u.write(ctx, register, uint16(int64(math.Round(n))))
}
