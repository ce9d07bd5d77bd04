package drivers

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"pychron-edge/lazyregexp"
)

// ImpacOptions are those of an IMPAC (Mikron, LumaSense, Advanced Energy) pyrometer that speaks the Universal Pyrometer Protocol (UPP).
//
// Line: 19200 8E1 (2400 to 115200), RS-232 or RS-485 without echo; CR. Source: docs/protocols/pyrometers.md (IMPAC manuals, a public driver,
// Pychron). UNCONFIRMED: that below its range it gives the bottom of the range (such a value is taken as an upper limit), that a range below zero is in two's complement, the format of the
// internal temperature, which is not read. The protocol does not show whether the unit shows °C or °F: Fahrenheit is an option.
type ImpacOptions struct {
	Address    int  `yaml:"address"`    // 0 to 97
	Fahrenheit bool `yaml:"fahrenheit"` // the unit is set to °F
}

func init() {
	register("impac", "", About{
		Text: "IMPAC / Mikron / LumaSense pyrometer, UPP", Reads: "temperature, emissivity; pointer as acknowledged", Sets: "emissivity, pointer",
		Source: "docs/protocols/pyrometers.md", Confidence: High, Line: LineSettings{Baud: 19200, Parity: "even"},
		Points: []Point{{Name: "temperature", Unit: Celsius}, {Name: "emissivity", Unit: Percent}, {Name: "pointer"}},
		Example: `
  - name: pyrometer
    model: impac
    port: serial:///dev/serial/by-id/usb-FTDI_PYRO-if00-port0?baud=19200&parity=even
    options: {address: 0}
`,
	}, ImpacOptions{}, openImpac)
}

// Check says what is wrong with o.
func (o *ImpacOptions) Check() error {
	if o.Address < 0 || o.Address > 97 {
		return fmt.Errorf("address: %d; must be 0 to 97", o.Address)
	}
	return nil
}

// What stands in place of a temperature.
var impacMissing = map[string]string{
	"77770": "not ready, or too hot inside", "75550": "head temperature fault", "74440": "head temperature fault",
}

const impacOver = "88880"

var (
	impacTenths = lazyregexp.New(`^(-\d{4}|\d{5})$`)
	impacFour   = lazyregexp.New(`^\d{4}$`)
	impacRange  = lazyregexp.New(`^[0-9A-Fa-f]{8}$`)
)

type impac struct {
	line       terminated
	fahrenheit bool
	low, high  float64 // range of the unit, °C
	ranged     bool    // they are known
	pointer    acknowledged
}

func openImpac(w Wires, o ImpacOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &impac{line: terminated{port: w.Port, start: fmt.Sprintf("%02d", o.Address), end: "\r"}, fahrenheit: o.Fahrenheit}, nil
}

// Forget is [Forgetter.Forget].
func (p *impac) Forget() { p.ranged, p.pointer = false, acknowledged{} }

// Identify asks for the serial number and the range: "00sn" 0D -> text; "00mb" 0D -> "00FA09C4" 0D, 250 to 2500 degrees.
func (p *impac) Identify(ctx context.Context) (Identity, error) {
	serial, err := p.line.ask(ctx, "sn")
	if err == nil && !printable(serial) {
		err = garbled("sn", serial, nil)
	}
	if err == nil {
		err = p.askRange(ctx)
	}
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	return Identity{Serial: serial}, nil
}

// askRange asks for the range, twice: it is kept, its digits have no check, and a wrong end would make limits of good readings until the line is opened anew.
func (p *impac) askRange(ctx context.Context) error {
	text, err := p.line.ask(ctx, "mb")
	if err != nil {
		return err
	}
	again, err := p.line.ask(ctx, "mb")
	switch {
	case err != nil:
		return err
	case again != text:
		return garbled("mb", again, fmt.Errorf("it was %q just before", text))
	}
	n, wrong := strconv.ParseUint(text, 16, 32)
	low, high := int16(n>>16), int16(n)
	if !impacRange.MatchString(text) || wrong != nil || low >= high {
		return garbled("mb", text, wrong)
	}
	p.low, p.high, p.ranged = p.celsius(float64(low)), p.celsius(float64(high)), true
	return nil
}

// celsius converts from what the unit is set to.
func (p *impac) celsius(v float64) float64 {
	if p.fahrenheit {
		return (v - 32) / 1.8
	}
	return v
}

// Read asks for the temperature and the emissivity.
//
//	"00ms" 0D -> "02563" 0D, 256.3 degrees
//	"00em" 0D -> "0970" 0D, 97.0 %
func (p *impac) Read(ctx context.Context) ([]Reading, error) {
	if !p.ranged {
		if err := p.askRange(ctx); err != nil {
			return nil, err
		}
	}
	return readAll(ctx, p.askTemperature, p.askEmissivity, func(context.Context) (Reading, error) { return p.pointer.reading("pointer", ""), nil })
}

func (p *impac) askTemperature(ctx context.Context) (Reading, error) {
	text, err := p.line.ask(ctx, "ms")
	if err != nil {
		return Reading{}, err
	}
	r, err := p.temperature(text)
	return known(r, err)
}

func (p *impac) askEmissivity(ctx context.Context) (Reading, error) {
	text, err := p.line.ask(ctx, "em")
	if err != nil {
		return Reading{}, err
	}
	tenths, err := strconv.Atoi(text)
	if !impacFour.MatchString(text) || err != nil || tenths > 1000 {
		err = p.line.unknown("em", text, nil)
	}
	return measured(Reading{Name: "emissivity", Unit: Percent}, float64(tenths)/10, err)
}

// temperature turns tenths of a degree into a reading; at the ends of the range it is a limit.
func (p *impac) temperature(text string) (Reading, error) {
	r := Reading{Name: "temperature", Unit: Celsius}
	if text == impacOver {
		r.Value, r.Bound = p.high, AtLeast
		return r, nil
	}
	if r.Missing = impacMissing[text]; r.Missing != "" {
		return r, nil
	}
	tenths, err := strconv.Atoi(text)
	if !impacTenths.MatchString(text) || err != nil {
		return r, p.line.unknown("ms", text, nil)
	}
	r.Value = p.celsius(float64(tenths) / 10)
	if r.Value <= p.low {
		r.Value, r.Bound = p.low, AtMost
	}
	return r, nil
}

// Controls are the emissivity (idle is 100 %, which reads lowest) and the aiming pointer.
func (p *impac) Controls() []Control {
	return []Control{{Name: "emissivity", Unit: Percent, Min: 5, Max: 100, Idle: 100, Resolution: 0.1}, {Name: "pointer", Max: 1}}
}

// Set sets the emissivity in steps of 0.1 % or switches the pointer: "00em0970" 0D -> "ok" 0D, or "no" 0D; "00la1" 0D -> "ok" 0D.
func (p *impac) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(p.Controls(), control, value); err != nil {
		return err
	}
	if control == "emissivity" {
		return p.line.expect(ctx, fmt.Sprintf("em%04d", int(math.Round(value*10))), "ok")
	}
	return p.point(ctx, value)
}

func (p *impac) point(ctx context.Context, value float64) error {
	p.pointer.known = false
	if err := p.line.expect(ctx, fmt.Sprintf("la%d", int(value)), "ok"); err != nil {
		return err
	}
	p.pointer = acknowledged{value, true}
	return nil
}

// Halt switches the pointer off: "00la0" 0D -> "ok" 0D.
func (p *impac) Halt(ctx context.Context) error {
	return halting(ctx, 3, func(ctx context.Context) error { return p.point(ctx, 0) })
}
