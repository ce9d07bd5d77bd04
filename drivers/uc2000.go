package drivers

import (
	"context"
	"fmt"
	"math"
	"time"
)

// UC2000Options are those of a Synrad UC-2000, the controller of Synrad CO2 laser tubes, in remote manual mode.
//
// Line: RS-232, 9600 8N1, binary. Source: docs/protocols/synrad-uc2000.md (two public drivers, Pychron). UNCONFIRMED: the bits of the status, the checksum
// of its answer (taken as the complement of the sum, as everywhere else), what a duty above its maximum is answered. The status has duty and lase
// as they are, so nothing is remembered.
type UC2000Options struct {
	MaxOn       time.Duration `yaml:"max_on"`       // longest time the laser may stay enabled; mandatory, more than zero
	MaxPower    float64       `yaml:"max_power"`    // highest duty that may be set, percent, up to 99; the unit stops at 95 unless it was set to 99
	ChecksumOff bool          `yaml:"checksum_off"` // the unit's checksum was switched off at its front panel
	Start       int           `yaml:"start"`        // first byte of a set; 0 = 91 (5Bh)
}

func init() {
	register("uc2000", "laser", About{
		Text: "Synrad UC-2000 CO2 laser controller", Reads: "enabled, duty set and in use, remote control", Sets: "enabled, power",
		Source: "docs/protocols/synrad-uc2000.md", Confidence: Medium, Laser: true, Asked: true, Line: LineSettings{Deadline: 200 * time.Millisecond},
		Points: []Point{{Name: "enabled"}, {Name: "power", Unit: Percent}, {Name: "output", Unit: Percent}, {Name: "remote"}},
		Example: `
  - name: synrad
    model: uc2000
    port: serial:///dev/serial/by-id/usb-FTDI_UC-if00-port0?baud=9600
    options: {max_on: 15m, max_power: 50}
    control: true
`,
	}, UC2000Options{MaxPower: 95}, openUC2000)
}

// Check says what is wrong with o.
func (o *UC2000Options) Check() error {
	if err := checkMaxOn(o.MaxOn); err != nil {
		return err
	}
	if o.Start < 0 || o.Start > 255 {
		return fmt.Errorf("start: %d; must be 0 to 255", o.Start)
	}
	return checkMax("max_power", o.MaxPower, 99, Percent)
}

const (
	uc2000Status = 0x7E // alone, without start or checksum
	uc2000Yes    = 0xAA
	uc2000No     = 0x3F
	uc2000On     = 0x75
	uc2000Off    = 0x76
	uc2000Duty   = 0x7F
)

type uc2000 struct {
	port    Port
	options UC2000Options
	asked   bool // its duty is one that was asked for since the line was opened
	request []byte
}

func openUC2000(w Wires, o UC2000Options) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	if o.Start == 0 {
		o.Start = 0x5B
	}
	return &uc2000{port: w.Port, options: o}, nil
}

// Forget is [Forgetter.Forget].
func (u *uc2000) Forget() { u.asked = false }

// Read asks for the status.
//
//	7E -> AA B8 22 64 64 5D: manual, remote, lase on, gate pull-up, 20 kHz; maximum 95 %; duty 50 %, in use 50 %
func (u *uc2000) Read(ctx context.Context) ([]Reading, error) {
	n := 6
	if u.options.ChecksumOff {
		n = 5
	}
	reply, err := u.port.Transact(ctx, []byte{uc2000Status}, uc2000Reply(n))
	if err != nil {
		return nil, fmt.Errorf("status: %w", err)
	}
	mode, frequency := reply[min(1, len(reply)-1)]&7, reply[min(1, len(reply)-1)]>>6
	switch {
	case reply[0] == uc2000No:
		return nil, refused("status", "3F")
	case n == 6 && reply[5] != onesComplement(reply[1:5]), mode > 5, frequency > 2, reply[3] > 200, reply[4] > 200:
		return nil, garbled("status", fmt.Sprintf("% X", reply), nil)
	}
	return []Reading{
		{Name: "enabled", Value: flag(reply[1]>>4&1 == 1)},
		{Name: "power", Value: float64(reply[3]) / 2, Unit: Percent},
		{Name: "output", Value: float64(reply[4]) / 2, Unit: Percent},
		{Name: "remote", Value: flag(reply[1]>>3&1 == 1)},
	}, nil
}

