package drivers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// TICOptions are those of Edwards TIC turbo and instrument controllers.
//
// Line: RS-232, 9600 8N1, CR; one message at a time. Source: docs/protocols/edwards-tic.md (TIC serial manual D397-30-880, public drivers and an
// emulator). The pressure is in pascals whatever the display shows. UNCONFIRMED: where a 6-gauge unit has its gauges 4 to 6, which are not read.
// Relays, temperatures and the multi-drop form (#to:from) are not used. "Accepted" only means understood: after a start or stop the state is read.
type TICOptions struct {
	Gauges  map[int]string `yaml:"gauges"`  // names of channels by gauge, 1 to 3
	Turbo   bool           `yaml:"turbo"`   // there is a turbo pump
	Backing bool           `yaml:"backing"` // there is a backing pump
}

func init() {
	register("edwards-tic", "", About{
		Text: "Edwards TIC turbo and instrument controllers", Reads: "pressures; of turbo and backing pump whether it runs, state, speed, power, fault",
		Sets: "turbo, backing", Source: "docs/protocols/edwards-tic.md", Confidence: High, Line: LineSettings{Deadline: 2 * time.Second},
	}, TICOptions{Gauges: map[int]string{1: "p1"}, Turbo: true, Backing: true}, openTIC)
}

// Check says what is wrong with o.
func (o *TICOptions) Check() error {
	if len(o.Gauges) == 0 && (o.Turbo || o.Backing) {
		return nil
	}
	return checkChannels(o.Gauges, 1, 3)
}

// Points are what it reads.
func (o *TICOptions) Points() []Point {
	points := pressurePoints(o.Gauges)
	for _, p := range o.pumps() {
		points = append(points, Point{Name: p.name}, Point{Name: p.name + "_state", Unit: Number, States: ticPumpStates}, Point{Name: p.name + "_fault"}, Point{Name: p.name + "_error_word"},
			Point{Name: p.name + "_speed", Unit: Percent}, Point{Name: p.name + "_power", Unit: Watts})
	}
	return points
}

// ticPump is a pump and its objects.
type ticPump struct {
	name                string
	state, speed, power int
}

func (o *TICOptions) pumps() []ticPump {
	var all []ticPump
	if o.Turbo {
		all = append(all, ticPump{"turbo", 904, 905, 906})
	}
	if o.Backing {
		all = append(all, ticPump{"backing", 910, 911, 912})
	}
	return all
}

// ticGauge is the object of the first gauge.
const ticGauge = 913

type tic struct {
	line   terminated
	wait   func(context.Context, time.Duration) error
	gauges []channel
	pumps  []ticPump
}

func openTIC(w Wires, o TICOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &tic{terminated{port: w.Port, end: "\r"}, w.Wait, ordered(o.Gauges), o.pumps()}, nil
}

var ticCodes = map[string]string{
	"1": "invalid command for the object", "2": "invalid query or command", "3": "missing parameter", "4": "out of range", "5": "not in this state",
	"6": "data checksum", "7": "EEPROM", "8": "took too long", "9": "invalid configuration",
}

// ask sends a message about an object and returns the data of its answer. A code in place of data is a refusal.
//
//	"?V913" 0D -> "=V913 1.00e-05;59;11;0;0" 0D, or "*V913 2" 0D
func (d *tic) ask(ctx context.Context, message string) (string, error) {
	reply, err := d.line.ask(ctx, message)
	if err != nil {
		return "", err
	}
	object := message[1:5]
	if data, ok := strings.CutPrefix(reply, "="+object+" "); ok && printable(reply) {
		return data, nil
	}
	code, ok := strings.CutPrefix(reply, "*"+object+" ")
	switch code = strings.TrimSpace(code); {
	case !ok || !printable(reply):
		return "", garbled(message, reply, nil)
	case code == "0":
		return "", nil
	}
	return "", refused(message, strings.TrimSpace("code "+code+" "+ticCodes[code]))
}

// fields asks for the value of an object, which has n fields or more.
func (d *tic) fields(ctx context.Context, object, n int) ([]string, error) {
	message := fmt.Sprintf("?V%d", object)
	data, err := d.ask(ctx, message)
	if err != nil {
		return nil, err
	}
	fields := strings.Split(data, ";")
	if len(fields) < n {
		return nil, unknownData(message, data, nil)
	}
	return fields, nil
}

