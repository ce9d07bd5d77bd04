package drivers

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// LakeshoreOptions are those of Lake Shore temperature controllers and monitors: 218, 330, 331, 335, 336, 340, 350.
//
// Line: 7O1 on all; 57600 on the USB port of 335 and 336, 9600 on 331 and 340, 1200 on 330 and 218; 336 also TCP port 7777. Commands are
// not answered, and a bad one is dropped without a word: every Set is read back. Source: protocols/lakeshore-33x.md (manuals 335 ch. 6, 330
// ch. 4, 331, 340, 218S; the vendor's Python driver). UNCONFIRMED: all of the 330 beside CDAT?, SDAT?, SETP and RANG, namely that RANG?
// reads its range back; the codes of HTRST? on a 340. Inputs and loop must be set to kelvin.
type LakeshoreOptions struct {
	Type        string            `yaml:"type"`         // "218", "330", "331", "335", "336", "340", "350"
	Inputs      map[string]string `yaml:"inputs"`       // names by input: A to D; 1 to 8 on a 218; C (control) and S (sample) on a 330
	Loop        int               `yaml:"loop"`         // its set-point and heater are read, 1 to 4 (1 on 330, 331, 340); 0 = none, as on a 218
	Range       int               `yaml:"range"`        // heater range that enabling switches on: 1 low, 2 medium, 3 high, up to 5 on a 340
	MaxSetpoint float64           `yaml:"max_setpoint"` // °C, highest set-point, above -273.15; 0 = nothing may be set, and Halt sends nothing
}

func init() {
	register("lakeshore-33x", "", About{
		Text: "Lake Shore 330, 331, 335, 336, 340, 350, 218 temperature controllers", Reads: "temperature of each input, set-point, heater output, range and fault",
		Sets: "set-point, heater (hazards)", Source: "protocols/lakeshore-33x.md", Confidence: High,
		Line: Line{Baud: 57600, Bits: 7, Parity: "odd", Gap: 50 * time.Millisecond},
	}, LakeshoreOptions{Type: "335", Inputs: map[string]string{"A": "a"}, Loop: 1, Range: 1}, openLakeshore)
}

// lakeshoreKind is how a type differs from the others.
type lakeshoreKind struct {
	inputs    string // its inputs' letters or digits
	loops     int
	perOutput bool // heater commands carry the number of their output
	ranges    int
}

var lakeshoreKinds = map[string]lakeshoreKind{
	"218": {inputs: "12345678"}, "330": {inputs: "CS", loops: 1, ranges: 3}, "331": {inputs: "AB", loops: 1, ranges: 3},
	"335": {"AB", 2, true, 3}, "336": {"ABCD", 4, true, 3}, "340": {inputs: "ABCD", loops: 1, ranges: 5}, "350": {"ABCD", 4, true, 5},
}

