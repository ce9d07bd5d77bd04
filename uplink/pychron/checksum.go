package pychron

import (
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
)

// withCRC is a text with its CRC behind it: CRC-16/MODBUS in four lower-case digits, low byte first. "A0" -> "A031f4".
func withCRC(text string) string {
	crc := modbus(text)
	return fmt.Sprintf("%s%02x%02x", text, byte(crc), byte(crc>>8))
}

// modbus is the CRC-16 of a text: polynomial 0xA001, reflected, beginning with 0xFFFF.
func modbus(text string) uint16 {
	crc := uint16(0xFFFF)
	for n := range len(text) {
		crc ^= uint16(text[n])
		for range 8 {
			carry := crc & 1
			if crc >>= 1; carry != 0 {
				crc ^= 0xA001
			}
		}
	}
	return crc
}

// framed is a reply in the frame L4,-,C4: its whole length in four upper-case digits, the reply, its CRC. "OK" -> "000AOK75b7".
func framed(reply string) string { return fmt.Sprintf("%04X", len(reply)+8) + withCRC(reply) }

// stateString is a valve's part of the checksum: "VALVE-ATrueFalse", with the lock behind the state where the kind has one.
func stateString(v *Valve) string {
	switch v.Kind {
	case Manual:
		return "MANUAL_SWITCH-" + v.Name + truth(v.open())
	case Switch:
		return "SWITCH-" + v.Name + truth(v.open()) + truth(v.Locked)
	}
	return "VALVE-" + v.Name + truth(v.open()) + truth(v.Locked)
}

// stateChecksum is the CRC-32 of the state strings of valves, in decimal.
func stateChecksum(valves []*Valve) string {
	var b strings.Builder
	for _, v := range valves {
		b.WriteString(stateString(v))
	}
	return strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(b.String()))), 10)
}
