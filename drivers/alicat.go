package drivers

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"pychron-edge/lazyregexp"
)

// AlicatOptions are those of Alicat mass-flow controllers and meters M, MC, MCR, MCS, PC, L, BC.
//
// Line: RS-232 or RS-485, 19200 8N1 (BC and newer 38400), TCP through a converter; up to 26 on a line, each with its letter. CR. Source:
// docs/protocols/alicat-mfc.md (MC, M-series and BC manuals, a public driver). The flow's unit and the gas it holds for are not in the answer, and the
// columns differ with model and set-up: both are options (A??D* at the unit lists the columns; the form of its answer is UNCONFIRMED here). A set-point
// is refused without a word while the unit is set to its analog input: the answer's set-point tells. Never sent: tare, gas, name.
type AlicatOptions struct {
	ID       string   `yaml:"id"`       // its letter, A to Z
	Flow     string   `yaml:"flow"`     // unit of the mass flow and the set-point: sccm, slm, or percent of full scale
	Pressure string   `yaml:"pressure"` // unit of the pressure column: psi as delivered, bar, kpa, torr, ...
	Columns  []string `yaml:"columns"`  // what the data frame holds behind the letter, up to the gas (see alicatColumns); "-" is not read
	MaxFlow  float64  `yaml:"max_flow"` // highest set-point, in the unit of the flow; 0 = it may not be set, and Halt sends nothing
}

func init() {
	register("alicat", "", About{
		Text: "Alicat mass-flow controllers and meters", Reads: "what its columns say: flows, set-point, pressure, temperature, valve; held, fault, status words",
		Sets: "set-point (0 is idle)", Source: "docs/protocols/alicat-mfc.md", Confidence: High, Line: LineSettings{Baud: 19200},
		Example: `
  - name: argon
    model: alicat
    port: serial:///dev/serial/by-id/usb-FTDI_ALICAT-if00-port0?baud=19200
    options: {id: A, flow: sccm, max_flow: 50}
    control: true
`,
	}, AlicatOptions{ID: "A", Flow: "sccm", Pressure: "psi", Columns: strings.Fields("gas_pressure temperature volume_flow mass_flow setpoint gas")}, openAlicat)
}

// alicatColumns are the columns that are known; a gas is a text, and not read.
var alicatColumns = strings.Fields("gas_pressure temperature volume_flow mass_flow setpoint valve gas -")

// alicatVolumes are the units of the volume flow beside those of the mass flow.
var alicatVolumes = map[string]string{"sccm": "ml/min", "slm": "l/min", "slpm": "l/min"}

var alicatID = lazyregexp.New(`^[A-Z]$`)

// Check says what is wrong with o.
func (o *AlicatOptions) Check() error {
	switch {
	case !alicatID.MatchString(o.ID):
		return fmt.Errorf("id: %q; must be a letter, A to Z", o.ID)
	case spokenUnits[o.Flow].si != SCCM && o.Flow != "percent":
		return fmt.Errorf("flow: %q; must be sccm, slm or percent", o.Flow)
	case spokenUnits[o.Pressure].si != Pascals:
		return fmt.Errorf("pressure: %q; must be %s", o.Pressure, cmp.Or(spelling(o.Pressure), "a unit of pressure, such as psi or bar"))
	case o.MaxFlow < 0 || !finite(o.MaxFlow):
		return fmt.Errorf("max_flow: %g; must be more than 0, or 0 for one that may not be set", o.MaxFlow)
	case o.MaxFlow > 0 && !slices.Contains(o.Columns, "setpoint"):
		return fmt.Errorf("max_flow: %g; must be 0 without a set-point column", o.MaxFlow)
	}
	for i, c := range o.Columns {
		switch {
		case !slices.Contains(alicatColumns, c):
			return fmt.Errorf("columns: %q; must be one of %s", c, strings.Join(alicatColumns, ", "))
		case c != "-" && slices.Contains(o.Columns[:i], c):
			return fmt.Errorf("columns: %s is given twice; must be given once", c)
		case c == "volume_flow" && alicatVolumes[o.Flow] == "":
			return fmt.Errorf("columns: volume_flow with a flow in %s; must be - there, its unit is not known", o.Flow)
		}
	}
	if len(o.Points()) == 3 {
		return fmt.Errorf("columns: none is read; must be one or more of %s", strings.Join(alicatColumns, ", "))
	}
	return nil
}

// unit is the unit of a column as it is spoken.
func (o *AlicatOptions) unit(column string) spokenUnit {
	return spokenUnits[map[string]string{
		"gas_pressure": o.Pressure, "temperature": "celsius", "volume_flow": alicatVolumes[o.Flow], "mass_flow": o.Flow, "setpoint": o.Flow, "valve": "percent",
	}[column]]
}

// Points are what it reads.
func (o *AlicatOptions) Points() []Point {
	var points []Point
	for _, c := range o.Columns {
		if c != "-" && c != "gas" {
			points = append(points, Point{Name: c, Unit: o.unit(c).si})
		}
	}
	return append(points, Point{Name: "held"}, Point{Name: "fault"}, Point{Name: "error_word"})
}

type alicat struct {
	line    terminated
	options AlicatOptions
}

func openAlicat(w Wires, o AlicatOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &alicat{terminated{port: w.Port, start: o.ID, end: "\r"}, o}, nil
}

