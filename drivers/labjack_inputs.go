package drivers

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// LabJackInputsOptions are those of the inputs of a LabJack T4, T7 or T8: volts of gauges and sensors, and contacts.
//
// Line, source: see [LabJackValvesOptions]; both models may share one connection. Ranges are as they are set at the unit. An open input floats, and no
// fault is shown: the configuration's "least" and "most" are what tells.
type LabJackInputsOptions struct {
	Analog  map[int]Quantity `yaml:"analog"`  // by AIN, 0 to 13: what the volts mean, in the unit given; unit volts as they are
	Digital map[int]string   `yaml:"digital"` // names of readings by line, 0 to 22: 1 is high
}

func init() {
	register("labjack-inputs", "", About{
		Text: "LabJack T4, T7, T8: analog and digital inputs", Reads: "what its options say, from volts; contacts",
		Source: "docs/protocols/labjack-t.md", Confidence: High,
		Example: `
  - name: sensors
    model: labjack-inputs
    port: tcp://labjack.lab:502
    options: {analog: {0: {channel: tank, name: pressure, unit: torr, scale: 100, gauge: capacitance}}}
`,
	}, LabJackInputsOptions{Analog: map[int]Quantity{0: {Channel: "in0", Name: "voltage", Unit: "volts"}}}, openLabJackInputs)
}

// Check says what is wrong with o.
func (o *LabJackInputsOptions) Check() error {
	if len(o.Analog)+len(o.Digital) == 0 {
		return errors.New("analog, digital: none; must name at least one input")
	}
	seen := map[string]bool{}
	for _, n := range slices.Sorted(maps.Keys(o.Analog)) {
		q := o.Analog[n]
		if err := q.check(); err != nil {
			return fmt.Errorf("analog: %d: %w", n, err)
		}
		if name := q.point().Point(); n < 0 || n > 13 || seen[name] {
			return fmt.Errorf("analog: %d, %s; must be 0 to 13, each name once", n, name)
		}
		seen[q.point().Point()] = true
	}
	for _, c := range ordered(o.Digital) {
		if c.number < 0 || c.number > labjackLines || !channelName.MatchString(c.name) || seen[c.name] {
			return fmt.Errorf("digital: %d, %q; must be 0 to %d, and a name of letters, digits and _ given once", c.number, c.name, labjackLines)
		}
		seen[c.name] = true
	}
	return nil
}

// Points are what it reads.
func (o *LabJackInputsOptions) Points() []Point {
	var points []Point
	for _, n := range slices.Sorted(maps.Keys(o.Analog)) {
		q := o.Analog[n]
		points = append(points, q.point())
	}
	for _, c := range ordered(o.Digital) {
		points = append(points, Point{Name: c.name})
	}
	return points
}

type labjackInputs struct {
	labjack
	analog  map[int]Quantity
	numbers []int
	digital []channel
}

func openLabJackInputs(w Wires, o LabJackInputsOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &labjackInputs{newLabJack(w.Port), o.Analog, slices.Sorted(maps.Keys(o.Analog)), ordered(o.Digital)}, nil
}

// Identify asks for the product and its serial number.
func (l *labjackInputs) Identify(ctx context.Context) (Identity, error) {
	lowest := -1
	if len(l.digital) > 0 {
		lowest = l.digital[0].number
	}
	return l.identify(ctx, lowest)
}

// Read asks for each analog input, and for the states of all lines where there is a digital one.
//
//	00 01 00 00 00 06 01 03 00 00 00 02 -> 00 01 00 00 00 07 01 03 04 40 20 00 00, AIN0 at 2.5 V
func (l *labjackInputs) Read(ctx context.Context) ([]Reading, error) {
	var readings []Reading
	for _, n := range l.numbers {
		v, err := l.bus.float(ctx, readHolding, uint16(2*n))
		r, err := labjackReading(l.analog[n], v, err)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	if len(l.digital) == 0 {
		return readings, nil
	}
	states, unread := l.word(ctx, labjackStates)
	for _, c := range l.digital {
		r, err := measured(Reading{Name: c.name}, flag(states>>c.number&1 == 1), unread)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	return readings, nil
}

// labjackOver is what an input on its range of 10 V shows beyond it.
const labjackOver = 10.5

func labjackReading(q Quantity, volts float64, err error) (Reading, error) {
	if err != nil {
		return known(q.missing("-"), err)
	}
	bound := Exact
	switch {
	case volts >= labjackOver:
		volts, bound = labjackOver, AtLeast
	case volts <= -labjackOver:
		volts, bound = -labjackOver, AtMost
	}
	r, err := q.reading(volts, bound)
	if err != nil {
		return known(q.missing("-"), unknownData("AIN", fmt.Sprintf("%g V", volts), err))
	}
	return r, nil
}
