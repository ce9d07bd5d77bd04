package drivers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pychron-edge/lazyregexp"
)

// XGS600Options are those of the Agilent (Varian) XGS-600 gauge controller.
//
// Line: RS-232 or RS-485, 9600 8N1, at most 10 queries a second, no LF on RS-485. Source: docs/protocols/agilent-xgs600.md
// (manual App. B and C pp. 67-82). UNCONFIRMED: the text in place of the pressure of a gauge that is switched off.
type XGS600Options struct {
	Channels map[string]string `yaml:"channels"` // names by sensor: U and its label ("UION1"), T1 = first convection gauge, I1 = first ion gauge
	Address  int               `yaml:"address"`  // 0 = RS-232; 1 to 32 on RS-485
	Switched []string          `yaml:"switched"` // ion gauges whose emission is read as <channel>_on and may be switched; Halt switches them off
}

func init() {
	register("xgs600", "", About{
		Text: "Agilent (Varian) XGS-600 gauge controller", Reads: "pressure of each sensor, emission", Sets: "emission (hazard)",
		Source: "docs/protocols/agilent-xgs600.md", Confidence: High, Line: LineSettings{Gap: 100 * time.Millisecond},
		Example: `
  - name: gauges
    model: xgs600
    port: serial:///dev/serial/by-id/usb-FTDI_XGS-if00-port0?baud=9600
    options: {channels: {I1: ig, T1: cg}}
`,
	}, XGS600Options{Channels: map[string]string{"I1": "ig", "T1": "cg1"}}, openXGS600)
}

var xgsSelector = lazyregexp.New(`^(U[A-Z0-9]{1,8}|[TI][1-9])$`)

// Check says what is wrong with o.
func (o *XGS600Options) Check() error {
	if o.Address < 0 || o.Address > 0x20 {
		return fmt.Errorf("address: %d; must be 0 to 32", o.Address)
	}
	numbered := map[int]string{}
	for _, selector := range slices.Sorted(maps.Keys(o.Channels)) {
		if !xgsSelector.MatchString(selector) {
			return fmt.Errorf("channels: %q; must be U and a label in upper case, T1 to T9, or I1 to I9", selector)
		}
		numbered[len(numbered)+1] = o.Channels[selector]
	}
	if err := checkChannels(numbered, 1, 12); err != nil {
		return err
	}
	return checkSwitched(numbered, o.Switched)
}

// Points are what it reads.
func (o *XGS600Options) Points() []Point {
	var points []Point
	for _, selector := range slices.Sorted(maps.Keys(o.Channels)) {
		gauge := map[byte]string{'T': "convection", 'I': "ion"}[selector[0]]
		points = append(points, Point{Channel: o.Channels[selector], Name: "pressure", Unit: Pascals, Gauge: gauge})
	}
	return append(points, switchedPoints(o.Switched)...)
}

type xgs600 struct {
	line     terminated
	channels []xgsChannel
	switches []xgsChannel
	unit     unitWatch
}

type xgsChannel struct{ selector, name string }

func openXGS600(w Wires, o XGS600Options) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	x := &xgs600{unit: newUnitWatch(w.Name), line: terminated{port: w.Port, start: fmt.Sprintf("#%02X", o.Address), end: "\r"}}
	for _, selector := range slices.Sorted(maps.Keys(o.Channels)) {
		c := xgsChannel{selector, o.Channels[selector]}
		x.channels = append(x.channels, c)
		if slices.Contains(o.Switched, c.name) {
			x.switches = append(x.switches, c)
		}
	}
	return x, nil
}

// ReadsFirst is [ReadsFirst.ReadsFirst]: the unit is all that a pressure needs.
func (x *xgs600) ReadsFirst() bool { return true }

// Forget is [Forgetter.Forget].
func (x *xgs600) Forget() { x.unit.forget() }

var xgsFirmware = lazyregexp.New(`^[0-9A-F]{4}(,[0-9A-F]{4})*$`)

// Identify asks for the firmware of the boards and the unit: "#0005" 0D -> ">0122,0101" 0D.
func (x *xgs600) Identify(ctx context.Context) (Identity, error) {
	firmware, err := x.ask(ctx, "05")
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	if !xgsFirmware.MatchString(firmware) {
		return Identity{}, fmt.Errorf("identify: %w", garbled("05", firmware, nil))
	}
	if err := x.unit.learn(ctx, x.askUnit); err != nil {
		return Identity{}, err
	}
	return Identity{Model: "firmware " + firmware, Unit: x.unit.name}, nil
}

