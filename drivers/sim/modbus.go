package sim

import (
	"encoding/binary"
	"math"
)

// modbus is a slave: RTU on a line, and the TCP framing where that is what comes.
type modbus struct {
	unit  byte
	get   func(register int) (uint16, bool)
	put   func(register int, x uint16) bool
	coils map[int]bool // and discrete inputs; nil = it has none
}

// crc16 of Modbus, polynomial A001, sent low byte first.
func crc16(data []byte, start uint16, polynomial uint16) uint16 {
	crc := start
	for _, b := range data {
		crc ^= uint16(b)
		for range 8 {
			if crc&1 != 0 {
				crc = crc>>1 ^ polynomial
			} else {
				crc >>= 1
			}
		}
	}
	return crc
}

func modbusCRC(data []byte) uint16 { return crc16(data, 0xffff, 0xa001) }

func (m *modbus) take(received []byte) (int, []byte) {
	n := rtuLength(received)
	if n > 0 && len(received) >= n && modbusCRC(received[:n-2]) == binary.LittleEndian.Uint16(received[n-2:]) {
		if received[0] != m.unit {
			return n, nil
		}
		reply := append([]byte{received[0]}, m.run(received[1:n-2])...)
		return n, binary.LittleEndian.AppendUint16(reply, modbusCRC(reply))
	}
	if k := tcpLength(received); k > 0 {
		if len(received) < k {
			return 0, nil
		}
		body := m.run(received[7:k])
		reply := append([]byte{}, received[:4]...)
		reply = binary.BigEndian.AppendUint16(reply, uint16(len(body)+1))
		return k, append(append(reply, received[6]), body...)
	}
	if n == 0 || len(received) < n {
		return 0, nil
	}
	return 1, nil // noise
}

// rtuLength of the frame that begins here; 0 when too little has come, or it is none.
func rtuLength(received []byte) int {
	if len(received) < 7 {
		return 8
	}
	if received[1] == 15 || received[1] == 16 {
		return 9 + int(received[6])
	}
	return 8
}

// tcpLength of the frame that begins here; 0 when it is none.
func tcpLength(received []byte) int {
	if len(received) < 8 || received[2] != 0 || received[3] != 0 || received[4] != 0 {
		return 0
	}
	if f := received[7]; received[5] < 6 || f == 0 || f > 16 {
		return 0
	}
	return 6 + int(received[5])
}

// run a request without unit and check: the reply without them. Exceptions: 1 function, 2 register, 3 value.
func (m *modbus) run(request []byte) []byte {
	function := request[0]
	fail := func(code byte) []byte { return []byte{function | 0x80, code} }
	if len(request) < 5 {
		return fail(3)
	}
	register, x := int(binary.BigEndian.Uint16(request[1:])), binary.BigEndian.Uint16(request[3:])
	switch function {
	case 3, 4:
		return m.read(function, register, int(x))
	case 1, 2:
		return m.bits(function, register, int(x))
	case 5:
		if _, ok := m.coils[register]; !ok {
			return fail(2)
		}
		m.coils[register] = x == 0xff00
		return request[:5]
	case 6:
		if !m.write(register, []uint16{x}) {
			return fail(2)
		}
		return request[:5]
	case 16:
		if len(request) < 6+2*int(x) || int(request[5]) != 2*int(x) {
			return fail(3)
		}
		words := make([]uint16, x)
		for i := range words {
			words[i] = binary.BigEndian.Uint16(request[6+2*i:])
		}
		if !m.write(register, words) {
			return fail(2)
		}
		return request[:5]
	}
	return fail(1)
}

func (m *modbus) read(function byte, register, count int) []byte {
	if count < 1 || count > 125 {
		return []byte{function | 0x80, 3}
	}
	reply := []byte{function, byte(2 * count)}
	for i := range count {
		x, ok := m.get(register + i)
		if !ok {
			return []byte{function | 0x80, 2}
		}
		reply = binary.BigEndian.AppendUint16(reply, x)
	}
	return reply
}

// bits of coils or discrete inputs, the first in the lowest bit.
func (m *modbus) bits(function byte, first, count int) []byte {
	if count < 1 || count > 2000 {
		return []byte{function | 0x80, 3}
	}
	reply := append([]byte{function, byte((count + 7) / 8)}, make([]byte, (count+7)/8)...)
	for i := range count {
		on, ok := m.coils[first+i]
		if !ok {
			return []byte{function | 0x80, 2}
		}
		if on {
			reply[2+i/8] |= 1 << (i % 8)
		}
	}
	return reply
}

func (m *modbus) write(register int, words []uint16) bool {
	for i, x := range words {
		if !m.put(register+i, x) {
			return false
		}
	}
	return true
}

// halves of a float as registers: half 0 is the one at the lower address.
func half(x float64, n int, highFirst bool) uint16 {
	bits := math.Float32bits(float32(x))
	if (n == 0) == highFirst {
		return uint16(bits >> 16)
	}
	return uint16(bits)
}

// join the halves of a float: lower is the word at the lower address.
func join(lower, upper uint16, highFirst bool) float64 {
	if highFirst {
		lower, upper = upper, lower
	}
	return float64(math.Float32frombits(uint32(upper)<<16 | uint32(lower)))
}
