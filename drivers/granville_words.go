package drivers

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// GranvilleWordsOptions are those of the Granville-Phillips controllers that are asked in words: 307, 316, 350 UHV, 358
// Micro-Ion, 360 Stabil-Ion.
//
// Line: as their switches say; 307 9600 7E1 CR LF, 350 9600 8N1 CR, a 350-UHV 300 7N2. Source: docs/protocols/granville-phillips.md
// (316 p. 57, 358 p. 89). UNCONFIRMED: the texts of errors (they end in ERROR), the form of a reply in the RS-485 mode (taken
// as without a prefix). The unit cannot be asked for.
type GranvilleWordsOptions struct {
	Channels map[string]string `yaml:"channels"` // names by what is asked: IG, IG1, IG2, CG1, CG2, CG3
	Unit     string            `yaml:"unit"`     // what the display is set to: torr (also ""), mbar, pa
	End      string            `yaml:"end"`      // what ends a request: crlf (also ""), cr
	Mode     string            `yaml:"mode"`     // "" or rs485, where every request begins with the address
	Address  int               `yaml:"address"`  // 0 to 63, for rs485
	Switched []string          `yaml:"switched"` // ion gauges whose filament may be switched; Halt switches them off
	Degas    bool              `yaml:"degas"`    // degas is read and may be switched; Halt switches it off
}

var gpWords = []string{"IG", "IG1", "IG2", "CG1", "CG2", "CG3"}

func init() {
	register("granville-phillips", "", About{
		Text:  "Granville-Phillips 307, 316, 350 UHV, 358 Micro-Ion, 360 Stabil-Ion controllers (DS commands)",
		Reads: "pressure of each gauge, degas", Sets: "filaments, degas (hazard)", Source: "docs/protocols/granville-phillips.md", Confidence: Medium,
		Example: `
  - name: gauges
    model: granville-phillips
    port: serial:///dev/serial/by-id/usb-FTDI_GP-if00-port0?baud=9600
    options: {channels: {IG1: ig, CG1: cg}, unit: torr}
`,
	}, GranvilleWordsOptions{Channels: map[string]string{"IG1": "ig1", "CG1": "cg1", "CG2": "cg2"}, Address: 1}, openGranvilleWords)
}

// Check says what is wrong with o.
func (o *GranvilleWordsOptions) Check() error {
	if o.End != "" && o.End != "crlf" && o.End != "cr" {
		return fmt.Errorf("end: %q; must be crlf or cr", o.End)
	}
	if o.Mode != "" && o.Mode != "rs485" {
		return fmt.Errorf("mode: %q; must be rs485 or empty", o.Mode)
	}
	if o.Address < 0 || o.Address > 63 {
		return fmt.Errorf("address: %d; must be 0 to 63", o.Address)
	}
	if err := checkGPUnit(o.Unit); err != nil {
		return err
	}
	if err := checkGPChannels(o.Channels, gpWords); err != nil {
		return err
	}
	for _, c := range gpOrdered(o.Channels, gpWords) {
		if strings.HasPrefix(c.command, "CG") && slices.Contains(o.Switched, c.name) {
			return fmt.Errorf("switched: %s is a convection gauge; must be an ion gauge", c.name)
		}
	}
	return checkSwitchedNames(o.Channels, o.Switched)
}

// Points are what it reads.
func (o *GranvilleWordsOptions) Points() []Point {
	return gpPoints(o.Channels, gpWords, o.Switched, o.Degas)
}

func openGranvilleWords(w Wires, o GranvilleWordsOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	line := &terminated{port: w.Port, end: "\r\n"}
	if o.End == "cr" {
		line.end = "\r"
	}
	if o.Mode == "rs485" {
		line.start = fmt.Sprintf("#%02X", o.Address)
	}
	g := &granville{unknown: line.unknown, scale: gpUnits[o.Unit], acked: map[string]acknowledged{}, ask: func(ctx context.Context, command string) (string, error) {
		return gpWord(ctx, line, command)
	}}
	for _, c := range gpOrdered(o.Channels, gpWords) {
		g.channels = append(g.channels, gpChannel{"DS " + c.command, c.name})
		if slices.Contains(o.Switched, c.name) {
			gauge := c.command
			if gauge == "IG" {
				gauge = "IG1"
			}
			g.switches = append(g.switches, gpSwitch{name: c.name + "_on", on: gauge + " ON", off: gauge + " OFF", channel: c.name})
		}
	}
	if o.Degas {
		g.switches = append(g.switches, gpSwitch{name: "degas", on: "DG ON", off: "DG OFF", query: "DGS"})
	}
	return g, nil
}

// gpWord asks in words.
//
//	"DS CG1" 0D 0A -> "1.20E-03" 0D 0A
//	"IG1 ON" 0D 0A -> "OK" 0D 0A, or "INVALID"
func gpWord(ctx context.Context, line *terminated, command string) (string, error) {
	text, err := line.ask(ctx, command)
	if err != nil {
		return "", err
	}
	text = strings.TrimSpace(text)
	acts := strings.HasSuffix(command, " ON") || strings.HasSuffix(command, " OFF")
	switch {
	case !printable(text):
		return "", garbled(command, text, nil)
	case text == "INVALID" || strings.HasSuffix(text, "ERROR"):
		return "", refused(command, text)
	case acts && text != "OK":
		return "", garbled(command, text, nil)
	case acts:
		return "", nil
	}
	return text, nil
}