// Check says what is wrong with o.
func (o *LakeshoreOptions) Check() error {
	kind, ok := lakeshoreKinds[o.Type]
	if !ok {
		return fmt.Errorf("type %q; allowed are 218, 330, 331, 335, 336, 340, 350", o.Type)
	}
	numbered := map[int]string{}
	for input, name := range o.Inputs {
		n := strings.Index(kind.inputs, input)
		if len(input) != 1 || n < 0 {
			return fmt.Errorf("inputs: %q; a %s has %s", input, o.Type, strings.Join(strings.Split(kind.inputs, ""), ", "))
		}
		numbered[n] = name
	}
	if err := checkChannels(numbered, 0, 7); err != nil {
		return fmt.Errorf("inputs: %w", err)
	}
	switch {
	case o.Loop < 0 || o.Loop > kind.loops:
		return fmt.Errorf("loop %d; a %s has %d, and 0 is none", o.Loop, o.Type, kind.loops)
	case o.Loop > 0 && (o.Range < 1 || o.Range > kind.ranges):
		return fmt.Errorf("range %d; allowed are 1 to %d", o.Range, kind.ranges)
	case o.MaxSetpoint != 0 && (o.Loop == 0 || !(o.MaxSetpoint > zeroKelvin && o.MaxSetpoint <= 1500)):
		return fmt.Errorf("max_setpoint %g; with a loop more than -273.15 to 1500 °C, and 0 for none", o.MaxSetpoint)
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
			points = append(points, Point{Name: "output", Unit: Percent}, Point{Name: "heater_fault"})
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
	l := &lakeshore{line: terminated{port: w.Port, end: "\n"}, options: o, kind: lakeshoreKinds[o.Type]}
	if o.Type == "330" {
		l.line.end = "\r\n"
	}
	return l, nil
}

// Identify asks who it is: "*IDN?" 0A -> "LSCI,MODEL335,1234567/1234567,1.0" 0D 0A. ErrRefused when it is of another type than configured:
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

// Read asks for each input and its state, and for the loop.
func (l *lakeshore) Read(ctx context.Context) ([]Reading, error) {
	var readings []Reading
	for _, input := range slices.Sorted(maps.Keys(l.options.Inputs)) {
		r, err := l.input(ctx, input)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	if l.options.Loop == 0 {
		return readings, nil
	}
	loop, err := l.loop(ctx)
	if err != nil {
		return nil, err
	}
	return append(readings, loop...), nil
}

// The bits of RDGST?.
var lakeshoreStates = []struct {
	bit  int
	text string
}{
	{1, "invalid"}, {2, "old reading"}, {16, "temperature underrange"}, {32, "temperature overrange"}, {64, "sensor at zero"}, {128, "sensor overrange"},
}

// input reads an input. An open or disabled sensor still gives a number: the state is asked for first.
//
//	"RDGST? A" 0A -> "000" 0D 0A, or "128" with an open sensor
//	"KRDG? A" 0A  -> "+273.150" 0D 0A
func (l *lakeshore) input(ctx context.Context, input string) (Reading, error) {
	r := Reading{Channel: l.options.Inputs[input], Name: "temperature", Unit: Celsius}
	query := "KRDG? " + input
	if l.options.Type == "330" {
		query = input + "DAT?" // it has no RDGST?
	} else {
		state, err := l.integer(ctx, "RDGST? "+input, 255)
		if err != nil {
			return r, err
		}
		if r.Missing = lakeshoreState(state); r.Missing != "" {
			return r, nil
		}
	}
	kelvin, err := l.line.number(ctx, query)
	if err == nil && kelvin < 0 {
		err = garbled(query, fmt.Sprint(kelvin), nil)
	}
	r.Value = kelvin + zeroKelvin
	return r, err
}

// lakeshoreState is why there is no temperature, "" if there is one.
func lakeshoreState(bits int) string {
	var why []string
	for _, s := range lakeshoreStates {
		if bits&s.bit != 0 {
			why, bits = append(why, s.text), bits&^s.bit
		}
	}
	if bits != 0 {
		why = append(why, fmt.Sprintf("state %d", bits))
	}
	return strings.Join(why, ", ")
}

func (l *lakeshore) integer(ctx context.Context, query string, most int) (int, error) {
	text, err := l.line.ask(ctx, query)
	if err != nil {
		return 0, err
	}
	n, err := integer(text)
	if err != nil || n < 0 || n > most {
		return 0, garbled(query, text, err)
	}
	return n, nil
}

// loop reads the loop.
//
//	"SETP? 1" 0A  -> "+122.500" 0D 0A, kelvin
//	"RANGE? 1" 0A -> "3" 0D 0A on 335, 336, 350; "RANGE?" on 331, 340
//	"HTR? 1" 0A   -> "+025.5" 0D 0A, percent
//	"HTRST? 1" 0A -> "0" 0D 0A
func (l *lakeshore) loop(ctx context.Context) ([]Reading, error) {
	kelvin, err := l.line.number(ctx, l.setpointQuery())
	if err != nil {
		return nil, err
	}
	heater, err := l.integer(ctx, l.heater("RANGE?"), 5)
	if err != nil {
		return nil, err
	}
	readings := []Reading{{Name: "setpoint", Value: kelvin + zeroKelvin, Unit: Celsius}, {Name: "enabled", Value: flag(heater > 0)}}
	if l.options.Type == "330" {
		return readings, nil
	}
	output, err := l.line.number(ctx, l.heater("HTR?"))
	if err != nil {
		return nil, err
	}
	fault, err := l.integer(ctx, l.heater("HTRST?"), 99)
	if err != nil {
		return nil, err
	}
	return append(readings, Reading{Name: "output", Value: output, Unit: Percent}, Reading{Name: "heater_fault", Value: flag(fault != 0)}), nil
}

// setpointQuery is SETP? with its loop, which the 330 has not.
func (l *lakeshore) setpointQuery() string {
	if l.options.Type == "330" {
		return "SETP?"
	}
	return fmt.Sprintf("SETP? %d", l.options.Loop)
}

// heater is a heater query as the type takes it. To a 331 the number of an output would be a range.
func (l *lakeshore) heater(query string) string {
	switch {
	case l.options.Type == "330" && query == "RANGE?":
		return "RANG?"
	case l.kind.perOutput:
		return fmt.Sprintf("%s %d", query, l.options.Loop)
	}
	return query
}

// Controls are the set-point and the heater, where they may be set. The idle set-point is the coldest.
func (l *lakeshore) Controls() []Control {
	if l.options.MaxSetpoint == 0 {
		return nil
	}
	return []Control{
		{Name: "setpoint", Unit: Celsius, Min: zeroKelvin, Max: l.options.MaxSetpoint, Idle: zeroKelvin, Hazard: true}, {Name: "enabled", Max: 1, Hazard: true},
	}
}

// Set sends a command and reads back what became of it.
func (l *lakeshore) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(l.Controls(), control, value); err != nil {
		return err
	}
	if control == "enabled" {
		return l.heat(ctx, int(value)*l.options.Range)
	}
	return l.setpoint(ctx, value)
}

// setpoint sets it in kelvin, cut to thousandths, and makes sure that it is there: "SETP 1,122.5" 0A, not answered.
func (l *lakeshore) setpoint(ctx context.Context, celsius float64) error {
	kelvin := cut(celsius-zeroKelvin, 3)
	command := fmt.Sprintf("SETP %d,%g", l.options.Loop, kelvin)
	if l.options.Type == "330" {
		command = fmt.Sprintf("SETP %g", kelvin)
	}
	if err := l.line.tell(ctx, command); err != nil {
		return err
	}
	got, err := l.line.number(ctx, l.setpointQuery())
	if err == nil && math.Abs(got-kelvin) > 0.06 {
		return refused(command, fmt.Sprint(got))
	}
	return err
}

// heat switches the heater to a range, 0 is off, and makes sure that it is there.
//
//	"RANGE 1,3" 0A (335, 336, 350), "RANGE 3" 0A (331, 340), "RANG 3" 0D 0A (330), not answered
func (l *lakeshore) heat(ctx context.Context, n int) error {
	command := fmt.Sprintf("RANGE %d", n)
	switch {
	case l.kind.perOutput:
		command = fmt.Sprintf("RANGE %d,%d", l.options.Loop, n)
	case l.options.Type == "330":
		command = fmt.Sprintf("RANG %d", n)
	}
	if err := l.line.tell(ctx, command); err != nil {
		return err
	}
	got, err := l.integer(ctx, l.heater("RANGE?"), 5)
	if err == nil && got != n {
		return refused(command, fmt.Sprint(got))
	}
	return err
}

// Halt switches the heater off, where it may be set.
func (l *lakeshore) Halt(ctx context.Context) error {
	if l.options.MaxSetpoint == 0 {
		return nil
	}
	return halting(ctx, 3, func(ctx context.Context) error { return l.heat(ctx, 0) })
}
