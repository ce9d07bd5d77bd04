package drivers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// LakeshoreOptions are those of Lake Shore temperature controllers and monitors: 218, 224, 325, 330, 331, 335, 336, 340, 350, 372.
//
// Line: 7O1 on all; 57600 on the USB port of 224, 335, 336 and 372, 9600 on 325, 331 and 340, 1200 on 330 and 218; 336 also TCP port 7777. Commands end in
// CR LF, which all take and a 218, 330 and 340 want. They are not answered, and a bad one is dropped without a word: every Set is read back. Source: docs/protocols/lakeshore-33x.md (manuals 335 ch. 6, 330
// ch. 4, 331, 340, 218S; the vendor's Python driver). UNCONFIRMED: all of the 330 beside CDAT?, SDAT?, SETP and RANG, namely that RANG?
// reads its range back; the codes of HTRST? on a 340; on a 325
// that RANGE? 1 reads the range, and its heater errors, which are not read; the line of a 224 and a 372. A 372 is read, its heaters
// are not driven. Inputs and loop must be set to kelvin.
type LakeshoreOptions struct {
	Type        string            `yaml:"type"`         // "218", "224", "325", "330", "331", "335", "336", "340", "350", "372"
	Inputs      map[string]string `yaml:"inputs"`       // names by input: A to D; 1 to 8 on a 218; A, B, C1 to C5, D1 to D5 on a 224; A, 1 to 16 on a 372; C (control) and S (sample) on a 330
	Loop        int               `yaml:"loop"`         // its set-point and heater are read, 1 to 4 (1 on 325, 330, 331, 340); 0 = none, as on 218, 224 and 372
	Range       int               `yaml:"range"`        // heater range that enabling switches on: 1 low, 2 medium, 3 high, up to 5 on a 340
	MaxSetpoint float64           `yaml:"max_setpoint"` // °C, highest set-point, above -273.15; 0 = nothing may be set, and Halt sends nothing
}

func init() {
	register("lakeshore-33x", "", About{
		Text: "Lake Shore 325, 330, 331, 335, 336, 340, 350 temperature controllers, 218, 224, 372 monitors", Reads: "temperature of each input, set-point, heater output, range and fault",
		Sets: "set-point, heater (hazards)", Source: "docs/protocols/lakeshore-33x.md", Confidence: High, Heats: true,
		Line: LineSettings{Baud: 57600, Bits: 7, Parity: "odd", Gap: 50 * time.Millisecond},
		Example: `
  - name: cold_finger
    model: lakeshore-33x
    port: serial:///dev/serial/by-id/usb-FTDI_LS-if00-port0?baud=57600&bits=7&parity=odd
    options: {type: "336", inputs: {A: stage, B: head}}
`,
	}, LakeshoreOptions{Type: "335", Inputs: map[string]string{"A": "a"}, Loop: 1, Range: 1}, openLakeshore)
}

// lakeshoreKind is how a type differs from the others.
type lakeshoreKind struct {
	inputs    string // the names of its inputs, with blanks between them
	loops     int
	perOutput bool // RANGE carries the number of its output, and where it has a fault HTR? and HTRST? too
	ranges    int
	faultless bool // it has no HTRST? that is known
	bridge    bool // it measures resistance: RDGK? in place of KRDG?, and a RDGST? of its own
}

var lakeshoreKinds = map[string]lakeshoreKind{
	"218": {inputs: "1 2 3 4 5 6 7 8"}, "224": {inputs: "A B C1 C2 C3 C4 C5 D1 D2 D3 D4 D5"}, "325": {inputs: "A B", loops: 1, perOutput: true, ranges: 2, faultless: true},
	"330": {inputs: "C S", loops: 1, ranges: 3, faultless: true}, "331": {inputs: "A B", loops: 1, ranges: 3},
	"335": {inputs: "A B", loops: 2, perOutput: true, ranges: 3}, "336": {inputs: "A B C D", loops: 4, perOutput: true, ranges: 3},
	"340": {inputs: "A B C D", loops: 1, ranges: 5}, "350": {inputs: "A B C D", loops: 4, perOutput: true, ranges: 5},
	"372": {inputs: "A 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16", bridge: true},
}

// Check says what is wrong with o.
func (o *LakeshoreOptions) Check() error {
	kind, ok := lakeshoreKinds[o.Type]
	if !ok {
		return fmt.Errorf("type %q; must be 218, 224, 325, 330, 331, 335, 336, 340, 350 or 372", o.Type)
	}
	numbered, inputs := map[int]string{}, strings.Fields(kind.inputs)
	for input, name := range o.Inputs {
		n := slices.Index(inputs, input)
		if n < 0 {
			return fmt.Errorf("inputs: %q; must be one of %s on a %s", input, strings.Join(inputs, ", "), o.Type)
		}
		numbered[n] = name
	}
	if err := checkChannels(numbered, 0, len(inputs)-1); err != nil {
		return fmt.Errorf("inputs: %w", err)
	}
	switch {
	case o.Loop < 0 || o.Loop > kind.loops:
		return fmt.Errorf("loop %d; must be 1 to %d on a %s, or 0 for none", o.Loop, kind.loops, o.Type)
	case o.Loop > 0 && (o.Range < 1 || o.Range > kind.ranges):
		return fmt.Errorf("range %d; must be 1 to %d", o.Range, kind.ranges)
	case o.MaxSetpoint != 0 && (o.Loop == 0 || !(o.MaxSetpoint > zeroKelvin && o.MaxSetpoint <= 1500)):
		return fmt.Errorf("max_setpoint %g; must be more than -273.15 to 1500 °C with a loop, or 0 for none", o.MaxSetpoint)
	}
	return nil
}

// Points are what it reads.
func (o *LakeshoreOptions) Points() []Point {
	var points []Point
	for _, input := range slices.Sorted(maps.Keys(o.Inputs)) {
		points = append(points, Point{Channel: o.Inputs[input], Name: "temperature", Unit: Celsius})
	}
	if o.Loop > 0 {
		points = append(points, Point{Name: "setpoint", Unit: Celsius}, Point{Name: "enabled"})
		if o.Type != "330" {
			points = append(points, Point{Name: "output", Unit: Percent})
		}
		if !lakeshoreKinds[o.Type].faultless {
			points = append(points, Point{Name: "heater_fault"})
		}
	}
	return points
}

const zeroKelvin = -273.15 // °C

type lakeshore struct {
	line    terminated
	options LakeshoreOptions
	kind    lakeshoreKind
}

func openLakeshore(w Wires, o LakeshoreOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &lakeshore{line: terminated{port: w.Port, end: "\r\n"}, options: o, kind: lakeshoreKinds[o.Type]}, nil
}

// Identify asks who it is: "*IDN?" 0D 0A -> "LSCI,MODEL335,1234567/1234567,1.0" 0D 0A. ErrRefused when it is of another type than configured:
// heater commands are not the same.
func (l *lakeshore) Identify(ctx context.Context) (Identity, error) {
	text, err := l.line.ask(ctx, "*IDN?")
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	part := strings.Split(text, ",")
	if !printable(text) || len(part) < 3 {
		return Identity{}, fmt.Errorf("identify: %w", garbled("*IDN?", text, nil))
	}
	if !strings.Contains(part[1], l.options.Type) {
		return Identity{}, fmt.Errorf("identify: it is a %s, configured as %s: %w", part[1], l.options.Type, ErrRefused)
	}
	return Identity{Model: strings.Join(append(part[1:2:2], part[3:]...), " "), Serial: part[2]}, nil
}
