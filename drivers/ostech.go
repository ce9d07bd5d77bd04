package drivers

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strings"
	"time"
)

// OsTechOptions are those of an OsTech laser diode driver, DS series.
//
// Line: RS-232 or USB, 9600 8N1. It echoes each command in upper case, CR included, before it answers: the driver wants that echo, as it is
// factory-set. Answers are asked for in the reduced style (R before the command). Source: docs/protocols/ostech.md (LDC manual, vendor's command
// pages, Pychron). UNCONFIRMED: the texts that LR and LS are answered with (whether it lases is read from the status), the wording of errors.
type OsTechOptions struct {
	MaxOn      time.Duration `yaml:"max_on"`      // longest time the laser may stay enabled; mandatory, more than zero
	MaxCurrent float64       `yaml:"max_current"` // highest diode current that may be set, amperes, up to 200; the unit has a limit of its own
}

func init() {
	register("ostech", "laser", About{
		Text:  "OsTech laser diode driver, DS series",
		Reads: "enabled, current set and actual, temperature, interlock, fault", Sets: "enabled, current",
		Source: "docs/protocols/ostech.md", Confidence: Medium, Laser: true, Asked: true, Line: LineSettings{Deadline: 250 * time.Millisecond, Resync: []byte{esc}},
		Points: []Point{
			{Name: "enabled"}, {Name: "current", Unit: Amperes}, {Name: "actual_current", Unit: Amperes}, {Name: "temperature", Unit: Celsius},
			{Name: "interlock_open"}, {Name: "fault"},
		},
		Example: `
  - name: diode_driver
    model: ostech
    port: serial:///dev/serial/by-id/usb-FTDI_DS-if00-port0?baud=9600
    options: {max_on: 15m, max_current: 30}
    control: true
`,
	}, OsTechOptions{MaxCurrent: 0.1}, openOsTech)
}

// Check says what is wrong with o.
func (o *OsTechOptions) Check() error {
	if err := checkMaxOn(o.MaxOn); err != nil {
		return err
	}
	return checkMax("max_current", o.MaxCurrent, 200, Amperes)
}

// Bits of the status word.
const (
	ostechInterlock = 0x0001 // closed
	ostechGood      = 0x0C0C // supply, driver temperature, both sensors: all must be set
	ostechBad       = 0xA0F0 // temperature limits, LTM, current error: none may be set
	ostechLases     = 0x4000
)

// esc drops what was typed so far.
const esc = 0x1B

type ostech struct {
	line       terminated
	maxCurrent float64 // amperes
	asked      bool    // its current is one that was asked for since the line was opened
}

func openOsTech(w Wires, o OsTechOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &ostech{line: terminated{port: w.Port, end: "\r", reply: echoed}, maxCurrent: o.MaxCurrent}, nil
}

// echoed is two lines, the echo, which is text, and the answer, each ended by CR.
// The echo of the ESC that brings the line into step, before them, is skipped.
func echoed(data []byte, _ bool) (int, []byte, error) {
	if len(data) > 0 && (data[0] == esc || data[0] == '\n') {
		return 1, nil, nil
	}
	first := bytes.IndexByte(data, '\r')
	if first < 0 {
		return more(data)
	}
	if !printable(string(data[:first])) {
		return 0, nil, fmt.Errorf("%w: %q is no echo", ErrGarbled, data[:first])
	}
	second := bytes.IndexByte(data[first+1:], '\r')
	if second < 0 {
		return more(data)
	}
	end := first + 1 + second
	return end + 1, data[:end:end], nil
}

// ask sends a command and returns its answer, once the echo was right: "RGS" 0D -> "RGS" 0D "3085" 0D.
func (o *ostech) ask(ctx context.Context, command string) (string, error) {
	reply, err := o.line.ask(ctx, command)
	if err != nil {
		return "", err
	}
	echo, answer, _ := strings.Cut(reply, "\r")
	if echo != command {
		return "", garbled(command, reply, fmt.Errorf("echo is %q", echo))
	}
	return answer, nil
}

// number is the answer to a command that is a number; anything else is taken for an error text.
func (o *ostech) number(ctx context.Context, command string) (float64, error) {
	answer, err := o.ask(ctx, command)
	if err != nil {
		return 0, err
	}
	v, err := fixedPoint(answer)
	if err != nil && printable(answer) && strings.ContainsAny(answer, "rR") {
		return 0, refused(command, answer) // "error", whatever the wording
	}
	if err != nil {
		return 0, o.line.unknown(command, answer, err)
	}
	return v, nil
}

// Forget is [Forgetter.Forget].
func (o *ostech) Forget() { o.asked = false }

