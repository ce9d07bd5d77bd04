package drivers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// GranvilleHashOptions are those of the Granville-Phillips units that are asked by address: 350 with RS-485, Mini-Convectron
// 275, Convectron ATM, 354, 355, 356 and 390 modules; INFICON VGC083 and PGE500, InstruTech VGC301.
//
// Line: 19200 8N1 for modules, 9600 8N1 for a 350; CR only, a LF corrupts the reply (356 p. 44). Source:
// docs/protocols/granville-phillips.md (356 p. 44, VGC083 pp. 74-80, VGC301 p. 29). A 350 leaves the address out of its replies,
// so two of them on one line cannot be distinguished. The unit cannot be asked for.
type GranvilleHashOptions struct {
	Channels map[string]string `yaml:"channels"` // names by what is asked: RD (a module), or RD1, RD2 (ion), RDA, RDB (convection) of a 350
	Unit     string            `yaml:"unit"`     // what the display is set to: torr (also ""), mbar, pa
	Address  int               `yaml:"address"`  // 0 to 63 (hexadecimal 00 to 3F on its switches)
	Switched []string          `yaml:"switched"` // ion gauges whose filament may be switched; Halt switches them off
	Degas    bool              `yaml:"degas"`    // degas is read and may be switched; Halt switches it off
}

var gpHash = []string{"RD", "RD1", "RD2", "RDA", "RDB"}

func init() {
	register("granville-phillips-#", "", About{
		Text:  "Granville-Phillips 350 with RS-485, 275, 354, 355, 356, 390, Convectron ATM; INFICON VGC083, PGE500; InstruTech VGC301 (# commands)",
		Reads: "pressure of each gauge, degas", Sets: "filaments, degas (hazard)", Source: "docs/protocols/granville-phillips.md", Confidence: Medium,
		Line: LineSettings{Baud: 19200},
		Example: `
  - name: micro_ion
    model: granville-phillips-#
    port: serial:///dev/serial/by-id/usb-FTDI_GP-if00-port0?baud=19200
    options: {address: 1, channels: {RD: p}}
`,
	}, GranvilleHashOptions{Channels: map[string]string{"RD": "p"}, Address: 1}, openGranvilleHash)
}

// Check says what is wrong with o.
func (o *GranvilleHashOptions) Check() error {
	if o.Address < 0 || o.Address > 63 {
		return fmt.Errorf("address: %d; must be 0 to 63", o.Address)
	}
	if err := checkGPUnit(o.Unit); err != nil {
		return err
	}
	if err := checkGPChannels(o.Channels, gpHash); err != nil {
		return err
	}
	if _, module := o.Channels["RD"]; module && len(o.Channels) > 1 {
		return errors.New("channels: RD is a module's only gauge; must be alone")
	}
	for _, key := range []string{"RDA", "RDB"} {
		if name, ok := o.Channels[key]; ok && slices.Contains(o.Switched, name) {
			return fmt.Errorf("switched: %s is a convection gauge; must be an ion gauge", name)
		}
	}
	return checkSwitchedNames(o.Channels, o.Switched)
}

// Points are what it reads.
func (o *GranvilleHashOptions) Points() []Point {
	return gpPoints(o.Channels, gpHash, o.Switched, o.Degas)
}

// gpHashUnit is a unit that is asked by address.
type gpHashUnit struct {
	granville
	line    terminated
	address string
}

func openGranvilleHash(w Wires, o GranvilleHashOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	u := &gpHashUnit{address: fmt.Sprintf("%02X", o.Address)}
	u.line = terminated{port: w.Port, start: "#" + u.address, end: "\r"}
	u.granville = granville{ask: u.askHash, unknown: u.line.unknown, scale: gpUnits[o.Unit], acked: map[string]acknowledged{}, channels: gpOrdered(o.Channels, gpHash)}
	_, module := o.Channels["RD"]
	for _, c := range u.channels {
		if !slices.Contains(o.Switched, c.name) {
			continue
		}
		s := gpSwitch{name: c.name + "_on", channel: c.name}
		if module {
			s.on, s.off, s.query = "IG1", "IG0", "IGS"
		} else {
			n := strings.TrimPrefix(c.command, "RD")
			s.on, s.off = "F"+n+" 1", "F"+n+" 0"
		}
		u.switches = append(u.switches, s)
	}
	if o.Degas {
		s := gpSwitch{name: "degas", on: "DG 1", off: "DG 0", query: "DGS"}
		if module {
			s.on, s.off = "DG1", "DG0"
		}
		u.switches = append(u.switches, s)
	}
	return u, nil
}

// Identify asks for the firmware: "#01VER" 0D -> "*01 12997-00" 0D. A 350 may not know it.
func (u *gpHashUnit) Identify(ctx context.Context) (Identity, error) {
	text, err := u.askHash(ctx, "VER")
	if err != nil && !errors.Is(err, ErrRefused) {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	return Identity{Model: strings.TrimSpace(text)}, nil
}

// askHash asks by address and takes the star and the address off the reply.
//
//	"#01RD" 0D  -> "*01 7.60E+02" 0D    modules
//	"#01RD1" 0D -> "* 1.53E-06" 0D      350
//	"#01IG1" 0D -> "?01 INVALID " 0D
func (u *gpHashUnit) askHash(ctx context.Context, command string) (string, error) {
	text, err := u.line.ask(ctx, command)
	if err != nil {
		return "", err
	}
	body, ok := u.open(text)
	switch {
	case !ok:
		return "", garbled(command, text, nil)
	case text[0] == '?':
		return "", refused(command, strings.TrimSpace(body))
	}
	return strings.TrimPrefix(strings.TrimSpace(body), "PROGM OK"), nil
}

// open takes a reply apart: "*" or "?", then the address or a blank in its place, then a blank or a sign.
func (u *gpHashUnit) open(text string) (body string, ok bool) {
	if len(text) < 3 || !printable(text) || text[0] != '*' && text[0] != '?' {
		return "", false
	}
	if text[1] == ' ' {
		return text[2:], true
	}
	body, ok = strings.CutPrefix(text[1:], u.address)
	return body, ok && body != "" && strings.IndexByte(" -+", body[0]) >= 0
}
