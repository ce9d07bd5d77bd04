package drivers

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// KerrOptions are those of a chain of Kerr motor modules (JRKERR PIC-SERVO), as in a Fusions laser, where they hang on the line of the logic board.
//
// Line: 9600 8N1, binary. Source: docs/protocols/fusions-logic-board.md for frames, reset, addresses and no-op; Pychron's kerr_motor.py for the other commands
// and their bits (position, power, trajectory). UNCONFIRMED: all of it beyond the frame on a real module. Modules that have all lost their addresses
// (after power-up) are given them anew; the group reset (AA FF 0F 0E) is never sent, because it would lose the positions. A move is sent once and
// never again, and only when the motor's power is on. Homing is Pychron's affair.
type KerrOptions struct {
	Axes         map[int]Axis `yaml:"axes"`         // by address, 1 to 31; scale is meters in one step
	Velocity     float64      `yaml:"velocity"`     // meters a second
	Acceleration float64      `yaml:"acceleration"` // meters a second squared
	Gains        string       `yaml:"gains"`        // 15 bytes in hex, sent before a motor's power is switched on; "" = Pychron's
}

// kerrGains are Pychron's: P 100, D 1000, I 0, limits 0, 255, 0, 4000, rates 1.
const kerrGains = "6400E80300000000FF00A00F010101"

func init() {
	register("kerr", "", About{
		Text: "Kerr (JRKERR PIC-SERVO) motor modules, as in Fusions lasers", Reads: "position of each axis, whether it moves, its motor's power, faults",
		Sets: "position and power of each axis", Source: "docs/protocols/fusions-logic-board.md", Confidence: Low,
		Line: LineSettings{Deadline: 200 * time.Millisecond, Resync: make([]byte, 20)},
		Example: `
  - name: motors
    model: kerr
    port: serial:///dev/serial/by-id/usb-FTDI_MOTOR-if00-port0?baud=19200
    options: {axes: {1: {name: zoom, min: 0, max: 0.01, scale: 1.0e-6}}}
    control: true
`,
	}, KerrOptions{Axes: map[int]Axis{1: {Name: "x", Max: 0.05, Scale: 1e-6}}, Velocity: 0.005, Acceleration: 0.05}, openKerr)
}

// Check says what is wrong with o.
func (o *KerrOptions) Check() error {
	if !(o.Velocity > 0 && o.Acceleration > 0) || !finite(o.Velocity) || !finite(o.Acceleration) {
		return fmt.Errorf("velocity %g, acceleration %g; must be more than 0", o.Velocity, o.Acceleration)
	}
	if b, err := hex.DecodeString(o.Gains); o.Gains != "" && (err != nil || len(b) != 15) {
		return fmt.Errorf("gains: %q; must be 15 bytes in hex", o.Gains)
	}
	for n, a := range o.Axes {
		if a.Scale > 0 && max(math.Abs(a.Min), math.Abs(a.Max))/a.Scale > math.MaxInt32 {
			return fmt.Errorf("axes: %d: min %g, max %g; must be within 2147483647 steps", n, a.Min, a.Max)
		}
	}
	return checkAxes(o.Axes, 31)
}

// Points are what it reads.
func (o *KerrOptions) Points() []Point {
	var points []Point
	for _, a := range orderedAxes(o.Axes) {
		points = append(points, Point{Channel: a.Name, Name: "position", Unit: Meters}, Point{Name: a.Name + "_moving"}, Point{Name: a.Name + "_on"},
			Point{Name: a.Name + "_fault"})
	}
	return points
}

