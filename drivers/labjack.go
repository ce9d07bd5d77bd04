package drivers

import (
	"context"
	"fmt"
)

// labjack is a LabJack T4, T7 or T8 on Modbus TCP, whose valves and inputs are models of their own on one connection.
//
// Reading one line by its own register (2000 to 2022) makes it an input, and lets its valve fall: that is never done. States come from 2800 and
// directions from 2850, all at once, which change nothing (from memory of the register map: UNCONFIRMED).
type labjack struct{ bus modbus }

// The registers, by protocol address.
const (
	labjackLine       = 2000 // + line: written only; writing makes it an output
	labjackStates     = 2800
	labjackDirections = 2850 // 1 is an output
	labjackProduct    = 60000
	labjackSerial     = 60028

	labjackLines = 22 // the highest line
)

func newLabJack(port Port) labjack { return labjack{modbus{port: port, address: 1, tcp: true}} }

// identify asks for the product and the serial number. A T4 has no lines 0 to 3: lowest is the lowest line that is used, -1 for none.
//
//	00 07 00 00 00 06 01 03 EA 60 00 02 -> 00 07 00 00 00 07 01 03 04 40 E0 00 00, 7: a T7
func (l *labjack) identify(ctx context.Context, lowest int) (Identity, error) {
	product, err := l.bus.float(ctx, readHolding, labjackProduct)
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	if product == 4 && lowest >= 0 && lowest < 4 {
		return Identity{}, fmt.Errorf("identify: a T4 has no line %d: %w", lowest, ErrRefused)
	}
	serial, err := l.word(ctx, labjackSerial)
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	return Identity{Model: fmt.Sprintf("LabJack T%g", product), Serial: fmt.Sprint(serial)}, nil
}

// word reads 32 bits, high word first.
//
//	00 06 00 00 00 06 01 03 0A F0 00 02 -> 00 06 00 00 00 07 01 03 04 00 00 00 15, lines 0, 2 and 4 are high
func (l *labjack) word(ctx context.Context, register uint16) (uint32, error) {
	words, err := l.bus.registers(ctx, readHolding, register, 2)
	if err != nil {
		return 0, err
	}
	return uint32(words[0])<<16 | uint32(words[1]), nil
}

// write makes a line an output at a level: 00 04 00 00 00 06 01 06 07 D4 00 01 -> the same, FIO4 high.
func (l *labjack) write(ctx context.Context, line int, high bool) error {
	return l.bus.write(ctx, uint16(labjackLine+line), uint16(flag(high)))
}
