package drivers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// GammaOptions are those of Gamma Vacuum's ion pump controllers: DIGITEL SPC and SPCe (one supply), MPCe, MPCq, LPC and QPC (up to four).
//
// Line: RS-232, RS-422 or RS-485, 9600 8N1; Ethernet TCP port 23. At least 120 ms between commands. Source: docs/protocols/gamma-ion-pump.md
// (QPC manual 900031-J pp. 42-46, MPCq 900034-C pp. 42-49, MPC rev. J tables III-4 and III-9). UNCONFIRMED: what comes in place of a pressure
// below range (a text is reported as missing). An SPC that wants "spc" for "cmd" on Ethernet is not supported.
type GammaOptions struct {
	Address  int            `yaml:"address"`  // 0 to 255 on a serial line; the factory sets 1 (SPC) or 5 (MPC)
	Channels map[int]string `yaml:"channels"` // names by supply, 1 to 4, of an MPC, LPC or QPC; none = an SPC, whose one supply has no number
	Ethernet bool           `yaml:"ethernet"` // words without address and checksum
	Switched bool           `yaml:"switched"` // the high voltage may be switched; Halt switches it off
}

func init() {
	register("gamma-spc", "", About{
		Text:  "Gamma Vacuum DIGITEL SPC, SPCe, MPCe, MPCq, LPC, QPC ion pump controllers",
		Reads: "pressure, current, voltage, high voltage on, fault and its code", Sets: "high voltage (hazard)",
		Source: "docs/protocols/gamma-ion-pump.md", Confidence: High, Line: LineSettings{Gap: 120 * time.Millisecond},
		Example: `
  - name: ionpump
    model: gamma-spc
    port: serial:///dev/serial/by-id/usb-FTDI_PUMP-if00-port0?baud=9600
    options: {address: 5}
`,
	}, GammaOptions{Address: 1}, openGamma)
}

// Check says what is wrong with o.
func (o *GammaOptions) Check() error {
	if o.Address < 0 || o.Address > 255 {
		return fmt.Errorf("address %d; must be 0 to 255", o.Address)
	}
	if len(o.Channels) == 0 {
		return nil
	}
	return checkChannels(o.Channels, 1, 4)
}

// Points are what it reads.
func (o *GammaOptions) Points() []Point {
	var points []Point
	for _, s := range gammaSupplies(o.Channels) {
		points = append(points, Point{Channel: s.channel, Name: "pressure", Unit: Pascals, Gauge: "ion"},
			Point{Name: s.prefix + "current", Unit: Amperes}, Point{Name: s.prefix + "voltage", Unit: Volts},
			Point{Name: s.prefix + "enabled"}, Point{Name: s.prefix + "fault"}, Point{Name: s.prefix + "error_word"})
	}
	return points
}

// gammaSupply is one high voltage supply.
type gammaSupply struct {
	data    string // its number; "" on an SPC
	channel string
	prefix  string // of the names of all but the pressure
}

func gammaSupplies(channels map[int]string) []gammaSupply {
	if len(channels) == 0 {
		return []gammaSupply{{}}
	}
	var all []gammaSupply
	for _, c := range ordered(channels) {
		all = append(all, gammaSupply{fmt.Sprint(c.number), c.name, c.name + "_"})
	}
	return all
}

type gamma struct {
	line     packets
	supplies []gammaSupply
	switched bool
	mpcq     bool // it is an MPCq or QPC, as it identified itself: the status is asked for with an option, error codes are numbered anew
}

func openGamma(w Wires, o GammaOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	line := packets{port: w.Port, address: byte(o.Address), ethernet: o.Ethernet}
	return &gamma{line: line, supplies: gammaSupplies(o.Channels), switched: o.Switched}, nil
}

// Identify asks for the model and the firmware.
//
//	"~ 01 01 22" 0D -> "01 OK 00 DIGITEL MPCQ 2E" 0D
//	"~ 01 02 23" 0D -> "01 OK 00 SW Version 4.12 6F" 0D
func (g *gamma) Identify(ctx context.Context) (Identity, error) {
	model, err := g.line.ask(ctx, 0x01, "")
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	firmware, err := g.line.ask(ctx, 0x02, "")
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	g.mpcq = strings.Contains(strings.ToUpper(model), "MPCQ") || strings.Contains(strings.ToUpper(model), "QPC")
	return Identity{Model: model + ", " + firmware}, nil
}

// Forget is [Forgetter.Forget].
func (g *gamma) Forget() { g.mpcq = false }

// Read asks each supply for its state, whether its high voltage is on, its current, voltage and pressure. The pressure comes from the
// current: it is one only while the high voltage is known to be on.
func (g *gamma) Read(ctx context.Context) ([]Reading, error) {
	var readings []Reading
	for _, s := range g.supplies {
		some, err := g.supply(ctx, s)
		if err != nil {
			return nil, err
		}
		readings = append(readings, some...)
	}
	return readings, nil
}

