package drivers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// PfeifferPumpOptions are those of pumps that speak the Pfeiffer Vacuum Protocol: HiPace with TC 110, TC 400, TM 700, HiScroll, MVP, by
// themselves or behind a DCU or Omnicontrol.
//
// Line: RS-485, 9600 8N1 (one public driver runs 8N2), bus ends terminated; at most 5 polls a second. A unit takes commands only when its
// P060 is 2; it answers queries always. Source: docs/protocols/pfeiffer-vacuum-protocol.md (captured from a TC 110 and an MVP 015; TC 400
// manual). UNCONFIRMED: which temperatures a unit has; those it does not know are missing.
//
// Only P002, P009, P010 and P023 are ever written. P798, which clears the operating hours, is not.
type PfeifferPumpOptions struct {
	Address int `yaml:"address"` // 1 to 255 (P797); groups and the global address do not answer
}

func init() {
	register("pfeiffer-pump", "", About{
		Text:  "Pfeiffer HiPace, HiScroll and MVP pumps, Pfeiffer Vacuum Protocol",
		Reads: "rotation, current, power, temperatures, motor, station, standby, speed reached, error word", Sets: "motor, station (hazard), standby, acknowledge",
		Source: "docs/protocols/pfeiffer-vacuum-protocol.md", Confidence: High,
		Line: LineSettings{Gap: 10 * time.Millisecond, Deadline: 200 * time.Millisecond}, Points: pfeifferPumpPoints(),
		Example: `
  - name: turbo
    model: pfeiffer-pump
    port: serial:///dev/serial/by-id/usb-FTDI_PUMP-if00-port0?baud=9600
    options: {address: 1}
    every: 2s
`,
	}, PfeifferPumpOptions{Address: 1}, openPfeifferPump)
}

// pumpParameter is a parameter that is read.
type pumpParameter struct {
	number        int
	channel, name string
	unit          Unit
	scale         float64 // of its integer; 0 = it is a boolean
}

var pumpParameters = []pumpParameter{
	{309, "", "rotation", Hertz, 1},
	{310, "", "current", Amperes, 0.01},
	{316, "", "power", Watts, 1},
	{326, "electronics", "temperature", Celsius, 1},
	{330, "pump_bottom", "temperature", Celsius, 1},
	{342, "bearing", "temperature", Celsius, 1},
	{346, "motor_temperature", "temperature", Celsius, 1},
	{23, "", "motor", "", 0},
	{10, "", "station", "", 0},
	{2, "", "standby", "", 0},
	{306, "", "speed_reached", "", 0},
}

func pfeifferPumpPoints() []Point {
	points := []Point{{Name: "fault"}, {Name: "warning"}, {Name: "error_word"}}
	for _, p := range pumpParameters {
		points = append(points, Point{Channel: p.channel, Name: p.name, Unit: p.unit})
	}
	return points
}

// Check says what is wrong with o.
func (o *PfeifferPumpOptions) Check() error {
	if o.Address < 1 || o.Address > 255 {
		return fmt.Errorf("address %d; must be 1 to 255", o.Address)
	}
	return nil
}

type pfeifferPump struct {
	line   telegrams
	absent map[int]bool // parameters this unit does not know
}

func openPfeifferPump(w Wires, o PfeifferPumpOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &pfeifferPump{line: telegrams{port: w.Port, address: o.Address}, absent: map[int]bool{}}, nil
}

// Forget is [Forgetter.Forget].
func (p *pfeifferPump) Forget() { clear(p.absent) }

// Identify asks for the type name: "0010034902=?111" 0D -> "0011034906TC 110065" 0D.
func (p *pfeifferPump) Identify(ctx context.Context) (Identity, error) {
	name, err := p.line.query(ctx, 349)
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	return Identity{Model: strings.Trim(name, " \x7f")}, nil
}

