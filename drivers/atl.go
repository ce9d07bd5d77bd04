package drivers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
)

// ATLOptions are those of an ATL (ATLEX) UV excimer laser.
//
// Line: serial, 9600 8N1 unless the URL says otherwise (UNCONFIRMED). Source: docs/protocols/atl-excimer.md, which is read from Pychron alone.
// UNCONFIRMED: the meaning of most registers; that the pressure is in mbar; that one read pointer before a poll is enough. Settings are not
// saved to the EEPROM (register 37), which wears. Its pulse energy is not read: there is no unit for it here.
type ATLOptions struct {
	MaxOn   time.Duration `yaml:"max_on"`   // longest time the laser may stay enabled; mandatory, more than zero
	MaxRate float64       `yaml:"max_rate"` // highest repetition rate that may be set, hertz, up to 1000
}

func init() {
	register("atl", "laser", About{
		Text: "ATL (ATLEX) UV excimer laser", Reads: "enabled, running, tube pressure, repetition rate",
		Sets: "enabled, running, shot, rate", Source: "docs/protocols/atl-excimer.md", Confidence: Medium, Laser: true, Line: LineSettings{Deadline: 250 * time.Millisecond, Resync: []byte{eot}},
		Points: []Point{{Name: "enabled"}, {Name: "running"}, {Name: "tube_pressure", Unit: Pascals}, {Name: "rate", Unit: Hertz}},
		Example: `
  - name: excimer
    model: atl
    port: serial:///dev/serial/by-id/usb-FTDI_ATL-if00-port0?baud=9600
    options: {max_on: 15m, max_rate: 50}
    control: true
`,
	}, ATLOptions{MaxRate: 100}, openATL)
}

// Check says what is wrong with o.
func (o *ATLOptions) Check() error {
	if err := checkMaxOn(o.MaxOn); err != nil {
		return err
	}
	return checkMax("max_rate", o.MaxRate, 1000, Hertz)
}

// Registers, and the values of atlAction.
const (
	atlPointer  = 2 // start and count of the next poll
	atlPressure = 9 // followed by status and action
	atlAction   = 11
	atlRate     = 1001 // two words, low first

	atlOff, atlOn, atlShot, atlRun = 0, 1, 2, 3
)

const atlHead = "a\x100\x02" // before the data of a poll: 61 10 30 02

var atlPolled = block(atlHead)

type atl struct {
	port    Port
	maxRate float64 // Hz
}

func openATL(w Wires, o ATLOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &atl{port: w.Port, maxRate: o.MaxRate}, nil
}

// Read polls pressure, status and action, and the rate.
func (a *atl) Read(ctx context.Context) ([]Reading, error) {
	state, err := a.poll(ctx, atlPressure, 3)
	if err != nil {
		return nil, err
	}
	rate, err := a.poll(ctx, atlRate, 2)
	if err != nil {
		return nil, err
	}
	action := state[2]
	enabled, running := Reading{Name: "enabled", Value: flag(action != atlOff)}, Reading{Name: "running", Value: flag(action == atlRun)}
	if action > atlRun {
		why := fmt.Sprintf("action %d, which is not known", action)
		enabled, running = Reading{Name: "enabled", Missing: why}, Reading{Name: "running", Missing: why}
	}
	return []Reading{
		enabled, running,
		{Name: "tube_pressure", Value: float64(state[0]) * pascalsPerMbar, Unit: Pascals},
		{Name: "rate", Value: float64(rate[0]) + 65536*float64(rate[1]), Unit: Hertz},
	}, nil
}

