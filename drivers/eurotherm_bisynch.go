package drivers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// EurothermBisynchOptions are those of Eurotherm 800 and 2000 temperature controllers that speak EI-Bisynch.
//
// Line: 9600 7E1; with an adapter that ignores parity every character is wrong at random. Source: docs/protocols/eurotherm.md (Series 2000
// Communications Handbook HA026230, chapters 2 to 4). UNCONFIRMED: the mnemonics of a particular model; what the codes of EE mean (they are reported
// as they come); that SO of a 2000 has its broken sensor in bit 5, as its Modbus status; on an 800 no bit is known, and only low to high tells.
type EurothermBisynchOptions struct {
	Address      int     `yaml:"address"`       // group and unit digit, 0 to 99: 1 is group 0, unit 1
	Decimals     int     `yaml:"decimals"`      // of the display, 0 to 3: a set-point is written with as many
	Fahrenheit   bool    `yaml:"fahrenheit"`    // the display is in °F
	Low          float64 `yaml:"low"`           // °C, range of the sensor
	High         float64 `yaml:"high"`          // °C
	MaxSetpoint  float64 `yaml:"max_setpoint"`  // °C, highest set-point; 0 = it may not be set, and Halt sends nothing
	IdleSetpoint float64 `yaml:"idle_setpoint"` // °C, lowest set-point, which Halt sets
}

func init() {
	register("eurotherm-bisynch", "", About{
		Text: "Eurotherm 800 and 2000 temperature controllers, EI-Bisynch", Reads: "temperature, set-point, working set-point, output, sensor broken", Sets: "set-point (hazard)",
		Source: "docs/protocols/eurotherm.md", Confidence: Medium, Heats: true,
		Line: LineSettings{Bits: 7, Parity: "even", Resync: []byte{eot}, Gap: 5 * time.Millisecond}, Points: eurothermPoints,
		Example: `
  - name: oven
    model: eurotherm-bisynch
    port: serial:///dev/serial/by-id/usb-FTDI_OVEN-if00-port0?baud=9600&bits=7&parity=even
    options: {address: 1, low: 0, high: 1200, max_setpoint: 400, idle_setpoint: 20}
    control: true
    controls: [setpoint]            # a hazard: it has to be named
`,
	}, EurothermBisynchOptions{Address: 1, Decimals: 1, Low: -100, High: 1800}, openEurothermBisynch)
}

var eurothermPoints = []Point{
	{Name: "temperature", Unit: Celsius}, {Name: "setpoint", Unit: Celsius}, {Name: "working_setpoint", Unit: Celsius}, {Name: "output", Unit: Percent},
	{Name: "sensor_broken"},
}

// Check says what is wrong with o.
func (o *EurothermBisynchOptions) Check() error {
	if o.Address < 0 || o.Address > 99 {
		return fmt.Errorf("address %d; must be 0 to 99", o.Address)
	}
	if o.Decimals < 0 || o.Decimals > 3 {
		return fmt.Errorf("decimals %d; must be 0 to 3", o.Decimals)
	}
	return o.heating().check()
}

func (o *EurothermBisynchOptions) heating() heating {
	return heating{o.Low, o.High, o.IdleSetpoint, o.MaxSetpoint, o.Fahrenheit}
}

type eurothermBisynch struct {
	port     Port
	start    string // EOT and the address, each digit twice
	decimals int
	heating  heating
}

func openEurothermBisynch(w Wires, o EurothermBisynchOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	group, unit := o.Address/10, o.Address%10
	start := fmt.Sprintf("\x04%d%d%d%d", group, group, unit, unit)
	return &eurothermBisynch{port: w.Port, start: start, decimals: o.Decimals, heating: o.heating()}, nil
}

