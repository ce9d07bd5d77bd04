package sim

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"slices"
	"strconv"

	"pychron-edge/drivers"
)

// modbusPlan is what of the options of model modbus says which registers there are, and what they mean.
type modbusPlan struct {
	Address      int
	TCP          bool
	LowWordFirst bool
	Identify     *struct{ Register, Count int }
	Reads, Sets  []modbusQuantity
	Vectors      []asciiVector
}

type modbusQuantity struct {
	Name, Unit, Type, Law, Order string
	Scale, Offset                float64
	Register, Function, Count    int
	States                       map[string]string
}

// modbusDevice is an instrument described by its registers: it has those that the options name, and keeps what is written.
// They begin at what its vectors show; without any, a temperature begins at that of the room, a number without a unit at 0, all else at 1
// of its unit.
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
		if q.Order == "" && o.LowWordFirst {
			q.Order = "cdab"
		}
		d.begin(q)
	}
	if i := o.Identify; i != nil {
		d.text(i.Register, i.Count, "SIMULATED")
	}
	for _, v := range slices.Backward(o.Vectors) { // the first of them holds
		d.show(v, o.TCP)
	}
	return d
}

// begin puts a quantity where it begins.
func (d *modbusDevice) begin(q modbusQuantity) {
	x := atFirst(q.Name, q.Unit)
	if len(q.States) > 0 {
		x = math.Inf(1)
		for state := range q.States {
			if n, err := strconv.ParseFloat(state, 64); err == nil {
				x = min(x, n)
			}
		}
	}
	switch {
	case q.Function == 1 || q.Function == 2 || q.Function == 5:
		d.coils[q.Register] = false
		return
	case q.Type == "text":
		for _, state := range q.States {
			d.text(q.Register, q.Count, state)
			return
		}
		d.text(q.Register, q.Count, "")
		return
	case q.Law == "exponent":
		x = math.Log10(1e-6)
	}
	if q.Scale == 0 {
		q.Scale = 1
	}
	d.number(q, (x-q.Offset)/q.Scale)
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

// number puts a number into the registers of its type, in its order.
func (d *modbusDevice) number(q modbusQuantity, x float64) {
	var b []byte
	whole := uint64(int64(math.Round(x)))
	switch q.Type {
	case "float32":
		b = binary.BigEndian.AppendUint32(b, math.Float32bits(float32(x)))
	case "float64":
		b = binary.BigEndian.AppendUint64(b, math.Float64bits(x))
	case "int64", "uint64":
		b = binary.BigEndian.AppendUint64(b, whole)
	case "int32", "uint32":
		b = binary.BigEndian.AppendUint32(b, uint32(whole))
	case "bcd16", "bcd32":
		n, _ := strconv.ParseUint(strconv.FormatUint(whole, 10), 16, 64) // decimal digits as hexadecimal ones
		b = binary.BigEndian.AppendUint32(b, uint32(n))
		if q.Type == "bcd16" {
			b = b[2:]
		}
	default:
		b = binary.BigEndian.AppendUint16(b, uint16(whole))
	}
	words := make([]uint16, len(b)/2)
	for i := range words {
		words[i] = binary.BigEndian.Uint16(b[2*i:])
		if q.Order == "badc" || q.Order == "dcba" {
			words[i] = words[i]<<8 | words[i]>>8
		}
	}
	if q.Order == "cdab" || q.Order == "dcba" {
		slices.Reverse(words)
	}
	for i, w := range words {
		d.holding[q.Register+i] = w
	}
}

// text puts characters into registers, two each.
func (d *modbusDevice) text(register, count int, text string) {
	b := append([]byte(text), make([]byte, 2*count)...)
	for i := range count {
		d.holding[register+i] = binary.BigEndian.Uint16(b[2*i:])
	}
}

// show puts what the replies of a vector say into the registers that their requests name..
func (d *modbusDevice) show(v asciiVector, tcp bool) {
	if v.Error != "" || v.Set != "" {
		return
	}
	if len(v.Steps) == 0 {
		v.Steps = append(v.Steps, struct{ Send, Reply drivers.Wire }{v.Send, v.Reply})
	}
	for _, step := range v.Steps {
		request, reply := []byte(step.Send), []byte(step.Reply)
		head := 1
		if tcp {
			head = 7
		}
		if len(request) < head+5 || len(reply) < head+2 {
			continue
		}
		first, count := int(binary.BigEndian.Uint16(request[head+1:])), int(binary.BigEndian.Uint16(request[head+3:]))
		d.fill(request[head], first, count, reply[head+2:])
	}
}

func (d *modbusDevice) fill(function byte, first, count int, data []byte) {
	for i := range count {
		switch {
		case function <= 2 && i/8 < len(data):
			d.coils[first+i] = data[i/8]>>(i%8)&1 == 1
		case function >= 3 && 2*i+1 < len(data):
			d.holding[first+i] = binary.BigEndian.Uint16(data[2*i:])
		}
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
