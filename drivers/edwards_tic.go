package drivers

import (
	"context"
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
		Example: `
  - name: tic
    model: edwards-tic
    port: serial:///dev/serial/by-id/usb-FTDI_TIC-if00-port0?baud=9600
    options: {gauges: {1: ig, 2: pir}, turbo: true}
`,
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

// Controls are the pumps.
func (d *tic) Controls() []Control {
	var controls []Control
	for _, p := range d.pumps {
		controls = append(controls, Control{Name: p.name, Max: 1})
	}
	return controls
}

// Halt sends nothing: a turbo that runs is the safe state of a line under vacuum. The pumps do not need a master.
func (d *tic) Halt(context.Context) error { return nil }
