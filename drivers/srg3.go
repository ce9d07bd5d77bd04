package drivers

import (
	"context"
	"time"
)

// SRG3Options are those of the MKS SRG-3 spinning rotor gauge.
//
// Line: RS-232, 9600 8N1, CR. Source: docs/protocols/gauges-other.md. UNCONFIRMED: nearly all of it; VAL as the command for the
// latest value. A value is measured over 5 to 60 s: between two of them VAL repeats the last.
type SRG3Options struct {
	Unit string `yaml:"unit"` // what its display is set to: mbar (also ""), torr, pa
}

func init() {
	register("srg3", "", About{
		Text: "MKS SRG-3 spinning rotor gauge", Reads: "pressure", Source: "docs/protocols/gauges-other.md", Confidence: Unconfirmed,
		Line: LineSettings{Deadline: 2 * time.Second}, Points: []Point{{Name: "pressure", Unit: Pascals}},
		Example: `
  - name: srg
    model: srg3
    port: serial:///dev/serial/by-id/usb-FTDI_SRG-if00-port0?baud=9600
    every: 10s
`,
	}, SRG3Options{}, openSRG3)
}

// Check says what is wrong with o.
func (o *SRG3Options) Check() error { return checkGPUnit(o.Unit) }

type srg3 struct {
	line  terminated
	scale float64
}

func openSRG3(w Wires, o SRG3Options) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	scale := gpUnits[o.Unit]
	if o.Unit == "" {
		scale = pascalsPerMbar
	}
	return &srg3{terminated{port: w.Port, end: "\r"}, scale}, nil
}

// Read asks for the latest value: "VAL" 0D -> "1.234E-04".
func (g *srg3) Read(ctx context.Context) ([]Reading, error) {
	r, err := g.line.reading(ctx, "VAL", Reading{Name: "pressure", Unit: Pascals}, g.scale)
	if err != nil {
		return nil, err
	}
	return []Reading{r}, nil
}