// Read asks for the error word and then for each parameter. One that the unit does not know is missing, and not asked for again
// until its line was opened anew.
//
//	"0010030302=?101" 0D -> "0011030306000000014" 0D, or with Err001 in place of 000000
//	"0010030902=?107" 0D -> "0011030906000825035" 0D, 825 Hz
//	"0010031002=?099" 0D -> "0011031006000150018" 0D, 1.50 A
func (p *pfeifferPump) Read(ctx context.Context) ([]Reading, error) {
	readings, err := p.errors(ctx)
	if err != nil {
		return nil, err
	}
	for _, parameter := range pumpParameters {
		r, err := p.read(ctx, parameter)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	return readings, nil
}

// errors asks for the error word. One that is not known is why fault, warning and error_word have no value.
func (p *pfeifferPump) errors(ctx context.Context) ([]Reading, error) {
	word, err := p.line.query(ctx, 303)
	var readings []Reading
	if err == nil {
		if readings, err = pumpErrors(word); err == nil {
			return readings, nil
		}
		err = unknownData("P303", word, nil)
	}
	for _, name := range []string{"fault", "warning", "error_word"} {
		r, err := known(Reading{Name: name}, err)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	return readings, nil
}

// pumpErrors turns "000000", "ErrNNN" or "WrnNNN" into readings. The word itself is the reason why error_word has no value.
func pumpErrors(word string) ([]Reading, error) {
	readings := []Reading{{Name: "fault"}, {Name: "warning"}, {Name: "error_word"}}
	if word == "000000" {
		return readings, nil
	}
	switch n, err := telegramInt(word[min(3, len(word)):]); {
	case err != nil || n == 0 || len(word) != 6:
		return nil, errors.New("no error word")
	case word[:3] == "Err":
		readings[0].Value = 1
	case word[:3] == "Wrn":
		readings[1].Value = 1
	default:
		return nil, errors.New("no error word")
	}
	readings[2].Missing = word
	return readings, nil
}

func (p *pfeifferPump) read(ctx context.Context, parameter pumpParameter) (Reading, error) {
	r := Reading{Channel: parameter.channel, Name: parameter.name, Unit: parameter.unit}
	if !p.absent[parameter.number] {
		data, err := p.line.query(ctx, parameter.number)
		if !errors.Is(err, errNoParameter) {
			if err == nil {
				if r.Value, err = parameter.value(data); err != nil {
					err = unknownData(fmt.Sprintf("P%03d", parameter.number), data, nil)
				}
			}
			return known(r, err)
		}
		p.absent[parameter.number] = true
	}
	r.Missing = fmt.Sprintf("the unit has no P%03d", parameter.number)
	return r, nil
}

// value turns the data of a parameter into its value.
func (q pumpParameter) value(data string) (float64, error) {
	if q.scale == 0 {
		on, err := telegramBool(data)
		return flag(on), err
	}
	n, err := telegramInt(data)
	return float64(n) * q.scale, err
}

// pumpSwitches are the parameters that are written, by control.
var pumpSwitches = map[string]int{"motor": 23, "station": 10, "standby": 2, "acknowledge": 9}

// Controls: the pump runs when both motor and station are on. Switching the station off may open a vent valve. After a fault,
// acknowledge comes before a new start.
func (p *pfeifferPump) Controls() []Control {
	return []Control{{Name: "motor", Max: 1}, {Name: "station", Max: 1, Hazard: true}, {Name: "standby", Max: 1}, {Name: "acknowledge", Max: 1, Pulse: true}}
}

// Set writes a switch: "0011002306111111019" 0D -> the same. Acknowledge at 0 sends nothing. What the unit refuses ("_LOGIC" unless P060 is
// 2) is ErrRefused.
func (p *pfeifferPump) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(p.Controls(), control, value); err != nil {
		return err
	}
	if control == "acknowledge" && value == 0 {
		return nil
	}
	data := "000000"
	if value == 1 {
		data = "111111"
	}
	return p.line.control(ctx, pumpSwitches[control], data)
}

// Halt sends nothing: a turbo that runs is the safe state of a line under vacuum, so a halt does not switch it off. The
// pump does not need a master: it runs on when the agent does not.
func (p *pfeifferPump) Halt(context.Context) error { return nil }
