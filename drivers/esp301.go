package drivers

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// ESP301Options are those of a Newport ESP300 or ESP301 motion controller with up to three axes.
//
// Line: RS-232, 19200 8N1 with RTS/CTS on the ESP300; the USB of an ESP301 is a serial port at 921600 (UNCONFIRMED). CR; answers end in CR LF.
// Source: docs/protocols/newport-esp301.md (public drivers, ESP300 manual). Commands are not acknowledged: TE? is asked after each. UNCONFIRMED: that
// ten errors are kept. A move is sent once and never again; positions are absolute.
type ESP301Options struct {
	Axes map[int]Axis `yaml:"axes"` // by number, 1 to 3
}

// Axis is one axis of a motion controller.
type Axis struct {
	Name  string  `yaml:"name"`  // of its channel and its control
	Min   float64 `yaml:"min"`   // lowest position it may be sent to, meters
	Max   float64 `yaml:"max"`   // largest position it may be sent to, meters
	Scale float64 `yaml:"scale"` // meters in one of the controller's own units; 0 = 0.001, millimeters
}

func init() {
	register("esp301", "", About{
		Text: "Newport ESP300/ESP301 motion controller", Reads: "position of each axis, whether it moves, its motor's power", Sets: "position of each axis",
		Source: "docs/protocols/newport-esp301.md", Confidence: Medium, Line: LineSettings{Baud: 19200, RTSCTS: true},
		Example: `
  - name: stage
    model: esp301
    port: serial:///dev/serial/by-id/usb-FTDI_ESP-if00-port0?baud=19200
    options: {axes: {1: {name: x, min: 0, max: 0.05}}}
    control: true
`,
	}, ESP301Options{Axes: map[int]Axis{1: {Name: "x", Max: 0.025}}}, openESP301)
}

// Check says what is wrong with o.
func (o *ESP301Options) Check() error { return checkAxes(o.Axes, 3) }

// Points are what it reads.
func (o *ESP301Options) Points() []Point {
	var points []Point
	for _, a := range orderedAxes(o.Axes) {
		points = append(points, Point{Channel: a.Name, Name: "position", Unit: Meters}, Point{Name: a.Name + "_moving"}, Point{Name: a.Name + "_on"})
	}
	return points
}

// checkAxes says what is wrong with axes by number, 1 to high.
func checkAxes(axes map[int]Axis, high int) error {
	names := map[int]string{}
	for n, a := range axes {
		names[n] = a.Name
		if !(a.Min < a.Max) || !finite(a.Min) || !finite(a.Max) || !finite(a.Scale) || a.Scale < 0 {
			return fmt.Errorf("axes: %d: min %g, max %g, scale %g; must be min < max and scale >= 0", n, a.Min, a.Max, a.Scale)
		}
	}
	return checkChannels(names, 1, high)
}

// axis is an Axis with its number.
type axis struct {
	Axis
	number int
}

// orderedAxes are the axes by number, with their scale.
func orderedAxes(axes map[int]Axis) []axis {
	var all []axis
	for n, a := range axes {
		if a.Scale == 0 {
			a.Scale = 0.001
		}
		all = append(all, axis{a, n})
	}
	slices.SortFunc(all, func(a, b axis) int { return a.number - b.number })
	return all
}

// esp301Errors is how many errors the controller keeps, and then some.
const esp301Errors = 12

type esp301 struct {
	line terminated
	axes []axis
}

func openESP301(w Wires, o ESP301Options) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &esp301{line: terminated{port: w.Port, end: "\r"}, axes: orderedAxes(o.Axes)}, nil
}

// Identify asks who it is: "VE?" 0D -> "ESP301 Version 3.0.1 6/1/99" 0D 0A.
func (e *esp301) Identify(ctx context.Context) (Identity, error) {
	text, err := e.line.ask(ctx, "VE?")
	if err == nil && !strings.HasPrefix(strings.TrimSpace(text), "ESP") {
		err = garbled("VE?", text, nil)
	}
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	return Identity{Model: strings.TrimSpace(text)}, nil
}