// Commands, with the number of their data bytes in the high nibble.
const (
	kerrAddress    = 0x21 // address, group
	kerrRead       = 0x13 // which items
	kerrTrajectory = 0xD4 // control byte, position, velocity, acceleration
	kerrStop       = 0x17 // mode
	kerrNoOp       = 0x0E
	kerrSetGains   = 0xF6 // 15 bytes

	kerrGroup     = 0xFF
	kerrPosition  = 0x01 // item: position
	kerrMoveNow   = 0x97 // position, velocity, acceleration, servo, absolute, start now
	kerrSmooth    = 0x09 // stop smoothly, motor and amplifier stay on
	kerrOn        = 0x01 // amplifier on
	kerrOff       = 0x06 // stop at once, motor and amplifier off
	kerrTick      = 0.000512
	kerrVelocity  = 65536 * kerrTick            // for one step a second
	kerrAccelerat = 65536 * kerrTick * kerrTick // for one step a second squared
)

// Bits of the status byte.
const (
	kerrDone     = 0x01
	kerrChecksum = 0x02 // the last frame was garbled
	kerrPower    = 0x08
	kerrFault    = 0x14 // current, position error
	kerrHoming   = 0x80 // in a reply of two equal bytes, noise rather
)

type kerr struct {
	port    Port
	options KerrOptions
	axes    []axis
	gains   []byte
}

func openKerr(w Wires, o KerrOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	gains, err := hex.DecodeString(cmp.Or(o.Gains, kerrGains))
	return &kerr{port: w.Port, options: o, axes: orderedAxes(o.Axes), gains: gains}, err
}

// kerrFrame is AA, address, command, data, and the sum of all but the AA.
func kerrFrame(address, command byte, data ...byte) []byte {
	frame := append([]byte{0xAA, address, command}, data...)
	return append(frame, sum8(frame[1:]))
}

// ask sends a command and returns the status byte and n bytes of data: AA 01 0E 0F -> 01 01.
func (k *kerr) ask(ctx context.Context, n int, address, command byte, data ...byte) ([]byte, error) {
	frame := kerrFrame(address, command, data...)
	what := fmt.Sprintf("% X", frame)
	reply, err := askFixed(ctx, k.port, what, frame, n+2)
	if err != nil {
		return nil, err
	}
	if sum8(reply[:n+1]) != reply[n+1] {
		return nil, fmt.Errorf("%s: reply % X: sum %02X: %w", what, reply, sum8(reply[:n+1]), ErrGarbled)
	}
	if reply[0]&kerrChecksum != 0 {
		return nil, refused(what, "checksum error")
	}
	if n == 0 && reply[0]&kerrHoming != 0 {
		return nil, fmt.Errorf("%s: reply % X: it is homing without a command: %w", what, reply, ErrGarbled)
	}
	return reply[:n+1], nil
}

// Identify looks whether all modules are there. When none answers they were switched off, and are given addresses one by one.
//
//	AA 01 0E 0F -> status, ck; AA 00 21 01 FF 21 -> status, ck
func (k *kerr) Identify(ctx context.Context) (Identity, error) {
	last := k.axes[len(k.axes)-1].number
	first := byte(k.axes[0].number)
	_, err := k.ask(ctx, 0, first, kerrNoOp)
	if errors.Is(err, ErrTimeout) && ctx.Err() == nil {
		err = k.address(ctx, last, err)
	}
	for _, a := range k.axes {
		if err == nil {
			_, err = k.ask(ctx, 0, byte(a.number), kerrNoOp)
		}
	}
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	return Identity{Model: fmt.Sprintf("%d Kerr modules", len(k.axes))}, nil
}

// address gives the addresses 1 to last to modules that have none, unless any other module has one: then silence is what was wrong.
func (k *kerr) address(ctx context.Context, last int, silence error) error {
	for n := 1; n <= last; n++ {
		if _, err := k.ask(ctx, 0, byte(n), kerrNoOp); !errors.Is(err, ErrTimeout) || ctx.Err() != nil {
			return silence
		}
	}
	for n := 1; n <= last; n++ {
		if _, err := k.ask(ctx, 0, 0, kerrAddress, byte(n), kerrGroup); err != nil {
			return errors.Join(silence, fmt.Errorf("module %d: %w", n, err))
		}
	}
	return nil
}