// alicatWords are the status words. What is over its range is at least what is shown; with a sensor fault nothing is.
var alicatWords = map[string]string{
	"ADC": "", "EXH": "", "HLD": "", "LCK": "", "MOV": "mass_flow", "VOV": "volume_flow", "POV": "gas_pressure", "TOV": "temperature", "OPL": "", "OVR": "", "TMF": "",
}

// Read asks for the data frame: "A" 0D -> "A +014.70 +025.00 +50.000 +50.000 20.000 N2 MOV HLD" 0D.
func (a *alicat) Read(ctx context.Context) ([]Reading, error) {
	values, words, err := a.frame(ctx, "")
	var readings []Reading
	for i, c := range a.options.Columns {
		if c == "-" || c == "gas" {
			continue
		}
		text := ""
		if err == nil {
			text = values[i]
		}
		r, wrong := a.column(c, text, words, err)
		if wrong != nil {
			return nil, wrong
		}
		readings = append(readings, r)
	}
	for _, r := range alicatStatus(words) {
		if r.Missing == "" || err != nil {
			var wrong error
			if r, wrong = known(r, err); wrong != nil {
				return nil, wrong
			}
		}
		readings = append(readings, r)
	}
	return readings, nil
}

// column is what a column means.
func (a *alicat) column(column, text string, words []string, err error) (Reading, error) {
	u := a.options.unit(column)
	r := Reading{Name: column, Unit: u.si}
	v := 0.0
	if err == nil {
		if v, err = fixedPoint(text); err != nil {
			err = unknownData(a.options.ID, text, err)
		}
	}
	r, err = measured(r, v*u.per+u.zero, err)
	switch {
	case err != nil || r.Missing != "":
	case slices.Contains(words, "ADC"):
		r = Reading{Name: column, Unit: u.si, Missing: "sensor fault"}
	case slices.ContainsFunc(words, func(w string) bool { return alicatWords[w] == column }):
		r.Bound = AtLeast
	}
	return r, err
}

// alicatStatus is whether the valve is held, whether there is a fault, and the words as the reason why error_word has no value.
func alicatStatus(words []string) []Reading {
	fault := slices.ContainsFunc(words, func(w string) bool { return w == "ADC" || w == "OPL" })
	return []Reading{
		{Name: "held", Value: flag(slices.Contains(words, "HLD"))}, {Name: "fault", Value: flag(fault)}, {Name: "error_word", Missing: strings.Join(words, " ")},
	}
}

// frame sends a command and takes the data frame that answers it apart: a text for each column, and the status words.
func (a *alicat) frame(ctx context.Context, command string) (values, words []string, err error) {
	what := a.options.ID + command
	text, err := a.line.ask(ctx, command)
	if err != nil {
		return nil, nil, err
	}
	fields := strings.Fields(text)
	switch {
	case strings.TrimSpace(text) == "?":
		return nil, nil, refused(what, "?")
	case !printable(text) || len(fields) == 0 || !strings.EqualFold(fields[0], a.options.ID):
		return nil, nil, garbled(what, text, nil)
	}
	end := len(fields)
	for end > 1 && isAlicatWord(fields[end-1]) {
		end--
	}
	if end-1 != len(a.options.Columns) {
		return nil, nil, unknownData(what, text, fmt.Errorf("%d columns, want %d", end-1, len(a.options.Columns)))
	}
	return fields[1:end], fields[end:], nil
}

func isAlicatWord(text string) bool {
	_, ok := alicatWords[text]
	return ok
}

// Controls is the set-point, where it may be set.
func (a *alicat) Controls() []Control {
	if a.options.MaxFlow == 0 {
		return nil
	}
	u := a.options.unit("setpoint")
	return []Control{{Name: "setpoint", Unit: u.si, Max: a.options.MaxFlow * u.per}}
}

// Set writes the set-point: "AS 10.5" 0D -> "A +014.70 +025.00 +10.482 +10.500 10.500 N2" 0D, where the set-point must be the new one.
func (a *alicat) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(a.Controls(), control, value); err != nil {
		return err
	}
	return a.setpoint(ctx, value/a.options.unit("setpoint").per)
}

// setpoint is in the unit of the flow, cut to a ten-thousandth of the highest.
func (a *alicat) setpoint(ctx context.Context, flow float64) error {
	decimals := max(0, int(math.Ceil(4-math.Log10(a.options.MaxFlow))))
	flow = cut(flow, decimals)
	command := fmt.Sprintf("S %.*f", decimals, flow)
	values, _, err := a.frame(ctx, command)
	if err != nil {
		return err
	}
	text := values[slices.Index(a.options.Columns, "setpoint")]
	got, err := fixedPoint(text)
	if err != nil {
		return unknownData(command, text, err)
	}
	if math.Abs(got-flow) > 0.002*a.options.MaxFlow {
		return refused(command, "the set-point stays at "+text)
	}
	return nil
}

// Halt sets zero flow, where it may be set: "AS 0" 0D.
func (a *alicat) Halt(ctx context.Context) error {
	if a.options.MaxFlow == 0 {
		return nil
	}
	return halting(ctx, 3, func(ctx context.Context) error { return a.setpoint(ctx, 0) })
}
