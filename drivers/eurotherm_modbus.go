package drivers

import (
	"context"
	"fmt"
	"math"
	"time"
)

// EurothermModbusOptions are those of Eurotherm 2000 and 3000 temperature controllers that speak Modbus.
//
// Line: Modbus RTU, 9600 8N1. Source: docs/protocols/eurotherm.md (Series 2000 Communications Handbook HA026230; the float area from 2200 and 3200
// drivers). UNCONFIRMED: Modbus TCP of newer series; that the output has as many decimals as the display; on the 2000 series that bit 5 of the status
// is a broken sensor. A unit without a status register has only low to high to tell by.
type EurothermModbusOptions struct {
	Address      int     `yaml:"address"`       // 1 to 247
	TCP          bool    `yaml:"tcp"`           // Modbus TCP, port 502
	Decimals     int     `yaml:"decimals"`      // of the display, 0 to 3: 1234 with one is 123.4
	Float        bool    `yaml:"float"`         // the IEEE area at 8000h + 2 x register, in place of integers
	Remote       bool    `yaml:"remote"`        // write the remote set-point (26, enabled by 276), which does not wear the memory
	Fahrenheit   bool    `yaml:"fahrenheit"`    // the display is in °F
	Low          float64 `yaml:"low"`           // °C, range of the sensor
	High         float64 `yaml:"high"`          // °C
	MaxSetpoint  float64 `yaml:"max_setpoint"`  // °C, highest set-point; 0 = it may not be set, and Halt sends nothing
	IdleSetpoint float64 `yaml:"idle_setpoint"` // °C, lowest set-point, which Halt sets
}

func init() {
	register("eurotherm-modbus", "", About{
		Text: "Eurotherm 2000 and 3000 temperature controllers, Modbus", Reads: "temperature, set-point, working set-point, output, sensor broken", Sets: "set-point (hazard)",
		Source: "docs/protocols/eurotherm.md", Confidence: High, Heats: true, Line: LineSettings{Gap: 5 * time.Millisecond}, Points: eurothermPoints,
		Example: `
  - name: oven
    model: eurotherm-modbus
    port: serial:///dev/serial/by-id/usb-FTDI_OVEN-if00-port0?baud=9600
    options: {address: 1, max_setpoint: 400, idle_setpoint: 20}
    control: true
    controls: [setpoint]            # a hazard: it has to be named
`,
	}, EurothermModbusOptions{Address: 1, Decimals: 1, Low: -100, High: 1800}, openEurothermModbus)
}

// The registers, by protocol address.
const (
	eurothermPV       = 1
	eurothermSP       = 2
	eurothermOutput   = 3
	eurothermWorking  = 5
	eurothermStatus   = 75
	eurothermRemote   = 26
	eurothermRemoteOn = 276
	eurothermFloats   = 0x8000
)

// Check says what is wrong with o.
func (o *EurothermModbusOptions) Check() error {
	if o.Address < 1 || o.Address > 247 {
		return fmt.Errorf("address %d; must be 1 to 247", o.Address)
	}
	if o.Decimals < 0 || o.Decimals > 3 {
		return fmt.Errorf("decimals %d; must be 0 to 3", o.Decimals)
	}
	return o.heating().check()
}

func (o *EurothermModbusOptions) heating() heating {
	return heating{o.Low, o.High, o.IdleSetpoint, o.MaxSetpoint, o.Fahrenheit}
}

type eurothermModbus struct {
	bus     modbus
	options EurothermModbusOptions
	heating heating
}

func openEurothermModbus(w Wires, o EurothermModbusOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &eurothermModbus{bus: modbus{port: w.Port, address: byte(o.Address), tcp: o.TCP}, options: o, heating: o.heating()}, nil
}

// Read asks for registers 75, 1, 2, 5 and 3. A broken sensor gives a number all the same: only the status tells.
//
//	01 03 00 4B 00 01 F4 1C -> 01 03 02 00 20 B9 9C, sensor broken
//	01 03 00 01 00 01 D5 CA -> 01 03 02 04 D2 3A D9, 123.4
//	01 03 80 02 00 02 4C 0B -> 01 03 04 42 F6 00 00 0E 79, 123.0
func (e *eurothermModbus) Read(ctx context.Context) ([]Reading, error) {
	status, err := e.status(ctx)
	broken, temperature, err := eurothermSensor(status, err)
	if err != nil {
		return nil, err
	}
	return readAll(ctx, func(ctx context.Context) (Reading, error) {
		v, err := e.value(ctx, eurothermPV)
		return temperature(e.heating.temperature(v, err))
	}, func(ctx context.Context) (Reading, error) {
		v, err := e.setpointInUse(ctx)
		return e.heating.point("setpoint", v, err)
	}, func(ctx context.Context) (Reading, error) {
		v, err := e.value(ctx, eurothermWorking)
		return e.heating.point("working_setpoint", v, err)
	}, func(ctx context.Context) (Reading, error) {
		v, err := e.value(ctx, eurothermOutput)
		return measured(Reading{Name: "output", Unit: Percent}, v, err)
	}, func(context.Context) (Reading, error) { return broken, nil })
}