// uc2000Reply is AA and what belongs to it, n bytes together, or 3F alone.
func uc2000Reply(n int) func([]byte, bool) (int, []byte, error) {
	return func(data []byte, atEOF bool) (int, []byte, error) {
		switch {
		case len(data) == 0:
			return 0, nil, nil
		case data[0] == uc2000No:
			return 1, data[:1:1], nil
		case data[0] != uc2000Yes:
			return 0, nil, fmt.Errorf("%w: begins with %02X, want AA or 3F", ErrGarbled, data[0])
		}
		return exactly(n)(data, atEOF)
	}
}

// set sends a command with its data: 5B 7F 64 1C -> AA, or 3F.
func (u *uc2000) set(ctx context.Context, command byte, data ...byte) error {
	u.request = u.frame(append([]byte{command}, data...))
	reply, err := u.port.Transact(ctx, u.request, uc2000Reply(1))
	if err != nil {
		return fmt.Errorf("% X: %w", u.request, err)
	}
	if reply[0] == uc2000No {
		return refused(fmt.Sprintf("% X", u.request), "3F")
	}
	return nil
}

// frame is start, body and the complement of the body's sum, unless that is switched off.
func (u *uc2000) frame(body []byte) []byte {
	frame := append([]byte{byte(u.options.Start)}, body...)
	if u.options.ChecksumOff {
		return frame
	}
	return append(frame, onesComplement(body))
}

// Controls are the beam and its duty. Zero is idle for both. A duty is shown up to two half percents below what it was told (see setPower).
func (u *uc2000) Controls() []Control {
	return []Control{{Name: "enabled", Max: 1}, {Name: "power", Unit: Percent, Max: u.options.MaxPower, Resolution: 1}}
}

// Set enables, disables, or sets the duty.
func (u *uc2000) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(u.Controls(), control, value); err != nil {
		return err
	}
	switch {
	case control == "power":
		return u.setPower(ctx, value)
	case value == 0:
		return u.Halt(ctx)
	}
	return enableOrHalt(ctx, u.enable, u.Halt)
}

// enable sets zero duty unless one was asked for, and switches on: 5B 75 8A -> AA.
func (u *uc2000) enable(ctx context.Context) error {
	if !u.asked {
		if err := u.setPower(ctx, 0); err != nil {
			return fmt.Errorf("enable: %w", err)
		}
	}
	if err := u.set(ctx, uc2000On); err != nil {
		return fmt.Errorf("enable: %w", err)
	}
	return nil
}

// setPower sets the duty, rounded down to half percents: 5B 7F 7D 03 -> AA, 62.5 %. A byte 7E in a frame is a status request to the
// unit, so the step below is taken for 63 % (its data) and for 1 % (its checksum).
func (u *uc2000) setPower(ctx context.Context, percent float64) error {
	half := byte(math.Floor(percent*2 + 1e-6))
	if half == uc2000Status || !u.options.ChecksumOff && onesComplement([]byte{uc2000Duty, half}) == uc2000Status {
		half--
	}
	u.asked = false
	if err := u.set(ctx, uc2000Duty, half); err != nil {
		return err
	}
	u.asked = true
	return nil
}

// Halt sends zero duty and then lase off: 5B 7F 00 80 -> AA; 5B 76 89 -> AA.
func (u *uc2000) Halt(ctx context.Context) error {
	err := halting(ctx, 3,
		func(ctx context.Context) error { return u.setPower(ctx, 0) },
		func(ctx context.Context) error { return u.set(ctx, uc2000Off) })
	if err != nil {
		return fmt.Errorf("halt: %w", err)
	}
	return nil
}
