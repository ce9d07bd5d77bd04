package sim

import (
	"encoding/json"
	"math"
)

// modbusPlan is what of the options of model modbus says which registers there are, and what they mean.
type modbusPlan struct {
	Address      int
	LowWordFirst bool
	Reads, Sets  []struct {
		Name, Unit, Type, Law string
		Scale, Offset         float64
		Register, Function    int
	}
}

// modbusDevice is an instrument described by its registers: it has those that the options name, and keeps what is written.
// A temperature begins at that of the room, a number without a unit at 0, all else at 1 of its unit.
type modbusDevice struct {
	modbus
	holding map[int]uint16
}

func init() { register("modbus", newModbusDevice) }

func newModbusDevice(_ *plant, s settings) instrument {
	d := &modbusDevice{holding: map[int]uint16{}}
	var o modbusPlan
	data, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(data, &o)
	}
	if err != nil {
		o = modbusPlan{Address: 1} // options of another shape: no registers
	}
	d.modbus = modbus{unit: byte(o.Address), get: d.register, put: d.set, coils: map[int]bool{}}
	for _, q := range append(o.Sets, o.Reads...) {
		if q.Function == 1 || q.Function == 2 || q.Function == 5 {
			d.coils[q.Register] = false
			continue
		}
		x := atFirst(q.Name, q.Unit)
		if q.Law == "exponent" {
			x = math.Log10(1e-6)
		}
		if q.Scale == 0 {
			q.Scale = 1
		}
		d.put32(q.Register, q.Type, (x-q.Offset)/q.Scale, !o.LowWordFirst)
	}
	return d
}

// atFirst is what a quantity begins at, in its unit.
func atFirst(name, unit string) float64 {
	switch {
	case unit == "":
		return 0
	case unit == "kelvin":
		return room
	case unit == "fahrenheit":
		return toF(room - 273.15)
	case name == "temperature" || unit == "celsius":
		return room - 273.15
	}
	return 1
}

// put32 puts a number into one or two registers, as its type says.
func (d *modbusDevice) put32(register int, kind string, x float64, highFirst bool) {
	bits := uint32(int32(math.Round(max(math.MinInt32, min(math.MaxInt32, x)))))
	switch kind {
	case "float32":
		d.holding[register], d.holding[register+1] = half(x, 0, highFirst), half(x, 1, highFirst)
	case "int32", "uint32":
		d.holding[register], d.holding[register+1] = uint16(bits>>16), uint16(bits)
		if !highFirst {
			d.holding[register], d.holding[register+1] = uint16(bits), uint16(bits>>16)
		}
	default:
		d.holding[register] = uint16(bits)
	}
}

func (d *modbusDevice) register(n int) (uint16, bool) {
	x, ok := d.holding[n]
	return x, ok
}

func (d *modbusDevice) set(n int, x uint16) bool {
	_, ok := d.holding[n]
	if ok {
		d.holding[n] = x
	}
	return ok
}