// Read asks each axis.
//
//	"1TP?" 0D -> "10.0000" 0D 0A; "1MD?" 0D -> "1" 0D 0A, motion done; "1MO?" 0D -> "1" 0D 0A, motor on
func (e *esp301) Read(ctx context.Context) ([]Reading, error) {
	var readings []Reading
	for _, a := range e.axes {
		some, err := readAll(ctx, func(ctx context.Context) (Reading, error) {
			return e.line.reading(ctx, fmt.Sprintf("%dTP?", a.number), Reading{Channel: a.Name, Name: "position", Unit: Meters}, a.Scale)
		}, func(ctx context.Context) (Reading, error) {
			done, err := e.digit(ctx, fmt.Sprintf("%dMD?", a.number))
			return measured(Reading{Name: a.Name + "_moving"}, 1-done, err)
		}, func(ctx context.Context) (Reading, error) {
			on, err := e.digit(ctx, fmt.Sprintf("%dMO?", a.number))
			return measured(Reading{Name: a.Name + "_on"}, on, err)
		})
		if err != nil {
			return nil, err
		}
		readings = append(readings, some...)
	}
	return readings, nil
}

// digit is an answer of 0 or 1.
func (e *esp301) digit(ctx context.Context, command string) (float64, error) {
	text, err := e.line.ask(ctx, command)
	if err != nil {
		return 0, err
	}
	if text = strings.TrimSpace(text); text != "0" && text != "1" {
		return 0, e.line.unknown(command, text, nil)
	}
	return flag(text == "1"), nil
}

// Controls are the positions. Idle is where an axis was homed, or as near as it may be sent.
func (e *esp301) Controls() []Control {
	var controls []Control
	for _, a := range e.axes {
		controls = append(controls, Control{Name: a.Name, Unit: Meters, Min: a.Min, Max: a.Max, Idle: min(max(0, a.Min), a.Max)})
	}
	return controls
}

// Set sends an axis to a position and returns when that was accepted, not when it is there. Older errors are read away first.
//
//	"TE?" 0D -> "0" 0D 0A; "1PA10.0000" 0D; "TE?" 0D -> "0" 0D 0A, or "113": motor of axis 1 is off, "106": beyond its limit
func (e *esp301) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(e.Controls(), control, value); err != nil {
		return err
	}
	a := e.axes[slices.IndexFunc(e.axes, func(a axis) bool { return a.Name == control })]
	if err := e.drain(ctx); err != nil {
		return err
	}
	command := fmt.Sprintf("%dPA%.4f", a.number, value/a.Scale)
	if err := e.line.send(ctx, command); err != nil {
		return err
	}
	number, err := e.fault(ctx)
	if err != nil {
		return err
	}
	if number != 0 {
		return refused(command, fmt.Sprintf("error %d", number))
	}
	return nil
}

// drain reads errors until there are none.
func (e *esp301) drain(ctx context.Context) error {
	for range esp301Errors {
		if number, err := e.fault(ctx); err != nil || number == 0 {
			return err
		}
	}
	return fmt.Errorf("TE?: %d errors, and no end: %w", esp301Errors, ErrRefused)
}

// fault is the oldest error kept, 0 when there is none.
func (e *esp301) fault(ctx context.Context) (int, error) {
	text, err := e.line.ask(ctx, "TE?")
	if err != nil {
		return 0, err
	}
	n, err := integer(text)
	if err != nil || n < 0 {
		return 0, garbled("TE?", text, err)
	}
	return n, nil
}

// Halt stops all axes; their motors stay on and hold. That something is heard makes sure that the line was open: "ST" 0D; "TE?" 0D -> a
// number 0D 0A.
func (e *esp301) Halt(ctx context.Context) error {
	err := halting(ctx, 3, func(ctx context.Context) error {
		if err := e.line.send(ctx, "ST"); err != nil {
			return err
		}
		_, err := e.fault(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("halt: %w", err)
	}
	return nil
}
