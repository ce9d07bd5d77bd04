package drivers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// VueOptions are those of a VueMetrix diode driver, which sets the current of a Fusions diode laser.
//
// Line: its own RS-232, 9600 8N1, CR. Source: docs/protocols/fusions-logic-board.md, which is read from Pychron. UNCONFIRMED: what "i <amps>" is
// answered with (any line will do; the current is read back), whether "i?" answers with the current that was set, that the fault word is decimal, the
// thermistor's curve. The measured optical power (pa?) is not read, because its unit is not known.
type VueOptions struct {
	MaxOn      time.Duration `yaml:"max_on"`      // longest time the laser may stay enabled; mandatory, more than zero
	MaxCurrent float64       `yaml:"max_current"` // highest current that may be set, amperes, up to 200
}

func init() {
	register("vue", "laser", About{
		Text:  "VueMetrix diode driver of a Fusions diode laser",
		Reads: "current, temperature, fault; enabled as acknowledged", Sets: "enabled, current",
		Source: "docs/protocols/fusions-logic-board.md", Confidence: Low, Laser: true, Line: LineSettings{Deadline: 200 * time.Millisecond},
		Points: []Point{{Name: "enabled"}, {Name: "current", Unit: Amperes}, {Name: "temperature", Unit: Celsius}, {Name: "fault"}},
		Example: `
  - name: diode_power
    model: vue
    port: serial:///dev/serial/by-id/usb-FTDI_VUE-if00-port0?baud=115200
    options: {max_on: 15m, max_current: 40}
    control: true
`,
	}, VueOptions{MaxCurrent: 1}, openVue)
}

// Check says what is wrong with o.
func (o *VueOptions) Check() error {
	if err := checkMaxOn(o.MaxOn); err != nil {
		return err
	}
	return checkMax("max_current", o.MaxCurrent, 200, Amperes)
}

type vue struct {
	line       terminated
	maxCurrent float64 // amperes
	enabled    acknowledged
	asked      bool // its current is one that was asked for since the line was opened
}

func openVue(w Wires, o VueOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &vue{line: terminated{port: w.Port, end: "\r"}, maxCurrent: o.MaxCurrent}, nil
}

// Forget is [Forgetter.Forget].
func (v *vue) Forget() { v.enabled, v.asked = acknowledged{}, false }

// Read asks for the current, the thermistor and the fault word.
//
//	"i?" 0D    -> "12.00" 0D, amperes
//	"adlt?" 0D -> "1320" 0D, counts: 42.6 °C
//	"f?" 0D    -> "0" 0D
func (v *vue) Read(ctx context.Context) ([]Reading, error) {
	return readAll(ctx, func(context.Context) (Reading, error) {
		return v.enabled.reading("enabled", ""), nil
	}, func(ctx context.Context) (Reading, error) {
		return v.line.reading(ctx, "i?", Reading{Name: "current", Unit: Amperes}, 1)
	}, v.temperature, func(ctx context.Context) (Reading, error) {
		fault, err := v.faults(ctx)
		return measured(Reading{Name: "fault"}, flag(fault != 0), err)
	})
}

// temperature is 73.97 - 38.89 (2.5 n / 4096) °C for n counts; the ends of the converter are a thermistor that is off.
func (v *vue) temperature(ctx context.Context) (Reading, error) {
	r := Reading{Name: "temperature", Unit: Celsius}
	text, err := v.line.ask(ctx, "adlt?")
	if err != nil {
		return known(r, err)
	}
	n, err := integer(text)
	switch {
	case err != nil || n < 0 || n > 4095:
		return known(r, v.line.unknown("adlt?", text, err))
	case n == 0 || n == 4095:
		r.Missing = "thermistor at the end of its range"
		return r, nil
	}
	r.Value = 73.97 - 38.89*(2.5*float64(n)/4096)
	return r, nil
}

func (v *vue) faults(ctx context.Context) (int, error) {
	text, err := v.line.ask(ctx, "f?")
	if err != nil {
		return 0, err
	}
	n, err := integer(text)
	if err != nil {
		return 0, v.line.unknown("f?", text, err)
	}
	return n, nil
}

// Controls are the beam and its current. Zero is idle for both.
func (v *vue) Controls() []Control {
	return []Control{{Name: "enabled", Max: 1}, {Name: "current", Unit: Amperes, Max: v.maxCurrent, Resolution: 0.01}}
}

// Set enables, disables, or sets the current.
func (v *vue) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(v.Controls(), control, value); err != nil {
		return err
	}
	switch {
	case control == "current":
		return v.setCurrent(ctx, value)
	case value == 0:
		return v.Halt(ctx)
	}
	return enableOrHalt(ctx, v.enable, v.Halt)
}

// enable sets zero current unless one was asked for, clears the faults, refuses while one stays, and switches on.
//
//	"cf" 0D -> "OK" 0D; "f?" 0D -> "0" 0D; "l1" 0D -> "OK" 0D
func (v *vue) enable(ctx context.Context) error {
	if !v.asked {
		if err := v.setCurrent(ctx, 0); err != nil {
			return fmt.Errorf("enable: %w", err)
		}
	}
	if err := v.line.expect(ctx, "cf", "OK"); err != nil {
		return fmt.Errorf("enable: %w", err)
	}
	fault, err := v.faults(ctx)
	if err == nil && fault != 0 {
		err = fmt.Errorf("%w: %w: fault %d", ErrRefused, errInterlock, fault)
	}
	if err != nil {
		return fmt.Errorf("enable: %w", err)
	}
	v.enabled.known = false
	if err := v.line.expect(ctx, "l1", "OK"); err != nil {
		return fmt.Errorf("enable: %w", err)
	}
	v.enabled = acknowledged{1, true}
	return nil
}

// setCurrent sets the current in amperes, rounded down to hundredths, and reads it back: "i 1.50" 0D -> any line; "i?" 0D -> "1.50" 0D.
func (v *vue) setCurrent(ctx context.Context, amperes float64) error {
	v.asked = false
	want := math.Floor(amperes*100+1e-6) / 100
	command := fmt.Sprintf("i %.2f", want)
	text, err := v.line.ask(ctx, command)
	if errors.Is(err, errEcho) {
		text, err = command, nil // a line as good as any
	}
	if err != nil {
		return err
	}
	if !printable(text) {
		return garbled(command, text, nil)
	}
	got, err := v.line.number(ctx, "i?")
	if err != nil {
		return err
	}
	if math.Abs(got-want) > 0.0051 {
		return refused(command, text)
	}
	v.asked = true
	return nil
}

// Halt sends zero current and then switches off: "i 0.00" 0D -> any line; "i?" 0D -> "0.00" 0D; "l0" 0D -> "OK" 0D.
func (v *vue) Halt(ctx context.Context) error {
	v.enabled.known = false
	err := halting(ctx, 3, func(ctx context.Context) error { return v.setCurrent(ctx, 0) }, func(ctx context.Context) error {
		if err := v.line.expect(ctx, "l0", "OK"); err != nil {
			return err
		}
		v.enabled = acknowledged{0, true}
		return nil
	})
	if err != nil {
		return fmt.Errorf("halt: %w", err)
	}
	return nil
}