// poll reads count registers from start.
//
//	41 05 -> 10 30; 02 "000200090001" 03 04 -> 10 31; 04
//	61 05 -> 61 10 30 02 "00091770" 03 0B; 10 31, 04
func (a *atl) poll(ctx context.Context, start, count int) (words []uint16, err error) {
	err = a.port.Hold(ctx, func(port Port) error {
		if err := atlWrite(ctx, port, atlPointer, uint16(start), uint16(count)); err != nil {
			return err
		}
		reply, err := port.Transact(ctx, []byte{'a', enq}, atlPolled)
		if err != nil {
			return err
		}
		if words, err = atlWords(reply, start, count); err != nil {
			return err
		}
		if _, err := port.Transact(ctx, []byte{dle, '1'}, nil); err != nil {
			return err
		}
		_, err = port.Transact(ctx, []byte{eot}, nil)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("poll %d: %w", start, err)
	}
	return words, nil
}

// atlWords opens a polled block: the start register and then count words of four hex digits.
func atlWords(reply []byte, start, count int) ([]uint16, error) {
	text, err := openBlock(reply, atlHead, 0x7F)
	if err != nil {
		return nil, err
	}
	if len(text) != 4*(count+1) {
		return nil, fmt.Errorf("%q holds %d characters, want %d: %w", text, len(text), 4*(count+1), ErrGarbled)
	}
	words := make([]uint16, count+1)
	for i := range words {
		n, err := strconv.ParseUint(text[4*i:4*i+4], 16, 16)
		if err != nil {
			return nil, garbled("poll", text, err)
		}
		words[i] = uint16(n)
	}
	if int(words[0]) != start {
		return nil, fmt.Errorf("%q is of register %d: %w", text, words[0], ErrGarbled)
	}
	return words[1:], nil
}

// write puts words into registers from register on: 41 05 -> 10 30; 02 "000B0001" 03 70 -> 10 31; 04.
func (a *atl) write(ctx context.Context, register int, words ...uint16) error {
	err := a.port.Hold(ctx, func(port Port) error { return atlWrite(ctx, port, register, words...) })
	if err != nil {
		return fmt.Errorf("write %d: %w", register, err)
	}
	return nil
}

// atlWrite selects, writes and ends. A select that is not answered ends it, but not that of a switch-off, which is sent all the same.
func atlWrite(ctx context.Context, port Port, register int, words ...uint16) error {
	selected := atlAsk(ctx, port, []byte{'A', enq}, '0')
	if selected != nil && !(register == atlAction && words[0] == atlOff) {
		return selected
	}
	if err := atlAsk(ctx, port, atlFrame(register, words...), '1'); err != nil {
		return errors.Join(selected, err)
	}
	_, err := port.Transact(ctx, []byte{eot}, nil)
	return errors.Join(selected, err)
}

// atlFrame is STX, the register and its words as hex, ETX and the check.
func atlFrame(register int, words ...uint16) []byte {
	data := fmt.Appendf(nil, "%04X", register)
	for _, w := range words {
		data = fmt.Appendf(data, "%04X", w)
	}
	return appendBlock(nil, string(data), 0x7F)
}

// atlAsk sends what must be answered by DLE and want. NAK is a refusal.
func atlAsk(ctx context.Context, port Port, request []byte, want byte) error {
	reply, err := port.Transact(ctx, request, atlAnswer)
	switch {
	case err != nil:
		return err
	case reply[0] == nak:
		return refused(fmt.Sprintf("% X", request), "NAK")
	case reply[1] != want:
		return garbled(fmt.Sprintf("% X", request), string(reply), nil)
	}
	return nil
}

// atlAnswer is DLE and one byte, or NAK.
func atlAnswer(data []byte, atEOF bool) (int, []byte, error) {
	switch {
	case len(data) == 0:
		return 0, nil, nil
	case data[0] == nak:
		return 1, data[:1:1], nil
	case data[0] != dle:
		return 0, nil, fmt.Errorf("%w: begins with %02X, want DLE", ErrGarbled, data[0])
	}
	return exactly(2)(data, atEOF)
}

// Controls: the laser on and ready, firing at its rate, one shot, and the rate.
func (a *atl) Controls() []Control {
	return []Control{
		{Name: "enabled", Max: 1}, {Name: "running", Max: 1}, {Name: "shot", Max: 1, Pulse: true},
		{Name: "rate", Unit: Hertz, Min: 1, Max: a.maxRate, Idle: 1, Resolution: 1},
	}
}

// Set switches on or off, fires, or sets the rate in whole hertz, rounded down.
func (a *atl) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(a.Controls(), control, value); err != nil {
		return err
	}
	switch {
	case control == "rate":
		return a.write(ctx, atlRate, uint16(math.Floor(value)), 0)
	case control == "enabled" && value == 0:
		return a.Halt(ctx)
	case control == "enabled":
		return enableOrHalt(ctx, func(ctx context.Context) error { return a.write(ctx, atlAction, atlOn) }, a.Halt)
	case control == "shot" && value == 0:
		return nil
	}
	return a.fire(ctx, control, value)
}

// fire runs, stops or fires once a laser that is on: writing stop to one that is off would switch it on.
func (a *atl) fire(ctx context.Context, control string, value float64) error {
	state, err := a.poll(ctx, atlAction, 1)
	switch {
	case err != nil:
		return err
	case state[0] == atlOff && value == 0:
		return nil
	case state[0] == atlOff:
		return fmt.Errorf("%s: %w: the laser is off", control, ErrRefused)
	case control == "shot":
		return a.write(ctx, atlAction, atlShot)
	case value == 0:
		return a.write(ctx, atlAction, atlOn)
	}
	return enableOrHalt(ctx, func(ctx context.Context) error { return a.write(ctx, atlAction, atlRun) }, a.Halt)
}

// Halt switches off: 41 05 -> 10 30; 02 "000B0000" 03 71 -> 10 31; 04.
func (a *atl) Halt(ctx context.Context) error {
	if err := halting(ctx, 3, func(ctx context.Context) error { return a.write(ctx, atlAction, atlOff) }); err != nil {
		return fmt.Errorf("halt: %w", err)
	}
	return nil
}