// askUnit: "#0013" 0D -> ">00" 0D, Torr.
func (x *xgs600) askUnit(ctx context.Context) (string, float64, error) {
	text, err := x.ask(ctx, "13")
	if err != nil {
		return "", 0, err
	}
	name, ok := map[string]string{"00": "Torr", "01": "mbar", "02": "Pa"}[text]
	if !ok {
		return "", 0, unknownData("13", text, nil)
	}
	scale, _ := pascalsPer(name)
	return name, scale, nil
}

// ask sends a command and returns the reply without its ">". ErrRefused for "?FF".
func (x *xgs600) ask(ctx context.Context, command string) (string, error) {
	text, err := x.line.ask(ctx, command)
	if err != nil {
		return "", err
	}
	switch body, ok := strings.CutPrefix(text, ">"); {
	case text == "?FF":
		return "", refused(command, text)
	case !ok || !printable(text):
		return "", garbled(command, text, nil)
	default:
		return body, nil
	}
}

// Read asks each sensor, and the emission of those that may be switched.
//
//	"#0002UGATE" 0D -> ">1.000E-07" 0D
//	"#0032UION1" 0D -> ">01" 0D
func (x *xgs600) Read(ctx context.Context) ([]Reading, error) {
	if err := x.unit.ready(ctx, x.askUnit); err != nil {
		return nil, err
	}
	var readings []Reading
	for _, c := range x.channels {
		r, err := x.pressure(ctx, c)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	for _, c := range x.switches {
		on, err := x.emission(ctx, c)
		r, err := measured(Reading{Name: c.name + "_on"}, flag(on), err)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	if err := x.unit.confirm(ctx, readings, x.askUnit); err != nil {
		return nil, err
	}
	return readings, nil
}

func (x *xgs600) pressure(ctx context.Context, c xgsChannel) (Reading, error) {
	r := Reading{Channel: c.name, Name: "pressure", Unit: Pascals}
	text, err := x.ask(ctx, "02"+c.selector)
	if err != nil {
		return known(r, err)
	}
	got, err := xgsReading(c.name, text, x.unit.scale)
	if err != nil {
		return known(r, unknownData("02"+c.selector, text, err))
	}
	return got, nil
}

var xgsText = lazyregexp.New(`^[A-Za-z _-]{0,10}$`)

// xgsReading turns a number into a pressure. A word in its place, or a blank, is no value, and the reason.
func xgsReading(channel, text string, scale float64) (Reading, error) {
	r := Reading{Channel: channel, Name: "pressure", Unit: Pascals}
	switch word := strings.ToUpper(strings.TrimSpace(text)); {
	case word == "OPEN":
		r.Missing = "no sensor"
	case word == "NOCBL":
		r.Missing = "no cable"
	case word == "":
		r.Missing = "no number"
	case xgsText.MatchString(word):
		r.Missing = "it says " + word
	}
	if r.Missing != "" {
		return r, nil
	}
	v, err := scientific(text, 2)
	if err != nil {
		return r, err
	}
	r.Value = v * scale
	return r, check(r)
}

func (x *xgs600) emission(ctx context.Context, c xgsChannel) (bool, error) {
	text, err := x.ask(ctx, "32"+c.selector)
	if err != nil {
		return false, err
	}
	if text != "00" && text != "01" && text != "02" {
		return false, unknownData("32"+c.selector, text, nil)
	}
	return text != "00", nil
}

// Controls are the ion gauges whose emission may be switched.
func (x *xgs600) Controls() []Control {
	var controls []Control
	for _, c := range x.switches {
		controls = append(controls, Control{Name: c.name + "_on", Max: 1, Hazard: true})
	}
	return controls
}

// Set switches emission and reads it back.
//
//	"#0031UION1" 0D -> ">" 0D     on, filament 1 (the manual's two prose examples have it the other way round)
//	"#0030UION1" 0D -> ">" 0D     off
func (x *xgs600) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(x.Controls(), control, value); err != nil {
		return err
	}
	at := slices.IndexFunc(x.switches, func(c xgsChannel) bool { return c.name+"_on" == control })
	return x.turn(ctx, x.switches[at], value == 1)
}

func (x *xgs600) turn(ctx context.Context, c xgsChannel, on bool) error {
	command := map[bool]string{true: "31", false: "30"}[on] + c.selector
	text, err := x.ask(ctx, command)
	if err != nil {
		return err
	}
	if text != "" {
		return garbled(command, text, nil)
	}
	is, err := x.emission(ctx, c)
	if err == nil && is != on {
		return refused(command, "and the emission did not follow")
	}
	return err
}

// Halt switches off the ion gauges that may be switched.
func (x *xgs600) Halt(ctx context.Context) error {
	var off []step
	for _, c := range x.switches {
		off = append(off, func(ctx context.Context) error { return x.turn(ctx, c, false) })
	}
	return halting(ctx, 3, off...)
}
