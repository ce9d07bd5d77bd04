package drivers

import (
	"encoding/binary"
	"fmt"
)

// Frames with a header and a data checksum as BACnet MS/TP has them (framing F9), which Watlow's Standard Bus uses:
//
//	55 FF type destination source length(2, high first) headerCRC data... dataCRC(2, low first)
const (
	mstpRequest = 5
	mstpReply   = 6
)

// appendMSTP appends a frame with its checksums.
func appendMSTP(dst []byte, kind, destination, source byte, data []byte) []byte {
	dst = append(dst, 0x55, 0xFF)
	at := len(dst)
	dst = binary.BigEndian.AppendUint16(append(dst, kind, destination, source), uint16(len(data)))
	dst = append(dst, crc8MSTP(dst[at:]))
	dst = append(dst, data...)
	return binary.LittleEndian.AppendUint16(dst, crc16X25(data))
}

// mstpEnd finds the end of a frame: an 8-byte header, then as many bytes as it says and 2 more. A header whose checksum is
// wrong is garbled at once, before its length is believed.
func mstpEnd(data []byte, _ bool) (int, []byte, error) {
	if len(data) < 8 {
		return 0, nil, nil
	}
	if data[0] != 0x55 || data[1] != 0xFF || crc8MSTP(data[2:7]) != data[7] {
		return 0, nil, fmt.Errorf("%w: % X is no header", ErrGarbled, data[:8])
	}
	n := int(binary.BigEndian.Uint16(data[5:]))
	if n > maxReply {
		return 0, nil, fmt.Errorf("%w: %d bytes announced", ErrGarbled, n)
	}
	return exactly(8+n+2)(data, false)
}

// openMSTP checks a frame and returns its data.
func openMSTP(frame []byte, kind, destination, source byte) ([]byte, error) {
	data := frame[8 : len(frame)-2]
	switch want := crc16X25(data); {
	case frame[2] != kind || frame[3] != destination || frame[4] != source:
		return nil, fmt.Errorf("type %d to %d from %d, want %d, %d, %d: %w", frame[2], frame[3], frame[4], kind, destination, source, ErrGarbled)
	case binary.LittleEndian.Uint16(frame[len(frame)-2:]) != want:
		return nil, fmt.Errorf("data CRC of % X, want %04X: %w", frame, want, ErrGarbled)
	}
	return data, nil
}
