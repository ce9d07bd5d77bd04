package drivers

import (
	"context"
	"fmt"
	"math"
)

// MicroEpsilonOptions are those of a Micro-Epsilon thermoMETER or Optris pyrometer, families CT, CTL and CS.
//
// Line: 9600 to 115200 8N1, binary, answers of fixed length. Source: docs/protocols/pyrometers.md (vendors' command sheets, two public drivers).
// UNCONFIRMED: that A0 sets the emissivity on every CT (one driver uses 84), what a CT answers to its laser command. A temperature is two
// bytes without a check: noise on the line cannot be distinguished from one, unless it is below -60 or above 3000 °C, which no head measures.
type MicroEpsilonOptions struct {
	Family         string `yaml:"family"`          // "ct" (also CTL) or "cs"
	HighResolution bool   `yaml:"high_resolution"` // the head gives hundredths of a degree
	Unchecked      bool   `yaml:"unchecked"`       // the checksum of a CT's sets was switched off (command AD); a CS has none
	Address        int    `yaml:"address"`         // on RS-485, 1 to 79; 0 = RS-232 or USB
}

func init() {
	register("micro-epsilon", "", About{
		Text: "Micro-Epsilon thermoMETER CT/CTL/CS, Optris CT/CS pyrometer", Reads: "temperature; emissivity and pointer as acknowledged",
		Sets: "emissivity, pointer", Source: "docs/protocols/pyrometers.md", Confidence: Medium,
		Points: []Point{{Name: "temperature", Unit: Celsius}, {Name: "emissivity", Unit: Percent}, {Name: "pointer"}},
		Example: `
  - name: pyrometer
    model: micro-epsilon
    port: serial:///dev/serial/by-id/usb-FTDI_CT-if00-port0?baud=115200
    options: {family: ct}
`,
	}, MicroEpsilonOptions{Family: "ct"}, openMicroEpsilon)
}

// Check says what is wrong with o.
func (o *MicroEpsilonOptions) Check() error {
	if o.Family != "ct" && o.Family != "cs" {
		return fmt.Errorf("family: %q; must be ct or cs", o.Family)
	}
	if o.Address < 0 || o.Address > 79 {
		return fmt.Errorf("address: %d; must be 1 to 79, or 0 for none", o.Address)
	}
	return nil
}

// The set commands by family. 83 would switch the box to ASCII and is never sent.
var microEpsilonSets = map[string]struct{ emissivity, pointer byte }{"ct": {0xA0, 0xA5}, "cs": {0x84, 0x90}}

type microEpsilon struct {
	port    Port
	options MicroEpsilonOptions

	emissivity, pointer acknowledged
}

func openMicroEpsilon(w Wires, o MicroEpsilonOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &microEpsilon{port: w.Port, options: o}, nil
}

// Forget is [Forgetter.Forget].
func (m *microEpsilon) Forget() { m.emissivity, m.pointer = acknowledged{}, acknowledged{} }

// Identify asks for the serial number: 0E -> 01 86 A0, 100000.
func (m *microEpsilon) Identify(ctx context.Context) (Identity, error) {
	b, err := askFixed(ctx, m.port, "serial number", m.read(0x0E), 3)
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	return Identity{Serial: fmt.Sprint(int(b[0])<<16 | int(b[1])<<8 | int(b[2]))}, nil
}

// Read asks for the temperature.
//
//	01 -> 04 D3, 23.5 °C; with high resolution 30 3E, 23.50 °C
func (m *microEpsilon) Read(ctx context.Context) ([]Reading, error) {
	b, err := askFixed(ctx, m.port, "temperature", m.read(0x01), 2)
	if err != nil {
		return nil, err
	}
	v := float64(int(b[0])<<8 | int(b[1]))
	celsius := (v - 1000) / 10
	if m.options.HighResolution {
		celsius = (v - 10000) / 100
	}
	if celsius < -60 || celsius > 3000 {
		return nil, garbled("temperature", fmt.Sprintf("% X", b), nil)
	}
	return []Reading{
		{Name: "temperature", Value: celsius, Unit: Celsius}, m.emissivity.reading("emissivity", Percent), m.pointer.reading("pointer", ""),
	}, nil
}

// read is a read command: the address on RS-485, and one byte.
func (m *microEpsilon) read(command byte) []byte { return append(m.address(), command) }

func (m *microEpsilon) address() []byte {
	if m.options.Address == 0 {
		return nil
	}
	return []byte{byte(0xB0 + m.options.Address)}
}

// set sends a command with its data, which must come back.
//
//	84 03 B6       -> 03 B6, CS: emissivity 0.950
//	A0 03 B6 15    -> 03 B6, CT: with the exclusive or of all, the address left out
//	B1 A0 03 B6 15 -> 03 B6, CT at address 1
func (m *microEpsilon) set(ctx context.Context, command byte, data ...byte) error {
	body := append([]byte{command}, data...)
	frame := append(m.address(), body...)
	if m.options.Family == "ct" && !m.options.Unchecked {
		frame = append(frame, xor(body))
	}
	what := fmt.Sprintf("% X", frame)
	reply, err := askFixed(ctx, m.port, what, frame, len(data))
	if err != nil {
		return err
	}
	if string(reply) != string(data) {
		return fmt.Errorf("%s: reply % X: %w", what, reply, ErrGarbled)
	}
	return nil
}

// Controls are the emissivity (idle is 100 %, which reads lowest) and the aiming laser.
func (m *microEpsilon) Controls() []Control {
	return []Control{{Name: "emissivity", Unit: Percent, Min: 10, Max: 100, Idle: 100, Resolution: 0.1}, {Name: "pointer", Max: 1}}
}

// Set sets the emissivity in steps of 0.1 % or switches the aiming laser: 90 01 -> 01 (CS), A5 01 A4 -> 01 (CT).
func (m *microEpsilon) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(m.Controls(), control, value); err != nil {
		return err
	}
	if control == "pointer" {
		return m.point(ctx, value)
	}
	n := int(math.Round(value * 10))
	m.emissivity.known = false
	if err := m.set(ctx, microEpsilonSets[m.options.Family].emissivity, byte(n>>8), byte(n)); err != nil {
		return err
	}
	m.emissivity = acknowledged{float64(n) / 10, true}
	return nil
}

func (m *microEpsilon) point(ctx context.Context, value float64) error {
	m.pointer.known = false
	if err := m.set(ctx, microEpsilonSets[m.options.Family].pointer, byte(value)); err != nil {
		return err
	}
	m.pointer = acknowledged{value, true}
	return nil
}

// Halt switches the aiming laser off: A5 00 A5 -> 00 (CT), 90 00 -> 00 (CS).
func (m *microEpsilon) Halt(ctx context.Context) error {
	return halting(ctx, 3, func(ctx context.Context) error { return m.point(ctx, 0) })
}
