package drivers

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// ThermorackOptions are those of Solid State Cooling's Thermorack 800 chiller, which speaks text.
//
// Line: USB or RS-232, 9600 8N1, CR; at most one command every 500 ms. Source: docs/protocols/thermorack.md, (b) (Thermorack 800 manual pp.
// 17-20). UNCONFIRMED: whether SETTEMP, RUN and STOP are answered (an answer is not waited for; what they did is read back); that
// temperatures are in °C, as in the manual's examples; the form of FLTS1A?, of which only zero is taken for no fault.
type ThermorackOptions struct {
	Min float64 `yaml:"min"` // °C, lowest set-point
	Max float64 `yaml:"max"` // °C, highest set-point
}

func init() {
	register("thermorack", "", About{
		Text: "Solid State Cooling Thermorack 800 chiller", Reads: "coolant temperature, set-point, enabled, fault", Sets: "set-point, enabled",
		Source: "docs/protocols/thermorack.md", Confidence: Medium, Line: LineSettings{Gap: 500 * time.Millisecond},
		Points: []Point{{Name: "temperature", Unit: Celsius}, {Name: "setpoint", Unit: Celsius}, {Name: "enabled"}, {Name: "fault"}},
		Example: `
  - name: chiller
    model: thermorack
    port: serial:///dev/serial/by-id/usb-FTDI_RACK-if00-port0?baud=9600
`,
	}, ThermorackOptions{Min: 5, Max: 40}, openThermorack)
}

// Check says what is wrong with o.
func (o *ThermorackOptions) Check() error { return checkCoolant(o.Min, o.Max) }

type thermorack struct {
	line    terminated
	options ThermorackOptions
}

func openThermorack(w Wires, o ThermorackOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &thermorack{line: terminated{port: w.Port, end: "\r"}, options: o}, nil
}

// Identify asks who it is: "IDN" 0D -> any text.
func (t *thermorack) Identify(ctx context.Context) (Identity, error) {
	text, err := t.line.ask(ctx, "IDN")
	if err == nil && !printable(text) {
		err = garbled("IDN", text, nil)
	}
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	return Identity{Model: strings.TrimSpace(text)}, nil
}

// Read asks for the coolant, the set-point, whether it runs, and the faults.
//
//	"TEMP?" 0D    -> "22.9" 0D
//	"SETTEMP?" 0D -> "23.0" 0D
//	"RUN?" 0D     -> "RUNNING" 0D, or "STOPPED"
//	"FLTS1A?" 0D  -> "0" 0D
func (t *thermorack) Read(ctx context.Context) ([]Reading, error) {
	return readAll(ctx, func(ctx context.Context) (Reading, error) {
		return t.line.reading(ctx, "TEMP?", Reading{Name: "temperature", Unit: Celsius}, 1)
	}, func(ctx context.Context) (Reading, error) {
		return t.line.reading(ctx, "SETTEMP?", Reading{Name: "setpoint", Unit: Celsius}, 1)
	}, func(ctx context.Context) (Reading, error) {
		running, err := t.running(ctx)
		return measured(Reading{Name: "enabled"}, flag(running), err)
	}, t.fault)
}

func (t *thermorack) fault(ctx context.Context) (Reading, error) {
	text, err := t.line.ask(ctx, "FLTS1A?")
	if err != nil {
		return Reading{}, err
	}
	faults, err := strconv.ParseUint(strings.TrimSpace(text), 16, 64)
	if err != nil {
		err = t.line.unknown("FLTS1A?", text, errNotNumber)
	}
	return measured(Reading{Name: "fault"}, flag(faults != 0), err)
}

func (t *thermorack) running(ctx context.Context) (bool, error) {
	text, err := t.line.ask(ctx, "RUN?")
	if err != nil {
		return false, err
	}
	switch strings.TrimSpace(text) {
	case "RUNNING":
		return true, nil
	case "STOPPED":
		return false, nil
	}
	return false, t.line.unknown("RUN?", text, nil)
}

// Controls are the set-point and whether it runs.
func (t *thermorack) Controls() []Control {
	return []Control{coolantControl(t.options.Min, t.options.Max, 0.1), {Name: "enabled", Max: 1}}
}

// Set sends a command and reads back what became of it: "SETTEMP 23.0" 0D; "RUN" 0D; "STOP" 0D.
func (t *thermorack) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(t.Controls(), control, value); err != nil {
		return err
	}
	if control == "setpoint" {
		return t.setpoint(ctx, value)
	}
	command := map[float64]string{0: "STOP", 1: "RUN"}[value]
	if err := t.line.send(ctx, command); err != nil {
		return err
	}
	running, err := t.running(ctx)
	if err == nil && running != (value == 1) {
		return refused(command, map[bool]string{true: "RUNNING", false: "STOPPED"}[running])
	}
	return err
}

func (t *thermorack) setpoint(ctx context.Context, celsius float64) error {
	command := fmt.Sprintf("SETTEMP %.1f", celsius)
	if err := t.line.send(ctx, command); err != nil {
		return err
	}
	got, err := t.line.number(ctx, "SETTEMP?")
	if err == nil && math.Abs(got-celsius) > 0.11 {
		return refused(command, fmt.Sprintf("%g", got))
	}
	return err
}

// Halt sends nothing: what a chiller cools is safer cold.
func (t *thermorack) Halt(context.Context) error { return nil }
