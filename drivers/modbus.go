package drivers

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
)

// modbus speaks Modbus RTU, or Modbus TCP (framing F7). Register numbers are protocol addresses: the first is 0, no 40001.
//
//	RTU: 01 03 00 01 00 01 D5 CA -> 01 03 02 04 D2 3A D9
//	TCP: 00 01 00 00 00 06 01 03 00 01 00 01 -> 00 01 00 00 00 05 01 03 02 04 D2
type modbus struct {
	port     Port
	address  byte // of the unit, 1..247
	tcp      bool // MBAP header in place of address and CRC
	lowFirst bool // the word order of floats: low word first
	lenient  leniency

	transaction uint16
	request     []byte
}

// leniency is what a reply need not repeat, for gateways that do not.
type leniency struct {
	transaction bool // of TCP: any number is taken, 0 for instance. A late reply cannot be told then
	unit        bool // any unit is taken
	echo        bool // of a write: the function is enough
}

// Modbus functions.
const (
	readCoils     = 1
	readContacts  = 2 // discrete inputs
	readHolding   = 3
	readInput     = 4
	writeCoil     = 5
	writeRegister = 6
	writeMany     = 16
)

var modbusExceptions = map[byte]string{
	1: "illegal function", 2: "illegal data address", 3: "illegal data value", 4: "device failure", 5: "acknowledge",
	6: "device busy", 8: "memory parity error", 10: "gateway path unavailable", 11: "gateway target did not answer",
}

// modbusException is what a unit answers to what it refuses.
type modbusException byte

func (e modbusException) Error() string {
	return fmt.Sprintf("exception %d (%s)", byte(e), modbusExceptions[byte(e)])
}

// registers reads n registers from first, by function 3 or 4.
func (m *modbus) registers(ctx context.Context, function byte, first uint16, n int) ([]uint16, error) {
	what := fmt.Sprintf("registers %d+%d", first, n)
	pdu := binary.BigEndian.AppendUint16([]byte{function}, first)
	pdu = binary.BigEndian.AppendUint16(pdu, uint16(n))
	reply, err := m.exchange(ctx, what, pdu)
	if err != nil {
		return nil, err
	}
	if len(reply) != 2+2*n || int(reply[1]) != 2*n {
		return nil, garbled(what, fmt.Sprintf("% X", reply), nil)
	}
	words := make([]uint16, n)
	for i := range words {
		words[i] = binary.BigEndian.Uint16(reply[2+2*i:])
	}
	return words, nil
}

// bits reads n coils or discrete inputs from first, by function 1 or 2, each as a word of 0 or 1:
//
//	01 01 00 13 00 01 0C 0F -> 01 01 01 01 90 48
func (m *modbus) bits(ctx context.Context, function byte, first uint16, n int) ([]uint16, error) {
	what := fmt.Sprintf("bits %d+%d", first, n)
	pdu := binary.BigEndian.AppendUint16([]byte{function}, first)
	reply, err := m.exchange(ctx, what, binary.BigEndian.AppendUint16(pdu, uint16(n)))
	if err != nil {
		return nil, err
	}
	size := (n + 7) / 8
	if len(reply) != 2+size || int(reply[1]) != size || n%8 != 0 && reply[1+size]>>(n%8) != 0 {
		return nil, garbled(what, fmt.Sprintf("% X", reply), nil)
	}
	words := make([]uint16, n)
	for i := range words {
		words[i] = uint16(reply[2+i/8] >> (i % 8) & 1)
	}
	return words, nil
}

// writeBit sets one coil (function 5); the reply must repeat the request.
func (m *modbus) writeBit(ctx context.Context, number uint16, on bool) error {
	pdu := binary.BigEndian.AppendUint16([]byte{writeCoil}, number)
	if on {
		pdu = append(pdu, 0xFF, 0)
	} else {
		pdu = append(pdu, 0, 0)
	}
	return m.repeated(ctx, fmt.Sprintf("coil %d = %v", number, on), pdu, 5)
}

// write sets one register (function 6); the reply must repeat the request.
func (m *modbus) write(ctx context.Context, register, value uint16) error {
	pdu := binary.BigEndian.AppendUint16([]byte{writeRegister}, register)
	pdu = binary.BigEndian.AppendUint16(pdu, value)
	return m.repeated(ctx, fmt.Sprintf("register %d = %d", register, value), pdu, 5)
}

// writeAll sets registers from first (function 16).
func (m *modbus) writeAll(ctx context.Context, first uint16, values ...uint16) error {
	pdu := binary.BigEndian.AppendUint16([]byte{writeMany}, first)
	pdu = binary.BigEndian.AppendUint16(pdu, uint16(len(values)))
	pdu = append(pdu, byte(2*len(values)))
	for _, v := range values {
		pdu = binary.BigEndian.AppendUint16(pdu, v)
	}
	return m.repeated(ctx, fmt.Sprintf("registers %d+%d = %d", first, len(values), values), pdu, 5)
}

