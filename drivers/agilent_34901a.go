package drivers

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Agilent34901AOptions are those of 34901A multiplexer cards in an Agilent (Keysight) 34970A or 34972A: volts of gauges and sensors.
//
// Line, source: see [Agilent34903AOptions]; both kinds of cards may hang on one line. The scan list of the mainframe and the form of its readings
// are set at the first read after each connection, and are this device's from then on. UNCONFIRMED: how long a scan of 20 channels takes.
type Agilent34901AOptions struct {
	Inputs map[int]Quantity `yaml:"inputs"` // by slot and place, 101 to 320: what the volts mean, in the unit given; unit volts as they are
}

func init() {
	register("agilent-34901a", "", About{
		Text: "Agilent 34901A multiplexer cards in a 34970A or 34972A", Reads: "what its options say, from volts",
		Source: "docs/protocols/agilent-34970a.md", Confidence: Medium, Line: daqLine,
		Example: `
  - name: volts
    model: agilent-34901a
    port: tcp://daq.lab:5025
    options: {inputs: {101: {channel: bone, name: intensity, unit: volts}}}
`,
	}, Agilent34901AOptions{Inputs: map[int]Quantity{101: {Channel: "in1", Name: "voltage", Unit: "volts"}}}, openAgilent34901A)
}

// Check says what is wrong with o.
func (o *Agilent34901AOptions) Check() error {
	names := map[int]string{}
	for n, q := range o.Inputs {
		names[n] = q.point().Point()
		if err := q.check(); err != nil {
			return fmt.Errorf("inputs: %d: %w", n, err)
		}
	}
	if err := checkDAQChannels(names); err != nil {
		return fmt.Errorf("inputs: %w", err)
	}
	return nil
}

// Points are what it reads.
func (o *Agilent34901AOptions) Points() []Point {
	var points []Point
	for _, n := range slices.Sorted(maps.Keys(o.Inputs)) {
		q := o.Inputs[n]
		points = append(points, q.point())
	}
	return points
}

type agilent34901A struct {
	daq
	inputs     map[int]Quantity
	channels   []channel
	configured bool
}

func openAgilent34901A(w Wires, o Agilent34901AOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	names := map[int]string{}
	for n, q := range o.Inputs {
		names[n] = q.Channel
	}
	return &agilent34901A{daq: newDAQ(w.Port), inputs: o.Inputs, channels: ordered(names)}, nil
}

// Forget is [Forgetter.Forget].
func (a *agilent34901A) Forget() { a.configured = false }

// Identify asks which card is in each slot.
func (a *agilent34901A) Identify(ctx context.Context) (Identity, error) {
	return a.identify(ctx, a.channels, "34901A")
}

// configure sets the scan list and that a reading is a number alone: "CONF:VOLT:DC (@101,102)" 0A, "FORM:READ:CHAN OFF" 0A and so on, not
// answered; older errors are read away first.
func (a *agilent34901A) configure(ctx context.Context) error {
	if _, err := a.errors(ctx); err != nil {
		return err
	}
	commands := []string{"CONF:VOLT:DC " + daqList(a.channels)}
	for _, field := range []string{"CHAN", "TIME", "UNIT", "ALAR"} {
		commands = append(commands, "FORM:READ:"+field+" OFF")
	}
	for _, command := range commands {
		if err := a.line.send(ctx, command); err != nil {
			return err
		}
	}
	why, err := a.errors(ctx)
	if err == nil && why != "" {
		err = refused(commands[0], why)
	}
	a.configured = err == nil
	return err
}

// Read scans: "READ?" 0A -> "+1.23456000E+00,-2.10000000E-03,+9.90000000E+37" 0D 0A, the third beyond its range.
func (a *agilent34901A) Read(ctx context.Context) ([]Reading, error) {
	var err error
	if !a.configured {
		err = a.configure(ctx)
	}
	var fields []string
	if err == nil {
		if fields, err = a.list(ctx, "READ?", a.channels); errors.Is(err, ErrGarbled) {
			a.configured = false // the scan list may be another's by now
		}
	}
	readings := make([]Reading, 0, len(a.channels))
	for i, c := range a.channels {
		text, wrong := "", err
		if err == nil {
			text = fields[i]
		}
		r, wrong := daqReading(a.inputs[c.number], text, wrong)
		if wrong != nil {
			return nil, wrong
		}
		readings = append(readings, r)
	}
	return readings, nil
}

// daqOverload is what a reading beyond its range is at least.
const daqOverload = 9.9e37

func daqReading(q Quantity, text string, err error) (Reading, error) {
	if err != nil {
		return known(q.missing("-"), err)
	}
	v, err := scientific(text, 2)
	switch {
	case err != nil:
		return known(q.missing("-"), unknown("READ?", strings.TrimSpace(text), err))
	case v >= daqOverload || v <= -daqOverload:
		return q.missing("overload"), nil
	}
	r, err := q.reading(v, Exact)
	if err != nil {
		return known(q.missing("-"), unknown("READ?", strings.TrimSpace(text), err))
	}
	return r, nil
}