// Identify asks for type, software and serial number: "?S902" 0D -> "=S902 TIC200;D39702640A;071234567" 0D.
func (d *tic) Identify(ctx context.Context) (Identity, error) {
	data, err := d.ask(ctx, "?S902")
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	part := strings.Split(data, ";")
	if len(part) < 3 {
		return Identity{}, fmt.Errorf("identify: %w", garbled("?S902", data, nil))
	}
	return Identity{Model: strings.TrimSpace(part[0]) + " " + strings.TrimSpace(part[1]), Serial: strings.TrimSpace(part[2])}, nil
}

// Read asks for each gauge and for the pumps.
func (d *tic) Read(ctx context.Context) ([]Reading, error) {
	var readings []Reading
	for _, c := range d.gauges {
		r, err := d.pressure(ctx, c)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	for _, p := range d.pumps {
		some, err := d.pump(ctx, p)
		if err != nil {
			return nil, err
		}
		readings = append(readings, some...)
	}
	return readings, nil
}

// pressure asks for a gauge: value, unit, state, alert, priority.
func (d *tic) pressure(ctx context.Context, c channel) (Reading, error) {
	r := Reading{Channel: c.name, Name: "pressure", Unit: Pascals}
	fields, err := d.fields(ctx, ticGauge+c.number-1, 4)
	if err != nil {
		return known(r, err)
	}
	return ticPressure(r, fields), nil
}

var (
	ticUnits  = map[string]string{"66": "in volts", "81": "in percent"} // and 59, pascals
	ticStates = map[string]string{
		"0": "not connected", "1": "connected", "2": "new gauge id", "3": "gauge changed", "4": "in alert", "5": "off", "6": "striking", "7": "initialising",
		"8": "calibrating", "9": "zeroing", "10": "degassing", "12": "inhibited",
	}
	ticBounds = map[string]Bound{"3": AtLeast, "10": AtLeast, "12": AtLeast, "4": AtMost, "11": AtMost} // alerts out of range
	ticBlind  = map[string]bool{"1": true, "6": true, "13": true, "14": true, "15": true, "37": true}   // alerts that leave no value
	ticAlerts = map[string]string{
		"1": "ADC fault", "3": "over range", "4": "under range", "6": "no gauge", "10": "over range", "11": "under range", "12": "over range",
		"13": "emission time-out", "14": "not struck", "15": "filament", "23": "over pressure", "25": "ramp-up time-out", "26": "droop time-out",
		"28": "interlock", "32": "pump fault", "33": "temperature", "34": "system inhibit", "37": "no reading", "47": "service due",
	}
)

// ticPressure is a value only of a gauge that is on (state 11) and shows pascals (unit 59).
func ticPressure(r Reading, fields []string) Reading {
	value, unit, state, alert := fields[0], strings.TrimSpace(fields[1]), strings.TrimSpace(fields[2]), strings.TrimSpace(fields[3])
	v, err := number(value)
	switch {
	case state != "11" && ticStates[state] != "":
		r.Missing = ticStates[state]
	case state != "11":
		r.Missing = "state " + state + ", which is not known"
	case unit != "59" && ticUnits[unit] != "":
		r.Missing = ticUnits[unit]
	case unit != "59":
		r.Missing = "unit " + unit + ", which is not known"
	case ticBlind[alert]:
		r.Missing = ticAlert(alert)
	case err != nil:
		r.Missing = (&answer{reply: value, kind: ErrGarbled, why: err}).reason()
	case ticBounds[alert] != Exact && v <= 0:
		r.Missing = ticAlert(alert)
	default:
		r.Value, r.Bound = v, ticBounds[alert]
	}
	return r
}

// ticAlert is an alert in words, with its number.
func ticAlert(alert string) string {
	return strings.TrimSpace("alert " + alert + " " + ticAlerts[alert])
}

// pump asks for the state (with alert and priority), the speed and the power.
//
//	"?V904" 0D -> "=V904 4;0;0" 0D, running; "?V905" 0D -> "=V905 55.9;1;0" 0D, 55.9 %
func (d *tic) pump(ctx context.Context, p ticPump) ([]Reading, error) {
	readings, err := d.state(ctx, p)
	if err != nil {
		return nil, err
	}
	others, err := readAll(ctx, func(ctx context.Context) (Reading, error) {
		return d.quantity(ctx, p.speed, Reading{Name: p.name + "_speed", Unit: Percent})
	}, func(ctx context.Context) (Reading, error) {
		return d.quantity(ctx, p.power, Reading{Name: p.name + "_power", Unit: Watts})
	})
	return append(readings, others...), err
}

func (d *tic) quantity(ctx context.Context, object int, r Reading) (Reading, error) {
	fields, err := d.fields(ctx, object, 1)
	if err != nil {
		return known(r, err)
	}
	v, err := number(fields[0])
	if err != nil {
		err = unknownData(fmt.Sprintf("?V%d", object), fields[0], err)
	}
	return measured(r, v, err)
}

// ticPumpStates are the states of a pump; ticRuns is in which of them it is on.
var ticPumpStates = NewStates(map[int]string{
	0: "stopped", 1: "starting delay", 2: "stopping short delay", 3: "stopping normal delay", 4: "running", 5: "accelerating", 6: "fault braking", 7: "braking",
})

var ticRuns = map[int]bool{0: false, 1: true, 2: false, 3: false, 4: true, 5: true, 6: false, 7: false}

const ticFaultBraking = 6

// state is whether the pump runs, its state, whether that is a fault (priority 2 and 3 are alarms), and the alert as the reason why
// error_word has no value.
func (d *tic) state(ctx context.Context, p ticPump) ([]Reading, error) {
	on, state := Reading{Name: p.name}, Reading{Name: p.name + "_state", Unit: Number}
	fault, word := Reading{Name: p.name + "_fault"}, Reading{Name: p.name + "_error_word"}
	n, alert, priority, err := d.pumpState(ctx, p)
	if err == nil {
		on.Value, state.Value = flag(ticRuns[n]), float64(n)
		fault.Value = flag(n == ticFaultBraking || priority >= 2)
		if alert != "0" {
			word.Missing = ticAlert(alert)
		}
		return []Reading{on, state, fault, word}, nil
	}
	var all []Reading
	for _, r := range []Reading{on, state, fault, word} {
		r, wrong := known(r, err)
		if wrong != nil {
			return nil, wrong
		}
		all = append(all, r)
	}
	return all, nil
}

func (d *tic) pumpState(ctx context.Context, p ticPump) (state int, alert string, priority int, err error) {
	fields, err := d.fields(ctx, p.state, 3)
	if err != nil {
		return 0, "", 0, err
	}
	state, err1 := integer(fields[0])
	number, err2 := integer(fields[1])
	priority, err3 := integer(fields[2])
	if _, ok := ticRuns[state]; !ok || errors.Join(err1, err2, err3) != nil {
		return 0, "", 0, unknownData(fmt.Sprintf("?V%d", p.state), strings.Join(fields, ";"), nil)
	}
	return state, fmt.Sprint(number), priority, nil
}

// Controls are the pumps.
func (d *tic) Controls() []Control {
	var controls []Control
	for _, p := range d.pumps {
		controls = append(controls, Control{Name: p.name, Max: 1})
	}
	return controls
}

// ticLook and ticLooks are how often it looks whether a pump does what it was told.
const (
	ticLook  = 200 * time.Millisecond
	ticLooks = 10
)

// Set starts or stops a pump and makes sure that its state follows: "!C904 1" 0D -> "*C904 0" 0D.
func (d *tic) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(d.Controls(), control, value); err != nil {
		return err
	}
	for _, p := range d.pumps {
		if p.name == control {
			return d.turn(ctx, p, value == 1)
		}
	}
	return nil
}

func (d *tic) turn(ctx context.Context, p ticPump, on bool) error {
	message := fmt.Sprintf("!C%d %g", p.state, flag(on))
	data, err := d.ask(ctx, message)
	if err == nil && data != "" {
		err = garbled(message, data, nil)
	}
	if err != nil {
		return err
	}
	for range ticLooks {
		state, _, _, err := d.pumpState(ctx, p)
		if err != nil || ticRuns[state] == on {
			return err
		}
		if err := d.wait(ctx, ticLook); err != nil {
			return err
		}
	}
	return refused(message, "accepted, and its state did not follow")
}

// Halt sends nothing: a turbo that runs is the safe state of a line under vacuum. The pumps do not need a master.
func (d *tic) Halt(context.Context) error { return nil }
