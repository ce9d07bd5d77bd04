package drivers

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// WatlowStandardBusOptions are those of Watlow EZ-ZONE controllers on their Standard Bus, which is like BACnet MS/TP.
//
// Line: RS-485, 38400 8N1 always; temperatures are in °F always. Source: docs/protocols/watlow-ezzone.md (pywatlow, numat/watlow). UNCONFIRMED: that
// parameter 8001 has Modbus' numbers of the mode, and how it is written (the length of the answer is known); which parameter shows a broken sensor, so
// that a temperature outside low to high is taken for one.
type WatlowStandardBusOptions struct {
	Address      int     `yaml:"address"`       // 1 to 16
	Low          float64 `yaml:"low"`           // °C, range of the sensor
	High         float64 `yaml:"high"`          // °C
	MaxSetpoint  float64 `yaml:"max_setpoint"`  // °C, highest set-point; 0 = nothing may be set, and Halt sends nothing
	IdleSetpoint float64 `yaml:"idle_setpoint"` // °C, lowest set-point, which Halt sets
}

func init() {
	register("watlow-standard-bus", "", About{
		Text: "Watlow EZ-ZONE temperature controllers, Standard Bus", Reads: "temperature, set-point, heat power, enabled", Sets: "set-point, enabled (hazards)",
		Source: "docs/protocols/watlow-ezzone.md", Confidence: Medium, Heats: true, Line: LineSettings{Baud: 38400, Gap: 20 * time.Millisecond}, Points: watlowPoints,
		Example: `
  - name: furnace
    model: watlow-standard-bus
    port: serial:///dev/serial/by-id/usb-FTDI_WATLOW-if00-port0?baud=38400
    options: {address: 1}
`,
	}, WatlowStandardBusOptions{Address: 1, Low: -100, High: 1800}, openWatlowStandardBus)
}

// The parameters: class and member.
var (
	busPV       = [2]byte{4, 1}
	busSetpoint = [2]byte{7, 1}
	busMode     = [2]byte{8, 1}
	busPower    = [2]byte{8, 11}
)

// Check says what is wrong with o.
func (o *WatlowStandardBusOptions) Check() error {
	if o.Address < 1 || o.Address > 16 {
		return fmt.Errorf("address %d; must be 1 to 16", o.Address)
	}
	return o.heating().check()
}

func (o *WatlowStandardBusOptions) heating() heating {
	return heating{o.Low, o.High, o.IdleSetpoint, o.MaxSetpoint, true}
}

type watlowBus struct {
	port    Port
	node    byte // 0F + address
	heating heating
}

func openWatlowStandardBus(w Wires, o WatlowStandardBusOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &watlowBus{port: w.Port, node: byte(0x0F + o.Address), heating: o.heating()}, nil
}

// Read asks for parameters 4001, 7001, 8011 and 8001.
func (d *watlowBus) Read(ctx context.Context) ([]Reading, error) {
	return readAll(ctx, func(ctx context.Context) (Reading, error) {
		v, err := d.float(ctx, busPV)
		return d.heating.temperature(v, err)
	}, func(ctx context.Context) (Reading, error) {
		v, err := d.float(ctx, busSetpoint)
		return d.heating.point("setpoint", v, err)
	}, func(ctx context.Context) (Reading, error) {
		v, err := d.float(ctx, busPower)
		return measured(Reading{Name: "output", Unit: Percent}, v, err)
	}, func(ctx context.Context) (Reading, error) {
		mode, err := d.mode(ctx)
		return measured(Reading{Name: "enabled"}, flag(mode != watlowModeOff), err)
	})
}

func (d *watlowBus) float(ctx context.Context, parameter [2]byte) (float64, error) {
	value, err := d.read(ctx, parameter)
	if err != nil {
		return 0, err
	}
	return busFloat(value)
}

func (d *watlowBus) mode(ctx context.Context) (uint16, error) {
	value, err := d.read(ctx, busMode)
	if err != nil {
		return 0, err
	}
	return busMode16(value)
}

// read asks for a parameter and returns its value with the type tag.
//
//	55 FF 05 10 00 00 06 E8 01 03 01 04 01 01 E3 99 -> 55 FF 06 00 10 00 0B 88 02 03 01 04 01 01 08 45 1E 3C D4 A7 28, 2531.80 °F
func (d *watlowBus) read(ctx context.Context, parameter [2]byte) ([]byte, error) {
	return d.ask(ctx, []byte{1, 3, 1, parameter[0], parameter[1], 1}, []byte{2, 3, 1, parameter[0], parameter[1], 1})
}

