package sim

import (
	"bytes"
	"encoding/binary"
	"math"
)

// standardBus is a Watlow EZ-ZONE on its Standard Bus, which looks like BACnet MS/TP. Temperatures are in °F, always.
// Sheet: watlow-ezzone.md.
type standardBus struct {
	oven *oven
	node byte // 0F + address
	mode uint16
	algo uint16
}

func init() { register("watlow-standard-bus", newStandardBus) }

func newStandardBus(p *plant, s settings) instrument {
	return &standardBus{oven: p.ovenFor(), node: byte(0x0f + s.whole(1, "address")), mode: watlowAuto, algo: 71}
}

// headerCRC of the five bytes after the preamble, complemented.
func headerCRC(data []byte) byte {
	crc := byte(0xff)
	for _, b := range data {
		x := uint16(crc ^ b)
		x ^= x<<1 ^ x<<2 ^ x<<3 ^ x<<4 ^ x<<5 ^ x<<6 ^ x<<7
		crc = byte(x&0xfe) ^ byte(x>>8&1)
	}
	return ^crc
}

// dataCRC is CRC-16/X-25, sent low byte first.
func dataCRC(data []byte) uint16 { return ^crc16(data, 0xffff, 0x8408) }

func (b *standardBus) take(received []byte) (int, []byte) {
	start := bytes.Index(received, []byte{0x55, 0xff})
	if start != 0 {
		if start < 0 {
			start = len(received) - 1 // the last byte may be half a preamble
		}
		return start, nil
	}
	if len(received) < 8 {
		return 0, nil
	}
	if headerCRC(received[2:7]) != received[7] {
		return 2, nil
	}
	n := 8 + int(binary.BigEndian.Uint16(received[5:])) + 2
	if len(received) < n {
		return 0, nil
	}
	data := received[8 : n-2]
	if received[2] != 5 || received[3] != b.node || dataCRC(data) != binary.LittleEndian.Uint16(received[n-2:]) {
		return n, nil
	}
	answer := b.run(data)
	if answer == nil {
		return n, nil
	}
	return n, mstp(6, received[4], b.node, answer)
}

// mstp is a frame: preamble, header, data.
func mstp(kind, to, from byte, data []byte) []byte {
	frame := []byte{0x55, 0xff, kind, to, from}
	frame = binary.BigEndian.AppendUint16(frame, uint16(len(data)))
	frame = append(frame, headerCRC(frame[2:]))
	frame = append(frame, data...)
	return binary.LittleEndian.AppendUint16(frame, dataCRC(data))
}

// run 01 03 01 class member instance, a read, or 01 04 class member instance tag value, a write.
func (b *standardBus) run(data []byte) []byte {
	switch {
	case len(data) == 6 && data[0] == 1 && data[1] == 3:
		value := b.value(int(data[3])*1000 + int(data[4]))
		if value == nil {
			return nil
		}
		return append([]byte{2, 3, 1, data[3], data[4], data[5]}, value...)
	case len(data) > 6 && data[0] == 1 && data[1] == 4:
		if !b.set(int(data[2])*1000+int(data[3]), data[5:]) {
			return nil
		}
		return append([]byte{2, 4}, data[2:]...)
	}
	return nil
}

// value with its tag: 08 and a float, or 0F 01 and an enumeration.
func (b *standardBus) value(parameter int) []byte {
	float := func(x float64) []byte {
		return binary.BigEndian.AppendUint32([]byte{8}, math.Float32bits(float32(x)))
	}
	switch parameter {
	case 4001:
		return float(toF(b.oven.celsius))
	case 7001:
		return float(toF(b.oven.goal))
	case 7002, 8011:
		return float(100 * b.oven.output)
	case 8001:
		return binary.BigEndian.AppendUint16([]byte{0x0f, 1}, b.mode)
	case 8003:
		return binary.BigEndian.AppendUint16([]byte{0x0f, 1}, b.algo)
	}
	return nil
}

func (b *standardBus) set(parameter int, value []byte) bool {
	switch {
	case value[0] == 8 && len(value) == 5:
		x := float64(math.Float32frombits(binary.BigEndian.Uint32(value[1:])))
		if parameter == 7001 {
			b.oven.goal = toC(x)
		} else if parameter == 7002 && b.oven.manual {
			b.oven.output = min(1, max(0, x/100))
		}
		return parameter == 7001 || parameter == 7002
	case value[0] == 0x0f && len(value) == 4 && parameter == 8001:
		b.mode = binary.BigEndian.Uint16(value[2:])
		b.oven.manual = b.mode != watlowAuto
		if b.mode == watlowOff {
			b.oven.output = 0
		}
		return true
	}
	return false
}
