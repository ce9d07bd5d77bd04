package drivers

// The checksums of the protocol sheets. Check values for "123456789" are in the tests.

// xor is the exclusive or of all bytes: Eurotherm, Optris; masked with 7F: ATL.
func xor(data []byte) byte {
	var x byte
	for _, b := range data {
		x ^= b
	}
	return x
}

// sum8 is the sum of all bytes modulo 256: NCD and Kerr as a byte, Gamma as 2 hex digits, Pfeiffer as 3 decimal ones.
func sum8(data []byte) byte {
	var s byte
	for _, b := range data {
		s += b
	}
	return s
}

// onesComplement is the complement of the sum: Synrad UC-2000.
func onesComplement(data []byte) byte { return ^sum8(data) }

// twosComplement7 is the negated sum with its high bit set: MDrive.
func twosComplement7(data []byte) byte { return -sum8(data) | 0x80 }

// crc16Modbus is CRC-16/MODBUS (8005 reflected, start FFFF); it is sent low byte first.
func crc16Modbus(data []byte) uint16 { return reflected16(data, 0xA001) }

// crc16X25 is CRC-16/X-25 (1021 reflected, start FFFF, complemented), the data CRC of BACnet MS/TP; low byte first.
func crc16X25(data []byte) uint16 { return ^reflected16(data, 0x8408) }

// sum16 is the sum of all bytes modulo 65536.
func sum16(data []byte) uint16 {
	var s uint16
	for _, b := range data {
		s += uint16(b)
	}
	return s
}

// straight16 is the CRC with polynomial 1021, high bit first: CRC-16/CCITT-FALSE from FFFF, CRC-16/XMODEM from 0.
func straight16(data []byte, crc uint16) uint16 {
	for _, b := range data {
		crc ^= uint16(b) << 8
		for range 8 {
			high := crc & 0x8000
			crc <<= 1
			if high != 0 {
				crc ^= 0x1021
			}
		}
	}
	return crc
}

func reflected16(data []byte, polynomial uint16) uint16 {
	crc := uint16(0xFFFF)
	for _, b := range data {
		crc ^= uint16(b)
		for range 8 {
			low := crc & 1
			crc >>= 1
			if low != 0 {
				crc ^= polynomial
			}
		}
	}
	return crc
}

// crc8MSTP is the header CRC of BACnet MS/TP (x^8 + x^7 + 1 reflected, start FF, complemented): Watlow Standard Bus.
func crc8MSTP(data []byte) byte {
	crc := byte(0xFF)
	for _, b := range data {
		crc ^= b
		for range 8 {
			low := crc & 1
			crc >>= 1
			if low != 0 {
				crc ^= 0x81
			}
		}
	}
	return ^crc
}