// Read asks each module for its status and position: AA 01 13 01 15 -> 09, position low byte first, ck.
func (k *kerr) Read(ctx context.Context) ([]Reading, error) {
	var readings []Reading
	for _, a := range k.axes {
		b, err := k.ask(ctx, 4, byte(a.number), kerrRead, kerrPosition)
		if err != nil {
			return nil, err
		}
		steps := int32(binary.LittleEndian.Uint32(b[1:]))
		readings = append(readings, Reading{Channel: a.Name, Name: "position", Value: float64(steps) * a.Scale, Unit: Meters},
			Reading{Name: a.Name + "_moving", Value: flag(b[0]&kerrDone == 0)}, Reading{Name: a.Name + "_on", Value: flag(b[0]&kerrPower != 0)},
			Reading{Name: a.Name + "_fault", Value: flag(b[0]&kerrFault != 0)})
	}
	return readings, nil
}

// Controls are the power and position of each axis. Idle is where it was homed, or as near as it may be sent.
func (k *kerr) Controls() []Control {
	var controls []Control
	for _, a := range k.axes {
		controls = append(controls, Control{Name: a.Name + "_on", Max: 1}, Control{Name: a.Name, Unit: Meters, Min: a.Min, Max: a.Max, Idle: min(max(0, a.Min), a.Max)})
	}
	return controls
}

// Set switches a motor, or sends an axis to a position and returns when that was accepted, not when it is there.
//
//	AA 01 F6 gains ck -> status, ck; AA 01 17 01 19 -> status, ck: power on; AA 01 17 06 1E -> status, ck: off
//	AA 01 0E 0F -> 09 09: power is on; AA 01 D4 97 position velocity acceleration ck -> status, ck
func (k *kerr) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(k.Controls(), control, value); err != nil {
		return err
	}
	a := k.axes[slices.IndexFunc(k.axes, func(a axis) bool { return a.Name == strings.TrimSuffix(control, "_on") || a.Name == control })]
	if a.Name != control {
		return k.turn(ctx, byte(a.number), value == 1)
	}
	status, err := k.ask(ctx, 0, byte(a.number), kerrNoOp)
	if err != nil {
		return err
	}
	if status[0]&kerrPower == 0 {
		return fmt.Errorf("%s: %w: its motor is off", control, ErrRefused)
	}
	data := []byte{kerrMoveNow}
	data = binary.LittleEndian.AppendUint32(data, uint32(int32(math.Round(value/a.Scale))))
	data = binary.LittleEndian.AppendUint32(data, kerrWord(k.options.Velocity/a.Scale*kerrVelocity))
	data = binary.LittleEndian.AppendUint32(data, kerrWord(k.options.Acceleration/a.Scale*kerrAccelerat))
	_, err = k.ask(ctx, 0, byte(a.number), kerrTrajectory, data...)
	return err
}

// turn switches a motor's power.
func (k *kerr) turn(ctx context.Context, address byte, on bool) error {
	if !on {
		_, err := k.ask(ctx, 0, address, kerrStop, kerrOff)
		return err
	}
	if _, err := k.ask(ctx, 0, address, kerrSetGains, k.gains...); err != nil {
		return err
	}
	_, err := k.ask(ctx, 0, address, kerrStop, kerrOn)
	return err
}

// kerrWord is a speed as the module counts it, at least 1.
func kerrWord(v float64) uint32 { return uint32(min(max(math.Round(v), 1), math.MaxInt32)) }

// Halt stops all axes smoothly; their motors stay on and hold: AA 01 17 09 21 -> status, ck.
func (k *kerr) Halt(ctx context.Context) error {
	var steps []step
	for _, a := range k.axes {
		steps = append(steps, func(ctx context.Context) error {
			_, err := k.ask(ctx, 0, byte(a.number), kerrStop, kerrSmooth)
			return err
		})
	}
	if err := halting(ctx, 3, steps...); err != nil {
		return fmt.Errorf("halt: %w", err)
	}
	return nil
}
