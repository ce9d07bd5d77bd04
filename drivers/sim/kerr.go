package sim

import (
	"encoding/binary"
	"strconv"
	"time"
)

// kerr is a chain of Kerr PIC-SERVO modules. Sheet: fusions-logic-board.md; commands beyond reset, address and no-op are
// those of the module's own description, UNCONFIRMED here.
type kerr struct {
	modules []*module
}

// module moves one motor. Before it has an address it hears 0; the next module hears nothing until it has one.
type module struct {
	address, group byte
	items          byte // of its status
	axis           *axis
	power          bool
}

func init() { register("kerr", newKerr) }

// newKerr is a chain as a program that ran before left it: addressed, motors on.
func newKerr(p *plant, s settings) instrument {
	k := &kerr{}
	axes := s.list("axes")
	if axes == nil {
		axes = map[string]string{"1": "x"}
	}
	for _, key := range sorted(axes) {
		n, err := strconv.Atoi(key)
		if err != nil || n < 1 || n > 0x7f {
			n = len(k.modules) + 1
		}
		a := &axis{speed: 5000}
		p.moving = append(p.moving, a)
		k.modules = append(k.modules, &module{address: byte(n), group: 0xff, axis: a, power: true})
	}
	return k
}

// axis is a motor on its way: positions in its own steps.
type axis struct {
	position, goal, speed float64
	off                   bool
}

func (a *axis) move(dt time.Duration) {
	step := a.speed * dt.Seconds()
	a.position += max(-step, min(step, a.goal-a.position))
}

func (a *axis) still() bool { return a.position == a.goal }

func (a *axis) stop() { a.goal = a.position }

func (k *kerr) take(received []byte) (int, []byte) {
	if received[0] != 0xaa {
		return 1, nil // zeros, or text for the logic board
	}
	if len(received) < 3 {
		return 0, nil
	}
	n := 3 + int(received[2]>>4) + 1
	if len(received) < n {
		return 0, nil
	}
	frame := received[1:n]
	body, check := frame[:len(frame)-1], frame[len(frame)-1]
	if byteSum(body) != check {
		return n, nil
	}
	return n, k.run(body[0], body[1]&0x0f, body[2:])
}

// byteSum of all bytes, modulo 256.
func byteSum(data []byte) (sum byte) {
	for _, b := range data {
		sum += b
	}
	return sum
}

func (k *kerr) run(to, command byte, data []byte) []byte {
	if to >= 0x80 { // a group: no reply
		if command == 0x0f {
			for _, m := range k.modules {
				m.address, m.group, m.items, m.power = 0, 0xff, 0, false
				m.axis.stop()
			}
		}
		return nil
	}
	for _, m := range k.modules {
		if m.address == to {
			return m.run(command, data)
		}
		if m.address == 0 {
			break // those behind it hear nothing
		}
	}
	return nil
}

func (m *module) run(command byte, data []byte) []byte {
	items := m.items
	switch {
	case command == 0x0: // reset position
		m.axis.position, m.axis.goal = 0, 0
	case command == 0x1 && len(data) == 2:
		m.address, m.group = data[0], data[1]
	case command == 0x2 && len(data) == 1:
		m.items = data[0]
		items = data[0]
	case command == 0x3 && len(data) == 1:
		items = data[0]
	case command == 0x4 && len(data) > 0:
		m.trajectory(data)
	case command == 0x7 && len(data) > 0:
		m.power = data[0]&1 != 0
		m.axis.stop()
	}
	return m.status(items)
}

// trajectory: a byte that says which of position, speed, acceleration and duty follow.
func (m *module) trajectory(data []byte) {
	control, rest := data[0], data[1:]
	word := func() (float64, bool) {
		if len(rest) < 4 {
			return 0, false
		}
		x := int32(binary.LittleEndian.Uint32(rest))
		rest = rest[4:]
		return float64(x), true
	}
	goal := m.axis.goal
	if control&1 != 0 {
		if x, ok := word(); ok {
			goal = x
		}
	}
	if control&2 != 0 {
		if x, ok := word(); ok && x > 0 {
			m.axis.speed = x * 1953 / 65536 // its servo ticks a second
		}
	}
	if control&0x80 != 0 {
		m.axis.goal = goal
	}
}

// status byte, the items asked for, and the sum.
func (m *module) status(items byte) []byte {
	var s byte
	if m.axis.still() {
		s |= 1
	}
	if m.power {
		s |= 8
	}
	reply := []byte{s}
	if items&1 != 0 {
		reply = binary.LittleEndian.AppendUint32(reply, uint32(int32(m.axis.position)))
	}
	if items&2 != 0 {
		reply = append(reply, 128)
	}
	if items&4 != 0 {
		reply = append(reply, 0, 0)
	}
	if items&8 != 0 {
		reply = append(reply, 0)
	}
	if items&16 != 0 {
		reply = append(reply, 0, 0, 0, 0)
	}
	if items&32 != 0 {
		reply = append(reply, 0, 5)
	}
	return append(reply, byteSum(reply))
}
