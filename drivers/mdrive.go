package drivers

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"
)

// MDriveOptions are those of an IMS / Schneider MDrive or MForce motor with MCode.
//
// Line: RS-422/485, 9600 8N1; alone CR, in a party its name before and LF after each command. Source: docs/protocols/mdrive.md (IMS manuals, Pychron).
// Echo mode 2 (silent) is set at each identification and not saved; a unit that echoes all the same is understood. UNCONFIRMED: whether reading the error
// number clears it (ER 0 is sent before a move). A move is sent once and never again; positions are absolute.
type MDriveOptions struct {
	Name          string  `yaml:"name"`            // one character in a party (PY 1); "" = alone on its line
	StepsPerMeter float64 `yaml:"steps_per_meter"` // steps or counts of the position in one meter, negative where it counts down
	Min           float64 `yaml:"min"`             // lowest position it may be sent to, meters
	Max           float64 `yaml:"max"`             // largest position it may be sent to, meters
	Checksum      bool    `yaml:"checksum"`        // the unit is set to CK 1: commands carry a check byte and are acknowledged
}

func init() {
	register("mdrive", "", About{
		Text: "IMS / Schneider MDrive, MForce motor (MCode)", Reads: "position, whether it moves, error", Sets: "position",
		Source: "docs/protocols/mdrive.md", Confidence: Medium, Line: LineSettings{Gap: 10 * time.Millisecond},
		Points: []Point{{Name: "position", Unit: Meters}, {Name: "moving"}, {Name: "error"}},
		Example: `
  - name: shutter
    model: mdrive
    port: serial:///dev/serial/by-id/usb-FTDI_MDRIVE-if00-port0?baud=9600
    options: {steps_per_meter: 1000000, min: 0, max: 0.02}
    control: true
`,
	}, MDriveOptions{StepsPerMeter: 51200 * 1000, Max: 0.025}, openMDrive) // 1 mm a revolution
}

// Check says what is wrong with o.
func (o *MDriveOptions) Check() error {
	switch {
	case o.Name != "" && (len(o.Name) != 1 || !printable(o.Name) || o.Name == "*"):
		return fmt.Errorf("name: %q; must be one character other than *", o.Name)
	case o.StepsPerMeter == 0 || !finite(o.StepsPerMeter):
		return fmt.Errorf("steps_per_meter: %g; must be other than 0", o.StepsPerMeter)
	case !(o.Min < o.Max) || math.Max(math.Abs(o.Min), math.Abs(o.Max))*math.Abs(o.StepsPerMeter) > math.MaxInt32:
		return fmt.Errorf("min %g, max %g; must be min < max, within 2147483647 steps", o.Min, o.Max)
	}
	return nil
}

type mdrive struct {
	line    terminated
	options MDriveOptions
	wait    func(context.Context, time.Duration) error
	asked   string // the command whose echo may come before the reply
}

func openMDrive(w Wires, o MDriveOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	m := &mdrive{line: terminated{port: w.Port, start: o.Name, end: "\r"}, options: o, wait: w.Wait}
	if o.Name != "" {
		m.line.end = "\n"
	}
	m.line.reply = m.reply
	return m, nil
}

// reply is one line, or ACK or NAK alone. Prompts and the echo of what was asked are skipped.
func (m *mdrive) reply(data []byte, atEOF bool) (int, []byte, error) {
	switch {
	case len(data) == 0:
		return 0, nil, nil
	case strings.IndexByte("\r\n> ", data[0]) >= 0:
		return 1, nil, nil
	case data[0] == ack || data[0] == nak:
		return 1, data[:1:1], nil
	case data[0] < ' ' || data[0] > '~':
		return 0, nil, fmt.Errorf("%w: begins with %02X", ErrGarbled, data[0])
	}
	n, token, err := readLine(data, atEOF)
	if token != nil && string(token) == m.asked {
		return n, nil, nil
	}
	return n, token, err
}

// ask sends a command that is answered: "PR P" 0D -> "12345" 0D 0A; in echo mode 0 "PR P" 0D 0A "12345" 0D 0A ">".
func (m *mdrive) ask(ctx context.Context, command string) (string, error) {
	m.asked = m.sealed(command)
	text, err := m.line.ask(ctx, m.asked)
	if err == nil && text == "\x15" {
		err = refused(command, "NAK")
	}
	return strings.TrimSpace(text), err
}