// repeated makes an exchange whose reply must repeat the first n bytes of the request.
func (m *modbus) repeated(ctx context.Context, what string, pdu []byte, n int) error {
	reply, err := m.exchange(ctx, what, pdu)
	if err == nil && string(reply) != string(pdu[:n]) && !m.lenient.echo {
		return garbled(what, fmt.Sprintf("% X", reply), nil)
	}
	return err
}

// float reads a float from two registers in the word order of m. NaN and infinities are an [answer] that is not known.
func (m *modbus) float(ctx context.Context, function byte, first uint16) (float64, error) {
	words, err := m.registers(ctx, function, first, 2)
	if err != nil {
		return 0, err
	}
	v := m.floatOf(words)
	if !finite(v) {
		return 0, unknownData(fmt.Sprintf("registers %d+2", first), fmt.Sprintf("%04X %04X", words[0], words[1]), errNotFinite)
	}
	return v, nil
}

// floatOf joins two registers.
func (m *modbus) floatOf(words []uint16) float64 {
	high, low := words[0], words[1]
	if m.lowFirst {
		high, low = low, high
	}
	return float64(math.Float32frombits(uint32(high)<<16 | uint32(low)))
}

// writeFloat sets two registers.
func (m *modbus) writeFloat(ctx context.Context, first uint16, value float64) error {
	bits := math.Float32bits(float32(value))
	high, low := uint16(bits>>16), uint16(bits)
	if m.lowFirst {
		high, low = low, high
	}
	return m.writeAll(ctx, first, high, low)
}

// exchange sends a PDU and returns the one that answers it, from its function code on.
func (m *modbus) exchange(ctx context.Context, what string, pdu []byte) ([]byte, error) {
	split := rtuEnd
	if m.tcp {
		m.transaction++
		split = mbapEnd
	}
	m.request = m.frame(m.request[:0], pdu)
	reply, err := m.port.Transact(ctx, m.request, split)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	got, err := m.open(reply)
	switch {
	case err != nil:
		return nil, garbled(what, fmt.Sprintf("% X", reply), err)
	case got[0] == pdu[0]|0x80:
		why := modbusException(got[1])
		return nil, fmt.Errorf("%w: %w", refused(what, why.Error()), why)
	case got[0] != pdu[0]:
		return nil, garbled(what, fmt.Sprintf("% X", reply), nil)
	}
	return got, nil
}

func (m *modbus) frame(dst, pdu []byte) []byte {
	if m.tcp {
		dst = binary.BigEndian.AppendUint16(dst, m.transaction)
		dst = binary.BigEndian.AppendUint16(append(dst, 0, 0), uint16(len(pdu)+1))
		return append(append(dst, m.address), pdu...)
	}
	dst = append(append(dst, m.address), pdu...)
	return binary.LittleEndian.AppendUint16(dst, crc16Modbus(dst))
}

// open checks what is around a PDU: checksum or transaction, and the address.
func (m *modbus) open(reply []byte) ([]byte, error) {
	head, end := 1, len(reply)-2
	if m.tcp {
		head, end = 7, len(reply)
		if binary.BigEndian.Uint16(reply) != m.transaction && !m.lenient.transaction {
			return nil, fmt.Errorf("transaction %d, want %d", binary.BigEndian.Uint16(reply), m.transaction)
		}
	} else if got, want := binary.LittleEndian.Uint16(reply[end:]), crc16Modbus(reply[:end]); got != want {
		return nil, fmt.Errorf("CRC %04X, want %04X", got, want)
	}
	if reply[head-1] != m.address && !m.lenient.unit {
		return nil, fmt.Errorf("from unit %d, want %d", reply[head-1], m.address)
	}
	return reply[head:end], nil
}

// rtuEnd finds the end of an RTU reply from its function code.
func rtuEnd(data []byte, _ bool) (int, []byte, error) {
	if len(data) < 5 {
		return 0, nil, nil
	}
	n := 8
	switch function := data[1]; {
	case function&0x80 != 0:
		n = 5
	case function >= readCoils && function <= readInput:
		n = 5 + int(data[2])
	case function != writeCoil && function != writeRegister && function != writeMany:
		return 0, nil, fmt.Errorf("%w: % X is no Modbus reply", ErrGarbled, data)
	}
	return exactly(n)(data, false)
}

// mbapEnd finds the end of a Modbus TCP reply from the length in its header.
func mbapEnd(data []byte, _ bool) (int, []byte, error) {
	if len(data) < 6 {
		return 0, nil, nil
	}
	n := int(binary.BigEndian.Uint16(data[4:]))
	if data[2] != 0 || data[3] != 0 || n < 3 || n > 254 {
		return 0, nil, fmt.Errorf("%w: % X is no Modbus TCP header", ErrGarbled, data[:6])
	}
	return exactly(6+n)(data, false)
}
