package drivers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// PfeifferGaugeOptions are those of Pfeiffer's digital gauges CPT, PPT, RPT, HPT and MPT (100 and 200), by themselves on RS-485 or behind a DCU
// or OmniControl. Each gauge is a device of its own; several hang on one line.
//
// Line: RS-485, 9600 8N1. Source: docs/protocols/pfeiffer-digital-gauges.md (PPT 100 manual, a public driver). UNCONFIRMED: the delivered address of
// the 200 series; what a head answers outside its range. A mantissa below 1000, and _RANGE, are taken as no value; the first and the last value of
// the range, where the options give it, as limits. The pressure is in hPa whatever the display shows. P741, which adjusts the gauge, is never
// written; P742 is the correction factor the gauge has applied already.
type PfeifferGaugeOptions struct {
	Address int     `yaml:"address"` // 1 to 255; a 100 series has a switch, 1 to 15
	Channel string  `yaml:"channel"` // name of its channel
	Gauge   string  `yaml:"gauge"`   // ion, pirani, convection, capacitance, or ""
	Low     float64 `yaml:"low"`     // hPa (mbar), lowest value it can show; 0 = not known
	High    float64 `yaml:"high"`    // hPa (mbar), highest value it can show; 0 = not known
}

func init() {
	register("pfeiffer-gauge", "", About{
		Text:  "Pfeiffer CPT, PPT, RPT, HPT, MPT 100 and 200 digital gauges, Pfeiffer Vacuum Protocol",
		Reads: "pressure, fault, error word, gas correction", Source: "docs/protocols/pfeiffer-digital-gauges.md", Confidence: High,
		Line: LineSettings{Gap: 10 * time.Millisecond, Deadline: 200 * time.Millisecond},
		Example: `
  - name: cdg
    model: pfeiffer-gauge
    port: serial:///dev/serial/by-id/usb-FTDI_RS485-if00-port0?baud=9600
    options: {address: 1, channel: ig}
`,
	}, PfeifferGaugeOptions{Address: 1, Channel: "p"}, openPfeifferGauge)
}

// Check says what is wrong with o.
func (o *PfeifferGaugeOptions) Check() error {
	switch {
	case o.Address < 1 || o.Address > 255:
		return fmt.Errorf("address %d; must be 1 to 255", o.Address)
	case !channelName.MatchString(o.Channel):
		return fmt.Errorf("channel: %q; must be letters, digits and _, not beginning with a digit", o.Channel)
	case !slices.Contains(gaugeKinds, o.Gauge):
		return fmt.Errorf("gauge: %q; must be ion, pirani, convection or capacitance", o.Gauge)
	case !(o.Low >= 0) || !(o.High >= 0) || o.High > 0 && o.Low >= o.High || !finite(o.High):
		return fmt.Errorf("low: %g, high: %g; must be 0 or more, the first below the second", o.Low, o.High)
	}
	return nil
}

// Points are what it reads.
func (o *PfeifferGaugeOptions) Points() []Point {
	return []Point{{Channel: o.Channel, Name: "pressure", Unit: Pascals, Gauge: o.Gauge}, {Name: "fault"}, {Name: "error_word"}, {Name: "correction", Unit: Number}}
}

type pfeifferGauge struct {
	line    telegrams
	options PfeifferGaugeOptions
}

func openPfeifferGauge(w Wires, o PfeifferGaugeOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &pfeifferGauge{telegrams{port: w.Port, address: o.Address}, o}, nil
}

// Identify asks for the name and the software: "0010034902=?111" 0D -> "0011034906MPT200123" 0D; P312 -> "010100".
func (g *pfeifferGauge) Identify(ctx context.Context) (Identity, error) {
	name, err := g.line.query(ctx, 349)
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	software, err := g.line.query(ctx, 312)
	if err != nil && !errors.Is(err, ErrRefused) {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	return Identity{Model: strings.TrimSpace(strings.Trim(name, " \x7f") + " " + software)}, nil
}

// Read asks for the pressure, the error word and the correction factor.
//
//	"0010074002=?106" 0D -> "0011074006104223031" 0D, 1.042e3 hPa
//	"0010030302=?101" 0D -> "0011030306000000014" 0D
//	"0010074202=?108" 0D -> "0011074206000100022" 0D, 1.00
func (g *pfeifferGauge) Read(ctx context.Context) ([]Reading, error) {
	pressure, err := g.pressure(ctx)
	if err != nil {
		return nil, err
	}
	fault, word, err := g.errors(ctx)
	if err != nil {
		return nil, err
	}
	correction, err := g.correction(ctx)
	if err != nil {
		return nil, err
	}
	return []Reading{pressure, fault, word, correction}, nil
}

func (g *pfeifferGauge) pressure(ctx context.Context) (Reading, error) {
	r := Reading{Channel: g.options.Channel, Name: "pressure", Unit: Pascals}
	data, err := g.line.query(ctx, 740)
	switch {
	case errors.Is(err, errNoParameter):
		r.Missing = "not a gauge at this address"
		return r, nil
	case errors.Is(err, ErrRefused) && strings.Contains(err.Error(), "_RANGE"):
		r.Missing = "out of range"
		return r, nil
	case err != nil:
		return known(r, err)
	}
	hPa, err := telegramExpo(data)
	if err != nil {
		return known(r, unknownData("P740", data, err))
	}
	switch {
	case g.options.Low > 0 && hPa <= g.options.Low:
		hPa, r.Bound = g.options.Low, AtMost
	case g.options.High > 0 && hPa >= g.options.High:
		hPa, r.Bound = g.options.High, AtLeast
	}
	r.Value = hPa * pascalsPerMbar
	return r, nil
}

// telegramExpo is type 10: aaaabb is aaaa/1000 times 10 to the bb-20. "750015" is 7.5e-5.
func telegramExpo(data string) (float64, error) {
	n, err := strconv.ParseUint(data, 10, 32)
	if err != nil || len(data) != 6 {
		return 0, errNotNumber
	}
	if n/100 < 1000 {
		return 0, errors.New("no pressure")
	}
	return float64(n/100) / 1000 * math.Pow10(int(n%100)-20), nil
}

// errors asks for the error word. It is the reason why error_word has no value; a warning (Wrn) is no fault.
func (g *pfeifferGauge) errors(ctx context.Context) (fault, word Reading, err error) {
	fault, word = Reading{Name: "fault"}, Reading{Name: "error_word"}
	data, err := g.line.query(ctx, 303)
	var readings []Reading
	if err == nil {
		if readings, err = pumpErrors(data); err == nil {
			return readings[0], readings[2], nil
		}
		err = unknownData("P303", data, nil)
	}
	if fault, err = known(fault, err); err == nil {
		word.Missing = fault.Missing
	}
	return fault, word, err
}

func (g *pfeifferGauge) correction(ctx context.Context) (Reading, error) {
	r := Reading{Name: "correction", Unit: Number}
	data, err := g.line.query(ctx, 742)
	if err != nil {
		return known(r, err)
	}
	n, err := telegramInt(data)
	if err != nil {
		err = unknownData("P742", data, nil)
	}
	return measured(r, float64(n)/100, err)
}