// send sends a command, which is acknowledged in checksum mode only: "MA 51200" 0D; "MR 1" 90 0D -> 06.
func (m *mdrive) send(ctx context.Context, command string) error {
	if !m.options.Checksum {
		return m.line.send(ctx, command)
	}
	text, err := m.ask(ctx, command)
	if err == nil && text != "\x06" {
		err = garbled(command, text, nil)
	}
	return err
}

// sealed is a command with its check byte, where there is one.
func (m *mdrive) sealed(command string) string {
	if !m.options.Checksum {
		return command
	}
	return command + string([]byte{twosComplement7([]byte(command))})
}

// integer asks for a variable that is a whole number.
func (m *mdrive) integer(ctx context.Context, variable string) (int, error) {
	command := "PR " + variable
	text, err := m.ask(ctx, command)
	if err != nil {
		return 0, err
	}
	n, err := integer(text)
	if err != nil {
		return 0, m.line.unknown(command, text, err)
	}
	return n, nil
}

// Identify makes it silent, waits for what that may echo, and asks for firmware and serial number: "EM 2", "PR VR", "PR SN".
func (m *mdrive) Identify(ctx context.Context) (Identity, error) {
	err := m.send(ctx, "EM 2")
	if err == nil {
		err = m.wait(ctx, 100*time.Millisecond)
	}
	var texts [2]string
	for i, command := range []string{"PR VR", "PR SN"} {
		if err == nil {
			texts[i], err = m.ask(ctx, command)
		}
		if err == nil && !printable(texts[i]) {
			err = garbled(command, texts[i], nil)
		}
	}
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	return Identity{Model: "MDrive " + texts[0], Serial: texts[1]}, nil
}

// Read asks for the position, whether it moves, and the error flag: "PR P", "PR MV", "PR EF".
func (m *mdrive) Read(ctx context.Context) ([]Reading, error) {
	return readAll(ctx, func(ctx context.Context) (Reading, error) {
		steps, err := m.integer(ctx, "P")
		return measured(Reading{Name: "position", Unit: Meters}, float64(steps)/m.options.StepsPerMeter, err)
	}, func(ctx context.Context) (Reading, error) {
		return m.truth(ctx, "MV", "moving")
	}, func(ctx context.Context) (Reading, error) {
		return m.truth(ctx, "EF", "error")
	})
}

// truth is a variable that is 0 or 1.
func (m *mdrive) truth(ctx context.Context, variable, name string) (Reading, error) {
	n, err := m.integer(ctx, variable)
	if err == nil && n != 0 && n != 1 {
		err = m.line.unknown("PR "+variable, fmt.Sprint(n), nil)
	}
	return measured(Reading{Name: name}, float64(n), err)
}

// Controls is the position. Idle is zero, or as near as it may be sent.
func (m *mdrive) Controls() []Control {
	return []Control{{Name: "position", Unit: Meters, Min: m.options.Min, Max: m.options.Max, Idle: min(max(0, m.options.Min), m.options.Max)}}
}

// Set sends it to a position and returns when that was accepted, not when it is there: "ER 0" 0D; "MA 51200" 0D; "PR ER" 0D -> "0" 0D 0A, or
// an error: 83, 84 limits, 85 moving or homing, 86 stall.
func (m *mdrive) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(m.Controls(), control, value); err != nil {
		return err
	}
	if err := m.send(ctx, "ER 0"); err != nil {
		return err
	}
	command := fmt.Sprintf("MA %.0f", value*m.options.StepsPerMeter)
	if err := m.send(ctx, command); err != nil {
		return err
	}
	number, err := m.integer(ctx, "ER")
	if err != nil {
		return err
	}
	if number != 0 {
		return refused(command, fmt.Sprintf("error %d", number))
	}
	return nil
}

// Halt stops it; the motor holds. That something is heard makes sure that the line was open: "SL 0" 0D; "PR MV" 0D -> "0" 0D 0A, or "1"
// while it slows down.
func (m *mdrive) Halt(ctx context.Context) error {
	err := halting(ctx, 3, func(ctx context.Context) error {
		if err := m.send(ctx, "SL 0"); err != nil {
			return err
		}
		_, err := m.integer(ctx, "MV")
		return err
	})
	if err != nil {
		return fmt.Errorf("halt: %w", err)
	}
	return nil
}
