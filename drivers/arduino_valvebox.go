package drivers

import (
	"context"
	"fmt"
	"time"
)

// ValveboxOptions are those of Pychron's Arduino valve box (valvebox3.pde on an Arduino Mega): ten pneumatic valves with two indicators each.
//
// Line: USB serial, 115200 8N1, CR LF. The edge of DTR resets the board, which is deaf for up to 2 s and lets all valves fall closed.
// So DTR is kept when the line is closed: a restart of the agent, or its kill, moves nothing. The first opening after the board of the
// computer was started, or after another program let DTR fall, still resets it; 110 Ω between 5 V and RESET prevents that. Source: docs/protocols/arduino-valvebox.md, read from the sketch.
type ValveboxOptions struct {
	Channels map[int]string `yaml:"channels"` // names by valve, 0 to 9
	Travel   time.Duration  `yaml:"travel"`   // longest time from one end to the other, 0 to 1m; 0 = there at once
}

func init() {
	register("arduino-valvebox", "valve", About{
		Text: "Pychron's Arduino valve box, ten valves with indicators", Reads: "open as indicated and as commanded, of each valve", Sets: "each valve",
		Source: "docs/protocols/arduino-valvebox.md", Confidence: High, Line: LineSettings{Baud: 115200, Settle: 2 * time.Second, KeepDTR: true},
		Example: `
  - name: box
    model: arduino-valvebox
    port: serial:///dev/serial/by-id/usb-Arduino_LLC-if00?baud=115200
    options: {channels: {0: V1, 1: V2}, travel: 500ms}
    control: true
`,
	}, ValveboxOptions{Channels: map[int]string{0: "A"}, Travel: 1500 * time.Millisecond}, openValvebox)
}

// The drive pins of valves 0 to 9. The open indicator is one pin below, the closed indicator two.
var valveboxPins = [...]int{51, 48, 45, 42, 39, 36, 33, 30, 27, 24}

// Check says what is wrong with o.
func (o *ValveboxOptions) Check() error {
	if o.Travel < 0 || o.Travel > time.Minute {
		return fmt.Errorf("travel: %v; must be 0 to 1m", o.Travel)
	}
	return checkChannels(o.Channels, 0, 9)
}

// Points are what it reads.
func (o *ValveboxOptions) Points() []Point {
	var points []Point
	for _, c := range ordered(o.Channels) {
		points = append(points, Point{Channel: c.name, Name: "open"}, Point{Name: c.name + "_commanded"})
	}
	return points
}

type valvebox struct {
	line   terminated
	wait   func(context.Context, time.Duration) error
	travel time.Duration
	valves []*boxValve
}

type boxValve struct {
	name      string
	pin       int
	commanded acknowledged // since the board was last reset
}

func openValvebox(w Wires, o ValveboxOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	b := &valvebox{line: terminated{port: w.Port, end: "\r\n"}, wait: w.Wait, travel: o.Travel}
	for _, c := range ordered(o.Channels) {
		b.valves = append(b.valves, &boxValve{name: c.name, pin: valveboxPins[c.number]})
	}
	return b, nil
}

// Forget is [Forgetter.Forget]: opening the port has reset the board.
func (b *valvebox) Forget() {
	for _, v := range b.valves {
		v.commanded = acknowledged{}
	}
}

// Read asks for both indicators of each valve. Both or neither is no state.
func (b *valvebox) Read(ctx context.Context) ([]Reading, error) {
	var readings []Reading
	for _, v := range b.valves {
		open, err := b.indicated(ctx, v)
		if err != nil {
			return nil, err
		}
		commanded := Reading{Name: v.name + "_commanded", Value: v.commanded.value}
		if !v.commanded.known {
			commanded = Reading{Name: v.name + "_commanded", Missing: "not commanded since the board was connected"}
		}
		readings = append(readings, open, commanded)
	}
	return readings, nil
}

// indicated is what the indicators of a valve show.
//
//	"r 50" 0D 0A -> "1" 0D 0A, valve 0 is open
//	"r 49" 0D 0A -> "0" 0D 0A, and not closed
func (b *valvebox) indicated(ctx context.Context, v *boxValve) (Reading, error) {
	r := Reading{Channel: v.name, Name: "open"}
	opened, err := b.pin(ctx, v.pin-1)
	if err != nil {
		return known(r, err)
	}
	closed, err := b.pin(ctx, v.pin-2)
	switch {
	case err != nil:
		return known(r, err)
	case opened && closed:
		r.Missing = "both indicators on"
	case !opened && !closed:
		r.Missing = "travelling: neither indicator on"
	default:
		r.Value = flag(opened)
	}
	return r, nil
}

func (b *valvebox) pin(ctx context.Context, pin int) (bool, error) {
	command := fmt.Sprintf("r %d", pin)
	text, err := b.line.ask(ctx, command)
	if err != nil {
		return false, err
	}
	if text != "0" && text != "1" {
		return false, b.line.unknown(command, text, nil)
	}
	return text == "1", nil
}

// Controls are the valves, by name: 1 opens, 0 closes.
func (b *valvebox) Controls() []Control {
	var controls []Control
	for _, v := range b.valves {
		controls = append(controls, Control{Name: v.name, Max: 1})
	}
	return controls
}

// boxLook is how long it waits before it looks at the indicators again.
const boxLook = 50 * time.Millisecond

// Set moves a valve and waits until its indicators show it. ErrRefused if they do not within the travel time.
func (b *valvebox) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(b.Controls(), control, value); err != nil {
		return err
	}
	for _, v := range b.valves {
		if v.name == control {
			if err := b.move(ctx, v, value); err != nil {
				return err
			}
			return b.arrive(ctx, v, value)
		}
	}
	return nil
}

// move writes the drive pin: "w 51 1" 0D 0A -> "OK" 0D 0A.
func (b *valvebox) move(ctx context.Context, v *boxValve, value float64) error {
	v.commanded.known = false
	if err := b.line.expect(ctx, fmt.Sprintf("w %d %g", v.pin, value), "OK"); err != nil {
		return err
	}
	v.commanded = acknowledged{value, true}
	return nil
}

func (b *valvebox) arrive(ctx context.Context, v *boxValve, value float64) error {
	for gone := time.Duration(0); ; gone += boxLook {
		r, err := b.indicated(ctx, v)
		if err != nil {
			return err
		}
		if r.Missing == "" && r.Value == value {
			return nil
		}
		if gone >= b.travel {
			return fmt.Errorf("%s = %g: %w: its indicators do not show it within %v", v.name, value, ErrRefused, b.travel)
		}
		if err := b.wait(ctx, boxLook); err != nil {
			return err
		}
	}
}

// Halt closes all valves of the box and does not wait for them.
func (b *valvebox) Halt(ctx context.Context) error {
	var steps []step
	for _, v := range b.valves {
		steps = append(steps, func(ctx context.Context) error { return b.move(ctx, v, 0) })
	}
	return halting(ctx, 3, steps...)
}
