package drivers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ProXROptions are those of NCD ProXR relay boards that drive valves: a relay that is on opens its valve.
//
// Line: 115200 8N1 on USB, 9600 to 115200 by jumper on RS-232, TCP port 2101. Source: docs/protocols/ncd-proxr.md (NCD command table and API pages,
// Pychron). Plain replies are single bytes without any check; the codec has a checksum, and newer firmware takes both. A relay has no switch: its valve
// is as it was told, and not known once the board has restarted.
type ProXROptions struct {
	Channels map[int]string `yaml:"channels"` // names by relay, counted from 0 as Pychron does: 0 to 7 are relays 1 to 8 of bank 1; to 255
	Codec    bool           `yaml:"codec"`    // frames with a checksum (AA length payload sum)
}

func init() {
	register("proxr", "valve", About{
		Text: "NCD ProXR relay boards with valves", Reads: "each relay that has a name", Sets: "each relay that has a name",
		Source: "docs/protocols/ncd-proxr.md", Confidence: High, Line: LineSettings{Baud: 115200, Gap: 5 * time.Millisecond},
		Example: `
  - name: relays
    model: proxr
    port: serial:///dev/serial/by-id/usb-NCD-if00-port0?baud=115200
    options: {channels: {0: V1, 1: V2}}
    control: true
`,
	}, ProXROptions{Channels: map[int]string{0: "A"}}, openProXR)
}

// Check says what is wrong with o.
func (o *ProXROptions) Check() error { return checkChannels(o.Channels, 0, 255) }

// Points are what it reads.
func (o *ProXROptions) Points() []Point {
	var points []Point
	for _, c := range ordered(o.Channels) {
		points = append(points, Point{Channel: c.name, Name: "open", Told: true})
	}
	return points
}

type proxr struct {
	port   Port
	codec  bool
	relays []channel
	memory relayMemory
}

func openProXR(w Wires, o ProXROptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &proxr{port: w.Port, codec: o.Codec, relays: ordered(o.Channels)}, nil
}

// The commands that carry their bank.
const (
	proxrOff    = 0x64 // + relay 0..7
	proxrOn     = 0x6C
	proxrStatus = 0x74
	proxrBank   = 0x7C
	proxrTest   = 0x21
)

// Identify makes the two-way test: FE 21 -> 55; 56 when the board is in its configuration mode.
func (p *proxr) Identify(ctx context.Context) (Identity, error) {
	reply, err := p.ask(ctx, proxrTest)
	switch {
	case err != nil:
		return Identity{}, fmt.Errorf("identify: %w", err)
	case reply == 0x56:
		return Identity{}, fmt.Errorf("identify: the board is in its configuration mode: %w", ErrRefused)
	case reply != 0x55:
		return Identity{}, fmt.Errorf("identify: %w", garbled("FE 21", fmt.Sprintf("% X", reply), nil))
	}
	return Identity{Model: "ProXR"}, nil
}

// Read asks for the relays of each bank that has a named one: FE 7C 01 -> 05, relays 1 and 3 are on.
func (p *proxr) Read(ctx context.Context) ([]Reading, error) {
	shown := map[int]bool{}
	bank, mask := -1, byte(0)
	for _, c := range p.relays {
		if c.number/8 != bank {
			var err error
			bank = c.number / 8
			if mask, err = p.ask(ctx, proxrBank, byte(bank+1)); err != nil {
				return nil, err
			}
		}
		shown[c.number] = mask>>(c.number%8)&1 == 1
	}
	p.memory.look(shown)
	readings := make([]Reading, 0, len(p.relays))
	for _, c := range p.relays {
		readings = append(readings, p.memory.reading(c.name, c.number, shown[c.number]))
	}
	return readings, nil
}

// Controls are the valves, by name: 1 opens, 0 closes.
func (p *proxr) Controls() []Control {
	var controls []Control
	for _, c := range p.relays {
		controls = append(controls, Control{Name: c.name, Max: 1})
	}
	return controls
}

// Set switches a relay and reads it back.
func (p *proxr) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(p.Controls(), control, value); err != nil {
		return err
	}
	i := slices.IndexFunc(p.relays, func(c channel) bool { return c.name == control })
	return p.relay(ctx, p.relays[i], byte(value))
}

// relay switches a relay and makes sure that it is switched. What the board answers to the first depends on its kind and settings (55, bank and
// status, or nothing), and says nothing that the second does not.
//
//	FE 6C 01 -> 55, relay 1 of bank 1 on; FE 64 01 -> 55, off
//	FE 74 01 -> 01
func (p *proxr) relay(ctx context.Context, c channel, on byte) error {
	n, bank := byte(c.number%8), byte(c.number/8+1)
	p.memory.forget(c.number)
	command := proxrOff + n
	if on == 1 {
		command = proxrOn + n
	}
	if _, err := p.ask(ctx, command, bank); err != nil && !errors.Is(err, ErrTimeout) {
		return err
	}
	got, err := p.ask(ctx, proxrStatus+n, bank)
	switch {
	case err != nil:
		return err
	case got > 1:
		return garbled(c.name, fmt.Sprintf("% X", got), nil)
	case got != on:
		return refused(c.name, fmt.Sprintf("% X", got))
	}
	p.memory.note(c.number, on == 1)
	return nil
}

// Halt switches off all relays that have a name: closes their valves.
func (p *proxr) Halt(ctx context.Context) error {
	var steps []step
	for _, c := range p.relays {
		steps = append(steps, func(ctx context.Context) error { return p.relay(ctx, c, 0) })
	}
	return halting(ctx, 3, steps...)
}

// ask sends a command and returns the first byte of the answer.
//
//	plain: FE 7C 01             -> 00
//	codec: AA 03 FE 7C 01 28    -> AA 01 00 AB
func (p *proxr) ask(ctx context.Context, payload ...byte) (byte, error) {
	request, split := append([]byte{0xFE}, payload...), exactly(1)
	what := fmt.Sprintf("% X", request)
	if p.codec {
		request = append([]byte{0xAA, byte(len(request))}, request...)
		request, split = append(request, sum8(request)), codecEnd
	}
	reply, err := p.port.Transact(ctx, request, split)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	return reply[0], nil
}

// codecEnd is the payload of a frame AA length payload sum.
func codecEnd(data []byte, _ bool) (int, []byte, error) {
	if len(data) > 0 && data[0] != 0xAA || len(data) > 1 && data[1] == 0 {
		return 0, nil, fmt.Errorf("%w: % X is no frame", ErrGarbled, data)
	}
	if len(data) < 2 || len(data) < int(data[1])+3 {
		return 0, nil, nil
	}
	end := int(data[1]) + 2
	if want := sum8(data[:end]); data[end] != want {
		return 0, nil, fmt.Errorf("%w: % X: checksum %02X, want %02X", ErrGarbled, data[:end+1], data[end], want)
	}
	return end + 1, data[2:end:end], nil
}
