package drivers

import (
	"context"
	"fmt"
	"strings"
)

// IGC100Options are those of the SRS IGC100 ion gauge controller.
//
// Line: RS-232 as set in its Remote menu, 9600 8N1 common (28800 UNCONFIRMED). Source: docs/protocols/gauges-other.md (Pychron's
// requests, a public simulator's reply). UNCONFIRMED: the form of the reply, whether a unit follows the number, what a gauge that is
// off answers (zero and words are taken as no value).
type IGC100Options struct {
	Channels map[int]string `yaml:"channels"` // names by port: 1, 2 ion gauges, 3, 4 Pirani gauges, 5 to 8 capacitance manometers
	Unit     string         `yaml:"unit"`     // of a number without one: torr (also ""), mbar, pa
}

func init() {
	register("igc100", "", About{
		Text: "Stanford Research Systems IGC100 ion gauge controller", Reads: "pressure of each port",
		Source: "docs/protocols/gauges-other.md", Confidence: Low,
		Example: `
  - name: igc
    model: igc100
    port: serial:///dev/serial/by-id/usb-FTDI_IGC-if00-port0?baud=9600
    options: {channels: {1: ig, 3: pirani}}
`,
	}, IGC100Options{Channels: map[int]string{1: "ig1"}}, openIGC100)
}

// Check says what is wrong with o.
func (o *IGC100Options) Check() error {
	if err := checkGPUnit(o.Unit); err != nil {
		return err
	}
	return checkChannels(o.Channels, 1, 8)
}

// Points are what it reads.
func (o *IGC100Options) Points() []Point {
	points := pressurePoints(o.Channels)
	for i, c := range ordered(o.Channels) {
		points[i].Gauge = []string{"ion", "pirani", "capacitance", "capacitance"}[(c.number-1)/2]
	}
	return points
}

type igc100 struct {
	line     terminated
	channels []channel
	scale    float64
}

func openIGC100(w Wires, o IGC100Options) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &igc100{line: terminated{port: w.Port, end: "\r"}, channels: ordered(o.Channels), scale: gpUnits[o.Unit]}, nil
}

// Identify asks who it is: "*IDN?" 0D -> "Stanford Research Systems,IGC100,s/n12345,ver1.10".
func (g *igc100) Identify(ctx context.Context) (Identity, error) {
	text, err := g.line.ask(ctx, "*IDN?")
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	part := strings.Split(text, ",")
	if len(part) != 4 || !printable(text) {
		return Identity{}, fmt.Errorf("identify: %w", garbled("*IDN?", text, nil))
	}
	return Identity{Model: strings.TrimSpace(part[1]) + " " + strings.TrimSpace(part[3]), Serial: strings.TrimSpace(part[2])}, nil
}

// Read asks each port: "GDAT? 1" 0D -> "1.23E-09" 0D 0A, or "1.98E-10 mTorr".
func (g *igc100) Read(ctx context.Context) ([]Reading, error) {
	var readings []Reading
	for _, c := range g.channels {
		command := fmt.Sprintf("GDAT? %d", c.number)
		text, err := g.line.ask(ctx, command)
		if err != nil {
			return nil, err
		}
		r, err := g.reading(c.name, text)
		if err != nil {
			r, err = known(r, g.line.unknown(command, text, err))
		}
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	return readings, nil
}

func (g *igc100) reading(name, text string) (Reading, error) {
	r := Reading{Channel: name, Name: "pressure", Unit: Pascals}
	if xgsText.MatchString(text) {
		if r.Missing = "no number"; strings.TrimSpace(text) != "" {
			r.Missing = "it says " + strings.TrimSpace(text)
			confirmNext(g.line.port)
		}
		return r, nil
	}
	digits, unit, _ := strings.Cut(strings.TrimSpace(text), " ")
	v, err := normal(digits)
	if err != nil {
		return r, err
	}
	scale := g.scale
	if unit != "" {
		var ok bool
		if scale, ok = pascalsPer(unit); !ok {
			return r, fmt.Errorf("unit %q", unit)
		}
	}
	if v <= 0 {
		r.Missing = "no pressure: off, or no gauge"
		return r, nil
	}
	r.Value = v * scale
	return r, check(r)
}