// write sets a parameter; the reply must repeat the value.
//
//	55 FF 05 10 00 00 0A EC 01 04 07 01 01 08 42 AC 00 00 DF A8 -> 55 FF 06 00 10 00 0A 76 02 04 07 01 01 08 42 AC 00 00 B6 DC, 86.0 °F
func (d *watlowBus) write(ctx context.Context, parameter [2]byte, value ...byte) error {
	got, err := d.ask(ctx, append([]byte{1, 4, parameter[0], parameter[1], 1}, value...), []byte{2, 4, parameter[0], parameter[1], 1})
	if err == nil && string(got) != string(value) {
		return refused(fmt.Sprintf("parameter %d%03d = % X", parameter[0], parameter[1], value), fmt.Sprintf("% X", got))
	}
	return err
}

// ask sends data and returns what follows head in the reply. An error answer is 02 and a code of one byte or more; what the codes mean is
// UNCONFIRMED.
//
//	55 FF 06 00 10 00 02 8F 02 80 FF B8 -> refused, code 80
func (d *watlowBus) ask(ctx context.Context, data, head []byte) ([]byte, error) {
	what := fmt.Sprintf("% X", data)
	reply, err := d.port.Transact(ctx, appendMSTP(nil, mstpRequest, d.node, 0, data), mstpEnd)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	got, err := openMSTP(reply, mstpReply, 0, d.node)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if len(got) >= 2 && got[0] == 2 && got[1] != 3 && got[1] != 4 {
		return nil, refused(what, fmt.Sprintf("code % X", got[1:]))
	}
	if len(got) <= len(head) || string(got[:len(head)]) != string(head) {
		return nil, garbled(what, fmt.Sprintf("% X", got), nil)
	}
	return got[len(head):], nil
}

// busFloat is type 08, a float with its high byte first.
func busFloat(value []byte) (float64, error) {
	if len(value) != 5 || value[0] != 8 {
		return 0, unknownData("float", fmt.Sprintf("% X", value), errNotNumber)
	}
	v := float64(math.Float32frombits(binary.BigEndian.Uint32(value[1:])))
	if !finite(v) {
		return 0, unknownData("float", fmt.Sprintf("% X", value), errNotFinite)
	}
	return v, nil
}

// busMode16 is type 0F, one enumeration of 16 bits: auto, manual or off.
func busMode16(value []byte) (uint16, error) {
	if len(value) == 4 && value[0] == 0x0F && value[1] == 1 {
		if n := binary.BigEndian.Uint16(value[2:]); n == watlowAuto || n == watlowManual || n == watlowModeOff {
			return n, nil
		}
	}
	return 0, unknownData("mode", fmt.Sprintf("mode % X", value), nil)
}

// Controls are the set-point and whether the loop controls, where they may be set.
func (d *watlowBus) Controls() []Control {
	if d.heating.settable() {
		return []Control{d.heating.control(floatResolution), {Name: "enabled", Max: 1, Hazard: true}}
	}
	return nil
}

// Set writes the set-point or the mode.
func (d *watlowBus) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(d.Controls(), control, value); err != nil {
		return err
	}
	switch {
	case control == "setpoint":
		return d.setpoint(ctx, value)
	case value == 1:
		return d.switchTo(ctx, watlowAuto)
	}
	return d.switchTo(ctx, watlowModeOff)
}

func (d *watlowBus) setpoint(ctx context.Context, celsius float64) error {
	bits := math.Float32bits(float32(d.heating.native(celsius, 3)))
	return d.write(ctx, busSetpoint, binary.BigEndian.AppendUint32([]byte{8}, bits)...)
}

func (d *watlowBus) switchTo(ctx context.Context, mode byte) error {
	return d.write(ctx, busMode, 0x0F, 1, 0, mode)
}

// Halt sets the idle set-point, which is confirmed, and then switches the loop off, where they may be set.
func (d *watlowBus) Halt(ctx context.Context) error {
	if !d.heating.settable() {
		return nil
	}
	return halting(ctx, 3,
		func(ctx context.Context) error { return d.setpoint(ctx, d.heating.idle) },
		func(ctx context.Context) error { return d.switchTo(ctx, watlowModeOff) })
}
