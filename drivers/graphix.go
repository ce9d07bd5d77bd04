package drivers

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"
)

// GraphixOptions are those of Leybold GRAPHIX ONE, TWO and THREE gauge controllers.
//
// Line: RS-232 or USB, 8N1, speed as set at the unit (9600; 38400 occurs). Source: docs/protocols/leybold-graphix.md (a page of manual
// GA300550402, five public drivers). UNCONFIRMED: the check of a sum below 32; that the pressure follows the display's unit, which is read and watched;
// what error codes mean, they are shown as they come. RS-485, whose address may or may not count in the check, is not supported. The older CENTER and
// DISPLAY controllers speak other protocols.
type GraphixOptions struct {
	Channels map[int]string `yaml:"channels"` // names by channel, 1 to 3
}

func init() {
	register("leybold-graphix", "", About{
		Text: "Leybold GRAPHIX ONE, TWO, THREE gauge controllers", Reads: "pressure of each channel", Source: "docs/protocols/leybold-graphix.md",
		Confidence: Medium, Line: LineSettings{Deadline: 500 * time.Millisecond},
		Example: `
  - name: gauges
    model: leybold-graphix
    port: serial:///dev/serial/by-id/usb-FTDI_GRAPHIX-if00-port0?baud=9600
    options: {channels: {1: ig, 2: pirani}}
`,
	}, GraphixOptions{Channels: map[int]string{1: "p1"}}, openGraphix)
}

// Check says what is wrong with o.
func (o *GraphixOptions) Check() error { return checkChannels(o.Channels, 1, 3) }

// Points are what it reads.
func (o *GraphixOptions) Points() []Point { return pressurePoints(o.Channels) }

// Groups and parameters. Channels are the groups 1 to 3.
const (
	graphixStatus   = 24
	graphixPressure = 29

	graphixUnit = 5 // the group of the controller itself
	graphixText = 4 // its display's unit
)

type graphix struct {
	port     Port
	channels []channel
	unit     unitWatch
	request  []byte
}

func openGraphix(w Wires, o GraphixOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &graphix{port: w.Port, channels: ordered(o.Channels), unit: newUnitWatch(w.Name)}, nil
}

// ReadsFirst is [ReadsFirst.ReadsFirst]: the unit is all that a pressure needs.
func (g *graphix) ReadsFirst() bool { return true }

// Forget is [Forgetter.Forget].
func (g *graphix) Forget() { g.unit.forget() }

// ask reads a parameter of a group.
//
//	0F "1;29" "9" 04 -> 06 "1.234E-05" "*" 04, or 15 "3" B7 04, a refusal
func (g *graphix) ask(ctx context.Context, group, parameter int) (string, error) {
	what := fmt.Sprintf("%d;%d", group, parameter)
	g.request = fmt.Appendf(g.request[:0], "\x0f%s", what)
	g.request = append(g.request, graphixSum(g.request), eot)
	reply, err := g.port.Transact(ctx, g.request, graphixEnd)
	if err != nil {
		return "", fmt.Errorf("%s: %w", what, err)
	}
	body, sum := reply[:len(reply)-1], reply[len(reply)-1]
	data := string(body[1:])
	switch want := graphixSum(body); {
	case sum != want:
		return "", garbled(what, fmt.Sprintf("% X", reply), fmt.Errorf("check %02X, want %02X", sum, want))
	case body[0] == nak:
		return "", refused(what, "code "+data)
	}
	return strings.TrimSpace(data), nil
}

// graphixSum is 255 less the sum of all bytes; never a control character.
func graphixSum(data []byte) byte {
	sum := 255 - sum8(data)
	if sum < 32 {
		sum += 32
	}
	return sum
}

// graphixEnd is ACK or NAK, data and the check, up to EOT. The check may be any byte but a control character: it is the last before EOT.
func graphixEnd(data []byte, _ bool) (int, []byte, error) {
	if len(data) > 0 && data[0] != ack && data[0] != nak {
		return 0, nil, fmt.Errorf("%w: begins with %02X, want ACK or NAK", ErrGarbled, data[0])
	}
	end := bytes.IndexByte(data, eot)
	switch {
	case end < 0:
		return more(data)
	case end < 2:
		return 0, nil, fmt.Errorf("%w: % X is no reply", ErrGarbled, data[:end+1])
	}
	return end + 1, data[:end:end], nil
}

// Identify asks for item number, software, serial number and unit: 5;3 -> "230682V01", a THREE.
func (g *graphix) Identify(ctx context.Context) (Identity, error) {
	var texts [3]string
	for i, parameter := range []int{3, 1, 2} {
		text, err := g.ask(ctx, graphixUnit, parameter)
		if _, err := known(Reading{}, err); err != nil {
			return Identity{}, fmt.Errorf("identify: %w", err)
		}
		texts[i] = text
	}
	if err := g.unit.learn(ctx, g.askUnit); err != nil {
		return Identity{}, err
	}
	return Identity{Model: strings.TrimSpace("GRAPHIX " + texts[0] + " " + texts[1]), Serial: texts[2], Unit: g.unit.name}, nil
}

// askUnit: 0F "5;4" "L" 04 -> 06 "mbar" "W" 04.
func (g *graphix) askUnit(ctx context.Context) (string, float64, error) {
	name, err := g.ask(ctx, graphixUnit, graphixText)
	if err != nil {
		return "", 0, err
	}
	u, ok := spokenUnits[strings.ToLower(name)]
	if !ok || u.si != Pascals {
		return "", 0, unknownData("5;4", name, nil)
	}
	return name, u.per, nil
}

// graphixMissing is why there is no value, by the status. Range? does not say on which side.
var graphixMissing = map[string]string{"NOSEN": "no sensor", "Range?": "out of range", "S-OFF": "sensor off"}

// Read asks each channel for its status, and where that is OK for its pressure: the number stays when the head is off.
func (g *graphix) Read(ctx context.Context) ([]Reading, error) {
	if err := g.unit.ready(ctx, g.askUnit); err != nil {
		return nil, err
	}
	readings := make([]Reading, 0, len(g.channels))
	for _, c := range g.channels {
		r, err := g.pressure(ctx, c)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	if err := g.unit.confirm(ctx, readings, g.askUnit); err != nil {
		return nil, err
	}
	return readings, nil
}

func (g *graphix) pressure(ctx context.Context, c channel) (Reading, error) {
	r := Reading{Channel: c.name, Name: "pressure", Unit: Pascals}
	status, err := g.ask(ctx, c.number, graphixStatus)
	switch {
	case err == nil && graphixMissing[status] != "":
		r.Missing = graphixMissing[status]
		return r, nil
	case err == nil && status != "OK":
		err = unknownData("status", status, nil)
	}
	if err != nil {
		return known(r, err)
	}
	text, err := g.ask(ctx, c.number, graphixPressure)
	if err != nil {
		return known(r, err)
	}
	v, err := number(text)
	if err != nil {
		err = unknownData("pressure", text, err)
	}
	return measured(r, v*g.unit.scale, err)
}