// Identify asks for the serial number and the software version: "RGVN" 0D, "RGVS" 0D.
func (o *ostech) Identify(ctx context.Context) (Identity, error) {
	var texts [2]string
	for i, command := range []string{"RGVN", "RGVS"} {
		text, err := o.ask(ctx, command)
		if err == nil && !printable(text) {
			err = garbled(command, text, nil)
		}
		if err != nil {
			return Identity{}, fmt.Errorf("identify: %w", err)
		}
		texts[i] = text
	}
	return Identity{Model: "OsTech " + texts[1], Serial: texts[0]}, nil
}

// Read asks for the status, the currents (in mA) and the laser's temperature.
//
//	"RGS" 0D -> "RGS" 0D "3085" 0D: interlock closed, supply, temperature and sensors good, current off
//	"RLCT" 0D, "RLCA" 0D -> "RLCA" 0D "221.9" 0D; "RLTM" 0D
func (o *ostech) Read(ctx context.Context) ([]Reading, error) {
	status, unread := o.status(ctx)
	if _, err := known(Reading{}, unread); err != nil {
		return nil, err
	}
	bit := func(name string, on bool) asked {
		return func(context.Context) (Reading, error) { return measured(Reading{Name: name}, flag(on), unread) }
	}
	value := func(command, name string, unit Unit, scale float64) asked {
		return func(ctx context.Context) (Reading, error) {
			v, err := o.number(ctx, command)
			return measured(Reading{Name: name, Unit: unit}, v*scale, err)
		}
	}
	return readAll(ctx, bit("enabled", status&ostechLases != 0),
		value("RLCT", "current", Amperes, 1e-3), value("RLCA", "actual_current", Amperes, 1e-3), value("RLTM", "temperature", Celsius, 1),
		bit("interlock_open", status&ostechInterlock == 0), bit("fault", status&ostechGood != ostechGood || status&ostechBad != 0))
}

func (o *ostech) status(ctx context.Context) (int, error) {
	answer, err := o.ask(ctx, "RGS")
	if err != nil {
		return 0, err
	}
	n, err := integer(answer)
	if err != nil || n < 0 || n > 0xFFFF {
		return 0, o.line.unknown("RGS", answer, err)
	}
	return n, nil
}

// Controls are the beam and its current. Zero is idle for both.
func (o *ostech) Controls() []Control {
	return []Control{{Name: "enabled", Max: 1}, {Name: "current", Unit: Amperes, Max: o.maxCurrent, Resolution: 1e-4}}
}

// Set enables, disables, or sets the current.
func (o *ostech) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(o.Controls(), control, value); err != nil {
		return err
	}
	switch {
	case control == "current":
		return o.setCurrent(ctx, value)
	case value == 0:
		return o.Halt(ctx)
	}
	return enableOrHalt(ctx, o.enable, o.Halt)
}

// enable refuses while the interlock is open, sets zero current unless one was asked for, and runs the laser: "LR" 0D -> "LR" 0D and any text.
func (o *ostech) enable(ctx context.Context) error {
	status, err := o.status(ctx)
	if err == nil && status&ostechInterlock == 0 {
		err = fmt.Errorf("%w: %w", ErrRefused, errInterlock)
	}
	if err == nil && !o.asked {
		err = o.setCurrent(ctx, 0)
	}
	if err == nil {
		err = o.turn(ctx, "LR", true)
	}
	if err != nil {
		return fmt.Errorf("enable: %w", err)
	}
	return nil
}

// turn sends LR or LS and makes sure that the status follows.
func (o *ostech) turn(ctx context.Context, command string, on bool) error {
	if _, err := o.ask(ctx, command); err != nil {
		return err
	}
	status, err := o.status(ctx)
	if err != nil {
		return err
	}
	if (status&ostechLases != 0) != on {
		return refused(command, fmt.Sprintf("status %d", status))
	}
	return nil
}

// setCurrent sets the current, rounded down to 0.1 mA, which must come back: "RLCT222.3" 0D -> "RLCT222.3" 0D "222.3" 0D.
func (o *ostech) setCurrent(ctx context.Context, amperes float64) error {
	o.asked = false
	want := math.Floor(amperes*10000+1e-6) / 10
	command := fmt.Sprintf("RLCT%.1f", want)
	got, err := o.number(ctx, command)
	if err != nil {
		return err
	}
	if math.Abs(got-want) > 0.051 {
		return refused(command, fmt.Sprint(got))
	}
	o.asked = true
	return nil
}

// Halt sets zero current and then stops the laser: "RLCT0.0" 0D -> "RLCT0.0" 0D "0.0" 0D; "LS" 0D -> "LS" 0D and any text.
func (o *ostech) Halt(ctx context.Context) error {
	err := halting(ctx, 3,
		func(ctx context.Context) error { return o.setCurrent(ctx, 0) },
		func(ctx context.Context) error { return o.turn(ctx, "LS", false) })
	if err != nil {
		return fmt.Errorf("halt: %w", err)
	}
	return nil
}
