package drivers

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"
)

// ThermocubeOptions are those of Solid State Cooling's ThermoCube and older ThermoRack chillers, which speak bytes.
//
// Line: RS-232, 9600 8N1; at most 3 commands a second. Source: docs/protocols/thermorack.md, (a) (ThermoCube II manual pp. 24-25, RTS2).
//
// Every command carries whether the chiller is to run, queries too: asking starts a stopped chiller, or stops one that runs. So the
// options must give the state that is meant; the driver keeps it with each poll, and cannot find out what it was before. The fault byte differs
// between generations and the unit cannot be asked which it is. UNCONFIRMED: the scale of the output (DE), which is not read.
type ThermocubeOptions struct {
	Type    string  `yaml:"type"`    // "thermocube" (200 to 500, older ThermoRack; also "") or "thermocube-ii": what the fault bits mean
	Standby bool    `yaml:"standby"` // it is meant to stand by until it is enabled; false = it is meant to run, and the first poll starts it
	Min     float64 `yaml:"min"`     // °C, lowest set-point
	Max     float64 `yaml:"max"`     // °C, highest set-point
}

func init() {
	register("thermocube", "", About{
		Text: "Solid State Cooling ThermoCube and older ThermoRack chillers", Reads: "coolant temperature, set-point, faults, enabled as commanded",
		Sets: "set-point, enabled, acknowledge", Source: "docs/protocols/thermorack.md", Confidence: High,
		Line: LineSettings{Gap: 340 * time.Millisecond},
		Example: `
  - name: chiller
    model: thermocube
    port: serial:///dev/serial/by-id/usb-FTDI_CUBE-if00-port0?baud=9600
    options: {standby: true}
`,
	}, ThermocubeOptions{Min: 5, Max: 40}, openThermocube)
}

// cubeFault is a bit of the fault byte. Without a sensor there is no temperature; a bit that is no fault is a state.
type cubeFault struct {
	bit           byte
	name          string
	sensor, state bool
}

var cubeFaults1 = []cubeFault{
	{bit: 0x01, name: "tank_low"}, {bit: 0x02, name: "fan_fault"}, {bit: 0x08, name: "pump_fault"},
	{bit: 0x10, name: "sensor_open", sensor: true}, {bit: 0x20, name: "sensor_shorted", sensor: true},
}

// cubeFaults2 is the map of a ThermoCube II (manual rev. M5, table 5).
var cubeFaults2 = []cubeFault{
	{bit: 0x01, name: "tank_low"}, {bit: 0x02, name: "fan_fault"}, {bit: 0x04, name: "flow_fault"}, {bit: 0x08, name: "pump_fault"},
	{bit: 0x10, name: "leak"}, {bit: 0x20, name: "sensor_fault", sensor: true}, {bit: 0x40, name: "standing_by", state: true},
}

var cubeTypes = map[string][]cubeFault{"": cubeFaults1, "thermocube": cubeFaults1, "thermocube-ii": cubeFaults2}

// Points are what it reads.
func (o *ThermocubeOptions) Points() []Point {
	points := []Point{{Name: "temperature", Unit: Celsius}, {Name: "setpoint", Unit: Celsius}, {Name: "enabled"}, {Name: "fault"}, {Name: "error_word"}}
	for _, f := range cubeTypes[o.Type] {
		points = append(points, Point{Name: f.name})
	}
	return points
}

// Check says what is wrong with o.
func (o *ThermocubeOptions) Check() error {
	if cubeTypes[o.Type] == nil {
		return fmt.Errorf("type: %q; must be thermocube or thermocube-ii", o.Type)
	}
	return checkCoolant(o.Min, o.Max)
}

// The bits and items of a command byte.
const (
	cubeRemote, cubeRun, cubeWrite = 0x80, 0x40, 0x20

	cubeOnly, cubeSetpoint, cubeFaults, cubeCoolant, cubeClear = 0x00, 0x01, 0x08, 0x09, 0x1E
)

type thermocube struct {
	port    Port
	options ThermocubeOptions
	faults  []cubeFault
	run     byte // cubeRun, or 0 while it is meant to stand by
}

func openThermocube(w Wires, o ThermocubeOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	t := &thermocube{port: w.Port, options: o, faults: cubeTypes[o.Type], run: cubeRun}
	if o.Standby {
		t.run = 0
	}
	return t, nil
}

// Read asks for the faults, the set-point and the coolant.
//
//	C8 -> 00, or 01 with the tank low (88 in standby); of a II 04 is a flow fault, 40 no fault
//	C1 -> F4 01, 50.0 °F (81 in standby)
//	C9 -> BC 02, 70.0 °F (89 in standby)
func (t *thermocube) Read(ctx context.Context) ([]Reading, error) {
	faults, err := t.askFaults(ctx)
	if err != nil {
		return nil, err
	}
	setpoint, err := t.celsius(ctx, cubeSetpoint)
	if err != nil {
		return nil, err
	}
	coolant, err := t.celsius(ctx, cubeCoolant)
	if err != nil {
		return nil, err
	}
	readings := []Reading{
		{Name: "temperature", Value: coolant, Unit: Celsius}, {Name: "setpoint", Value: setpoint, Unit: Celsius}, {Name: "enabled", Value: flag(t.run != 0)},
	}
	return t.decode(readings, faults), nil
}

// decode appends what the fault byte says. A bit that is not assigned is a fault as well; error_word has it as the reason why it has no value.
func (t *thermocube) decode(readings []Reading, faults byte) []Reading {
	fault, word, unassigned := Reading{Name: "fault"}, Reading{Name: "error_word"}, faults
	var bits []Reading
	for _, f := range t.faults {
		unassigned &^= f.bit
		set := faults&f.bit != 0
		bits = append(bits, Reading{Name: f.name, Value: flag(set)})
		if set && !f.state {
			fault.Value = 1
		}
		if set && f.sensor {
			readings[0] = Reading{Name: "temperature", Unit: Celsius, Missing: f.name}
		}
	}
	if unassigned != 0 {
		fault.Value, word.Missing = 1, fmt.Sprintf("unknown bit %02X of %02X", unassigned, faults)
	}
	return append(append(readings, fault, word), bits...)
}

func (t *thermocube) askFaults(ctx context.Context) (byte, error) {
	reply, err := t.ask(ctx, cubeFaults, 1)
	if err != nil {
		return 0, err
	}
	return reply[0], nil
}

// celsius reads a temperature: 16 bits, low byte first, in tenths of °F. What no coolant has is garbled.
func (t *thermocube) celsius(ctx context.Context, item byte) (float64, error) {
	reply, err := t.ask(ctx, item, 2)
	if err != nil {
		return 0, err
	}
	v := celsiusOf(float64(int16(binary.LittleEndian.Uint16(reply))) / 10)
	if v < -60 || v > 150 {
		return 0, garbled(fmt.Sprintf("item %02X", item), fmt.Sprintf("% X", reply), nil)
	}
	return v, nil
}

// ask reads an item, in the state that is wanted.
func (t *thermocube) ask(ctx context.Context, item byte, n int) ([]byte, error) {
	command := []byte{cubeRemote | t.run | item}
	return askFixed(ctx, t.port, fmt.Sprintf("% X", command), command, n)
}

// write sets an item. It is not answered.
func (t *thermocube) write(ctx context.Context, item byte, data ...byte) error {
	command := append([]byte{cubeRemote | t.run | cubeWrite | item}, data...)
	if _, err := t.port.Transact(ctx, command, nil); err != nil {
		return fmt.Errorf("% X: %w", command, err)
	}
	return nil
}