// supply reads one supply.
//
//	"~ 05 0B 37" 0D -> "05 OK 00 1.0E-11 MBAR 84" 0D, with the unit it is set to
//	"~ 01 0A 32" 0D -> "01 OK 00 1.33E-11 AMPS C5" 0D
//	"~ 01 0C 34" 0D -> "01 OK 00 5600 A6" 0D
func (g *gamma) supply(ctx context.Context, s gammaSupply) ([]Reading, error) {
	word, readings, err := g.state(ctx, s)
	if err != nil {
		return nil, err
	}
	on, err := g.enabled(ctx, s, word)
	if err != nil {
		return nil, err
	}
	readings = append([]Reading{on}, readings...)
	for _, q := range []struct {
		command byte
		reading Reading
		decode  func(string) (float64, error)
	}{
		{0x0A, Reading{Name: s.prefix + "current", Unit: Amperes}, gammaAmperes},
		{0x0C, Reading{Name: s.prefix + "voltage", Unit: Volts}, number},
		{0x0B, Reading{Channel: s.channel, Name: "pressure", Unit: Pascals}, gammaPascals},
	} {
		r, err := g.quantity(ctx, s, q.command, q.reading, q.decode)
		if err != nil {
			return nil, err
		}
		if q.command == 0x0B && r.Missing == "" {
			r = gammaPressure(r, on, gammaStates[word].on)
		}
		readings = append(readings, r)
	}
	return readings, nil
}

func (g *gamma) quantity(ctx context.Context, s gammaSupply, command byte, r Reading, decode func(string) (float64, error)) (Reading, error) {
	text, err := g.line.ask(ctx, command, s.data)
	if err != nil {
		return known(r, err)
	}
	v, err := decode(text)
	if err != nil {
		err = unknownData(fmt.Sprintf("command %02X", command), text, err)
	}
	return measured(r, v, err)
}

// gammaPressure is r while the high voltage is on, as it answers or as its status has it.
func gammaPressure(r, on Reading, runs bool) Reading {
	switch {
	case on.Missing == "" && on.Value == 0:
		return Reading{Channel: r.Channel, Name: r.Name, Unit: r.Unit, Missing: "high voltage off"}
	case on.Missing != "" && !runs:
		return Reading{Channel: r.Channel, Name: r.Name, Unit: r.Unit, Missing: "high voltage not known to be on"}
	}
	return r
}

// state asks for the status: whether it is a fault, and as the reason why error_word has no value the word with its code.
//
//	"~ 05 0D 1 8A" 0D    -> "05 OK 00 RUNNING 00 80" 0D, "05 OK 00 PUMP ERROR 05 50" 0D, "05 OK 00 STANDBY F4" 0D
//	"~ 05 0D 1,00 16" 0D -> "05 OK 00 02 41" 0D, MPCq and QPC
func (g *gamma) state(ctx context.Context, s gammaSupply) (word string, readings []Reading, err error) {
	fault, what := Reading{Name: s.prefix + "fault"}, Reading{Name: s.prefix + "error_word"}
	data := s.data
	if g.mpcq {
		data += ",00"
	}
	text, err := g.line.ask(ctx, 0x0D, data)
	code := ""
	if err == nil {
		if word, code, err = gammaStatus(text); err != nil {
			err = unknownData("command 0D", text, err)
		}
	}
	if err == nil && gammaStates[word].fault {
		fault.Value = 1
		what.Missing = strings.TrimSpace(word + " " + code)
		if means := gammaCodes[g.mpcq][code]; means != "" {
			what.Missing += ", " + means
		}
	}
	if fault, err = known(fault, err); err == nil && fault.Missing != "" {
		what.Missing = fault.Missing
	}
	return word, []Reading{fault, what}, err
}

// enabled asks whether the high voltage is on. One that does not know the question is on as long as its status says so, and unknown
// otherwise.
//
//	"~ 05 61 2C" 0D   -> "05 OK 00 YES D0" 0D
//	"~ 05 61 1 7D" 0D -> "05 ER 03 BF" 0D, MPCq
func (g *gamma) enabled(ctx context.Context, s gammaSupply, word string) (Reading, error) {
	r := Reading{Name: s.prefix + "enabled"}
	text, err := g.line.ask(ctx, 0x61, s.data)
	switch {
	case errors.Is(err, ErrRefused) && gammaStates[word].on:
		r.Value = 1
		return r, nil
	case err == nil && text != "YES" && text != "NO":
		err = unknownData("command 61", text, nil)
	}
	r.Value = flag(text == "YES")
	return known(r, err)
}

// Controls are the high voltages, where they may be switched.
func (g *gamma) Controls() []Control {
	var controls []Control
	for _, s := range g.supplies {
		if g.switched {
			controls = append(controls, Control{Name: s.prefix + "enabled", Max: 1, Hazard: true})
		}
	}
	return controls
}

// Set switches a high voltage on or off.
func (g *gamma) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(g.Controls(), control, value); err != nil {
		return err
	}
	for _, s := range g.supplies {
		if s.prefix+"enabled" == control {
			return g.voltage(ctx, s, value == 1)
		}
	}
	return nil
}

// voltage switches: "~ 05 37 2F" 0D is on, "~ 05 38 30" 0D off -> "05 OK 00 BF" 0D.
func (g *gamma) voltage(ctx context.Context, s gammaSupply, on bool) error {
	command := byte(0x38)
	if on {
		command = 0x37
	}
	_, err := g.line.ask(ctx, command, s.data)
	return err
}

// Halt switches off the high voltages that may be switched.
func (g *gamma) Halt(ctx context.Context) error {
	var off []step
	for _, s := range g.supplies {
		if g.switched {
			off = append(off, func(ctx context.Context) error { return g.voltage(ctx, s, false) })
		}
	}
	return halting(ctx, 3, off...)
}