func (e *eurothermModbus) status(ctx context.Context) (uint16, error) {
	words, err := e.bus.registers(ctx, readHolding, eurothermStatus, 1)
	if err != nil {
		return 0, err
	}
	return words[0], nil
}

// The bits of the status.
const (
	eurothermBroken = 1 << 5
	eurothermOut    = 1 << 10
)

// eurothermSensor is whether the sensor is broken, and what that makes of a temperature. Where the status cannot be had it is missing, and
// the temperature is believed as long as it is within its range.
func eurothermSensor(status uint16, err error) (broken Reading, temperature func(Reading, error) (Reading, error), _ error) {
	broken, err = measured(Reading{Name: "sensor_broken"}, flag(status&eurothermBroken != 0), err)
	why := ""
	switch {
	case broken.Missing != "":
		broken.Missing += "; only the range of the temperature tells"
	case status&eurothermBroken != 0:
		why = "sensor broken"
	case status&eurothermOut != 0:
		why = "out of range"
	}
	return broken, func(r Reading, err error) (Reading, error) {
		if err == nil && why != "" {
			r = Reading{Name: r.Name, Unit: r.Unit, Missing: why}
		}
		return r, err
	}, err
}

// setpointInUse is the target set-point; where the remote one is written, that one as long as it is used: the target set-point of the front
// panel stays what it was, and would be taken for a command that was not carried out.
//
//	01 03 01 14 00 01 C5 F2 -> 01 03 02 00 01 79 84, remote
func (e *eurothermModbus) setpointInUse(ctx context.Context) (float64, error) {
	if !e.options.Remote {
		return e.value(ctx, eurothermSP)
	}
	on, err := e.bus.registers(ctx, readHolding, eurothermRemoteOn, 1)
	switch {
	case err != nil:
		return 0, err
	case on[0] == 0:
		return e.value(ctx, eurothermSP)
	case on[0] == 1:
		return e.value(ctx, eurothermRemote)
	}
	return 0, unknownData("register 276", fmt.Sprintf("%d in place of local or remote", on[0]), nil)
}

// value reads a register as a number.
func (e *eurothermModbus) value(ctx context.Context, register uint16) (float64, error) {
	if e.options.Float {
		return e.bus.float(ctx, readHolding, eurothermFloats+2*register)
	}
	words, err := e.bus.registers(ctx, readHolding, register, 1)
	if err != nil {
		return 0, err
	}
	return float64(int16(words[0])) / math.Pow10(e.options.Decimals), nil
}

// Controls is the set-point, where it may be set.
func (e *eurothermModbus) Controls() []Control {
	if !e.heating.settable() {
		return nil
	}
	if e.options.Float {
		return []Control{e.heating.control(floatResolution)}
	}
	return []Control{e.heating.control(math.Pow10(-e.options.Decimals))}
}

// Set writes the target set-point, or the remote one and that it is used.
func (e *eurothermModbus) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(e.Controls(), control, value); err != nil {
		return err
	}
	return e.setpoint(ctx, value)
}

// setpoint writes.
//
//	01 06 00 02 01 F4 28 1D -> the same, 50.0
func (e *eurothermModbus) setpoint(ctx context.Context, celsius float64) error {
	for _, s := range e.setpointSteps(celsius) {
		if err := s(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (e *eurothermModbus) setpointSteps(celsius float64) []step {
	if !e.options.Remote {
		return []step{func(ctx context.Context) error { return e.write(ctx, eurothermSP, celsius) }}
	}
	return []step{
		func(ctx context.Context) error { return e.write(ctx, eurothermRemote, celsius) },
		func(ctx context.Context) error { return e.bus.write(ctx, eurothermRemoteOn, 1) },
	}
}

func (e *eurothermModbus) write(ctx context.Context, register uint16, celsius float64) error {
	if e.options.Float {
		return e.bus.writeFloat(ctx, eurothermFloats+2*register, e.heating.native(celsius, 3))
	}
	n := math.Round(e.heating.native(celsius, e.options.Decimals) * math.Pow10(e.options.Decimals))
	if n < math.MinInt16 || n > math.MaxInt16 {
		return fmt.Errorf("setpoint = %g: %w of 16 bits with %d decimals", celsius, ErrRange, e.options.Decimals)
	}
	return e.bus.write(ctx, register, uint16(int16(n)))
}

// Halt sets the idle set-point, where it may be set: the controller has no other way to switch its heater off that all models know.
func (e *eurothermModbus) Halt(ctx context.Context) error {
	if !e.heating.settable() {
		return nil
	}
	return halting(ctx, 3, e.setpointSteps(e.heating.idle)...)
}
