package drivers

import (
	"context"
	"fmt"
	"regexp"
	"time"
)

// This file is the blueprint of an instrument: copy it to NAME.go, blueprint_test.go to NAME_test.go and sim/blueprint.go to
// sim/NAME.go, and change what is particular. docs/adding-an-instrument.md has the steps. The EX1 does not exist: its driver is
// compiled and tested with this package, and is no model of a program. A copy goes without this comment.

// EX1Options are those of the EX1, a controller of two ion gauges.
//
// Line: RS-232, 9600 8N1, CR; replies end in CR LF. Source: docs/protocols/NAME.md (the manual's pages). UNCONFIRMED: what is.
type EX1Options struct {
	Channels map[int]string `yaml:"channels"` // names by gauge, 1 and 2
	Switched []string       `yaml:"switched"` // channels whose filament is read as <channel>_on and may be switched; Halt switches them off
}

func init() {
	register("blueprint", "", About{
		Text: "EX1 controller of two ion gauges, to copy from", Reads: "pressure of each gauge, filaments", Sets: "filaments (hazard)",
		Source: "invented", Confidence: Unconfirmed, Line: LineSettings{Gap: 10 * time.Millisecond},
		Example: `
  - name: ex1
    model: blueprint
    port: serial:///dev/serial/by-id/usb-FTDI_EX1-if00-port0?baud=9600
    options: {channels: {1: ig}}
`,
	}, EX1Options{Channels: map[int]string{1: "ig"}}, openEX1)
}

// Check says what is wrong with o. It is called before anything is opened.
func (o *EX1Options) Check() error {
	if err := checkChannels(o.Channels, 1, 2); err != nil {
		return err
	}
	return checkSwitched(o.Channels, o.Switched)
}

// Points are what it reads, known before its line is opened.
func (o *EX1Options) Points() []Point {
	return append(pressurePoints(o.Channels), switchedPoints(o.Switched)...)
}

type ex1 struct {
	line     terminated
	channels []channel
	switched map[string]int // gauge by control
	controls []Control
}

// openEX1 does no I/O.
func openEX1(w Wires, o EX1Options) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	x := &ex1{line: terminated{port: w.Port, end: "\r"}, channels: ordered(o.Channels), switched: map[string]int{}}
	for _, name := range o.Switched {
		for _, c := range x.channels {
			if c.name == name {
				x.switched[name+"_on"] = c.number
				x.controls = append(x.controls, Control{Name: name + "_on", Max: 1, Hazard: true})
			}
		}
	}
	return x, nil
}

var ex1Identity = regexp.MustCompile(`^EX1,([0-9.]+),([0-9]+)$`)

// Identify asks for firmware and serial number: "ID" 0D -> "EX1,1.02,12345" 0D 0A.
func (x *ex1) Identify(ctx context.Context) (Identity, error) {
	text, err := x.line.ask(ctx, "ID")
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	m := ex1Identity.FindStringSubmatch(text)
	if m == nil {
		return Identity{}, fmt.Errorf("identify: %w", garbled("ID", text, nil))
	}
	return Identity{Model: "EX1 " + m[1], Serial: m[2]}, nil
}

// ex1Words are what stands in place of a number.
var ex1Words = words{
	{text: "<*", bound: AtMost},
	{text: ">*", bound: AtLeast},
	{text: "OFF", missing: "filament off"},
}

// Read asks for the pressure of each gauge, in mbar, and for the filaments that may be switched.
//
//	"P1" 0D -> "1.20E-07" 0D 0A, "<1.00E-10" 0D 0A or "OFF" 0D 0A
//	"F1" 0D -> "1" 0D 0A
func (x *ex1) Read(ctx context.Context) ([]Reading, error) {
	var readings []Reading
	for _, c := range x.channels {
		r, err := x.pressure(ctx, c)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	for _, control := range x.controls {
		on, err := x.filament(ctx, x.switched[control.Name])
		r, err := measured(Reading{Name: control.Name}, flag(on), err)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	return readings, nil
}

// pressure asks one gauge. A word that is not known makes this reading missing, and no other.
func (x *ex1) pressure(ctx context.Context, c channel) (Reading, error) {
	r := Reading{Channel: c.name, Name: "pressure", Unit: Pascals}
	command := fmt.Sprintf("P%d", c.number)
	text, err := x.line.ask(ctx, command)
	if err != nil {
		return r, err
	}
	got, err := ex1Words.reading(r, text, pascalsPerMbar)
	if err != nil {
		return known(r, x.line.unknown(command, text, err))
	}
	return got, nil
}

func (x *ex1) filament(ctx context.Context, gauge int) (bool, error) {
	command := fmt.Sprintf("F%d", gauge)
	text, err := x.line.ask(ctx, command)
	if err != nil {
		return false, err
	}
	if text != "0" && text != "1" {
		return false, x.line.unknown(command, text, nil)
	}
	return text == "1", nil
}

// Controls are the filaments that may be switched.
func (x *ex1) Controls() []Control { return x.controls }

// Set switches a filament: "F1=1" 0D -> "OK" 0D 0A; anything else is a refusal.
func (x *ex1) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(x.controls, control, value); err != nil {
		return err
	}
	return x.turn(ctx, x.switched[control], value == 1)
}

func (x *ex1) turn(ctx context.Context, gauge int, on bool) error {
	return x.line.expect(ctx, fmt.Sprintf("F%d=%s", gauge, map[bool]string{true: "1", false: "0"}[on]), "OK")
}

// Halt switches the filaments off, each until it is acknowledged, at most three times.
func (x *ex1) Halt(ctx context.Context) error {
	var off []step
	for _, c := range x.controls {
		off = append(off, func(ctx context.Context) error { return x.turn(ctx, x.switched[c.Name], false) })
	}
	return halting(ctx, 3, off...)
}