// Read asks for SO, PV, SL, SP and OP. A broken sensor gives a number all the same: only the status tells.
//
//	04 "0011SO" 05 -> 02 "SO>0020" 03 39, sensor broken; 04 from a unit without it
//	04 "0011PV" 05 -> 02 "PV16.4" 03 18
//	04 "0011OP" 05 -> 02 "OP 12.5" 03 24
func (e *eurothermBisynch) Read(ctx context.Context) ([]Reading, error) {
	status, err := e.status(ctx)
	broken, temperature, err := eurothermSensor(status, err)
	if err != nil {
		return nil, err
	}
	return readAll(ctx, func(ctx context.Context) (Reading, error) {
		v, err := e.number(ctx, "PV")
		return temperature(e.heating.temperature(v, err))
	}, func(ctx context.Context) (Reading, error) {
		v, err := e.number(ctx, "SL")
		return e.heating.point("setpoint", v, err)
	}, func(ctx context.Context) (Reading, error) {
		v, err := e.number(ctx, "SP")
		return e.heating.point("working_setpoint", v, err)
	}, func(ctx context.Context) (Reading, error) {
		v, err := e.number(ctx, "OP")
		return measured(Reading{Name: "output", Unit: Percent}, v, err)
	}, func(context.Context) (Reading, error) { return broken, nil })
}

func (e *eurothermBisynch) number(ctx context.Context, mnemonic string) (float64, error) {
	text, err := e.ask(ctx, mnemonic)
	if err != nil {
		return 0, err
	}
	v, err := number(text)
	if err != nil {
		return 0, unknownData(mnemonic, text, err)
	}
	return v, nil
}

// status is the word ">hhhh".
func (e *eurothermBisynch) status(ctx context.Context) (uint16, error) {
	text, err := e.ask(ctx, "SO")
	if err != nil {
		return 0, err
	}
	digits, ok := strings.CutPrefix(strings.TrimSpace(text), ">")
	n, err := strconv.ParseUint(digits, 16, 16)
	if err != nil || !ok || len(digits) != 4 {
		return 0, unknownData("SO", text, nil)
	}
	return uint16(n), nil
}

var (
	bisynchData   = block("\x02", eot)
	bisynchAnswer = block("\x02", ack, nak)
)

// ask reads a mnemonic. A lone EOT means that there is none.
//
//	04 "0011ZZ" 05 -> 04
func (e *eurothermBisynch) ask(ctx context.Context, mnemonic string) (string, error) {
	reply, err := e.port.Transact(ctx, []byte(e.start+mnemonic+"\x05"), bisynchData)
	if err != nil {
		return "", fmt.Errorf("%s: %w", mnemonic, err)
	}
	if reply[0] == eot {
		return "", refused(mnemonic, "EOT, unknown to the controller")
	}
	text, err := openBlock(reply, "\x02", 0xFF)
	if err != nil {
		return "", fmt.Errorf("%s: %w", mnemonic, err)
	}
	data, ok := strings.CutPrefix(text, mnemonic)
	if !ok {
		return "", garbled(mnemonic, text, nil)
	}
	return data, nil
}

// write sets a mnemonic. After NAK, EE holds the reason.
//
//	04 "0011" 02 "SL500.0" 03 37 -> 06; 15 when refused
//	04 "0011EE" 05 -> 02 "EE>0000" 03 3D
func (e *eurothermBisynch) write(ctx context.Context, mnemonic, data string) error {
	reply, err := e.port.Transact(ctx, appendBlock([]byte(e.start), mnemonic+data, 0xFF), bisynchAnswer)
	what := mnemonic + data
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", what, err)
	case reply[0] == ack:
		return nil
	case reply[0] != nak:
		return garbled(what, string(reply), nil)
	}
	code, err := e.ask(ctx, "EE")
	if err != nil {
		return errors.Join(refused(what, "NAK"), err)
	}
	return refused(what, "NAK, EE "+code)
}

// Controls is the set-point, where it may be set.
func (e *eurothermBisynch) Controls() []Control {
	if !e.heating.settable() {
		return nil
	}
	return []Control{e.heating.control(math.Pow10(-e.decimals))}
}

// Set writes the target set-point.
func (e *eurothermBisynch) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(e.Controls(), control, value); err != nil {
		return err
	}
	return e.setpoint(ctx, value)
}

func (e *eurothermBisynch) setpoint(ctx context.Context, celsius float64) error {
	return e.write(ctx, "SL", fmt.Sprintf("%.*f", e.decimals, e.heating.native(celsius, e.decimals)))
}

// Halt sets the idle set-point, where it may be set: the controller has no other way to switch its heater off that all models know.
func (e *eurothermBisynch) Halt(ctx context.Context) error {
	if !e.heating.settable() {
		return nil
	}
	return halting(ctx, 3, func(ctx context.Context) error { return e.setpoint(ctx, e.heating.idle) })
}
