package drivers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// fusions is a Photon Machines Fusions logic board: what its CO2 and diode models have in common.
//
//	";LB.ENBL 1" 0D -> "OK" 0D
//
// Source: docs/protocols/fusions-logic-board.md, which is read from Pychron; the vendor's "Logic Board Command Set v0.96" was not
// to be had. Requests are of medium confidence, replies UNCONFIRMED (their terminator; that only OK acknowledges).
//
// The board cannot be asked whether it is enabled nor at which duty: enabled and power are what it last acknowledged since
// its line was opened, and missing when that is not known.
type fusions struct {
	line     terminated
	wait     func(context.Context, time.Duration) error
	before   []string // commands sent before ENBL 1, each to be acknowledged
	after    []string // commands sent after ENBL 0 in a Halt, each to be acknowledged
	maxPower float64  // percent; 0 = its power is set elsewhere (diode)

	enabled, power acknowledged
}

// acknowledged is a value the board said OK to. It cannot be read back.
type acknowledged struct {
	value float64
	known bool
}

const (
	fusionsTries   = 200                  // ENBL 1 is unreliable on first try
	fusionsPause   = 3 * time.Millisecond // between them
	fusionsSilence = 5                    // of these, tries that may go without any answer
	fusionsHalts   = 3                    // tries of each step of a Halt
)

// The interlock mask, by bit.
var fusionsInterlocks = []string{"external_interlock_open", "emergency_stop_open", "coolant_interlock_open"}

// fusionsPoints are what both boards read.
var fusionsPoints = []Point{
	{Name: "enabled"}, {Name: "power", Unit: Percent}, {Name: "output", Unit: Percent},
	{Name: "external_interlock_open"}, {Name: "emergency_stop_open"}, {Name: "coolant_interlock_open"},
}

// newFusions makes a board. maxPower is in percent; 0 = the board does not set the power.
func newFusions(w Wires, prefix string, maxPower float64) *fusions {
	return &fusions{line: terminated{port: w.Port, start: prefix, end: "\r"}, wait: w.Wait, maxPower: maxPower}
}

// checkLaser says what is wrong with the options every laser on this board has.
func checkLaser(maxOn time.Duration, maxPower float64) error {
	if err := checkMaxOn(maxOn); err != nil {
		return err
	}
	if !(maxPower >= 0 && maxPower <= 100) {
		return fmt.Errorf("max_power: %g; must be 0 to 100 percent, 0 means 100", maxPower)
	}
	return nil
}

// Forget is [Forgetter.Forget].
func (f *fusions) Forget() { f.enabled, f.power = acknowledged{}, acknowledged{} }

// Identify asks for the firmware: ";LB.VER" 0D -> any text.
func (f *fusions) Identify(ctx context.Context) (Identity, error) {
	text, err := f.line.ask(ctx, "VER")
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	if !printable(text) {
		return Identity{}, fmt.Errorf("identify: %w", garbled("VER", text, nil))
	}
	return Identity{Model: strings.TrimSpace(text)}, nil
}

// Read asks for the interlocks and the power meter.
//
//	";LB.INTLK" 0D -> "4" 0D, coolant flow
//	";LB.ADC1" 0D  -> "128" 0D, 50.2 % of the meter's range (it is not calibrated)
func (f *fusions) Read(ctx context.Context) ([]Reading, error) {
	open, interlocks := f.interlocks(ctx)
	if _, err := known(Reading{}, interlocks); err != nil {
		return nil, err
	}
	meter, err := f.byte(ctx, "ADC1", 255)
	output, err := measured(Reading{Name: "output", Unit: Percent}, float64(meter)/255*100, err)
	if err != nil {
		return nil, err
	}
	readings := []Reading{f.enabled.reading("enabled", "")}
	if f.maxPower > 0 {
		readings = append(readings, f.power.reading("power", Percent))
	}
	readings = append(readings, output)
	for bit, name := range fusionsInterlocks {
		r, err := measured(Reading{Name: name}, flag(open>>bit&1 == 1), interlocks)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	return readings, nil
}

func (a acknowledged) reading(name string, unit Unit) Reading {
	if !a.known {
		return Reading{Name: name, Unit: unit, Missing: "it cannot be asked, and acknowledged nothing since it was connected"}
	}
	return Reading{Name: name, Unit: unit, Value: a.value}
}

// interlocks asks for the mask of interlocks that are open; 0 = all closed.
func (f *fusions) interlocks(ctx context.Context) (int, error) { return f.byte(ctx, "INTLK", 7) }

// byte asks for an integer from 0 to high.
func (f *fusions) byte(ctx context.Context, command string, high int) (int, error) {
	text, err := f.line.ask(ctx, command)
	if err != nil {
		return 0, err
	}
	n, err := integer(text)
	if err != nil || n < 0 || n > high {
		return 0, f.line.unknown(command, text, err)
	}
	return n, nil
}

// Controls are the beam and its power. Zero is idle for both.
func (f *fusions) Controls() []Control {
	controls := []Control{{Name: "enabled", Max: 1}}
	if f.maxPower > 0 {
		controls = append(controls, Control{Name: "power", Unit: Percent, Max: f.maxPower, Resolution: 0.01})
	}
	return controls
}

// Set enables, disables, or sets the power.
func (f *fusions) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(f.Controls(), control, value); err != nil {
		return err
	}
	switch {
	case control == "power":
		return f.setPower(ctx, value)
	case value == 0:
		return f.Halt(ctx)
	}
	return enableOrHalt(ctx, f.enable, f.Halt)
}

// enable refuses while an interlock is open, makes sure that the power is one that was asked for (zero, if none was since the
// line was opened), and switches on. ENBL 1 is repeated.
//
//	";LB.INTLK" 0D -> "0" 0D
//	";LB.PWE 1" 0D -> "OK" 0D     CO2
//	";LB.ENBL 1" 0D -> "OK" 0D
func (f *fusions) enable(ctx context.Context) error {
	open, err := f.interlocks(ctx)
	if err != nil {
		return fmt.Errorf("enable: %w", err)
	}
	if open != 0 {
		return fmt.Errorf("enable: %w: %w: %s", ErrRefused, errInterlock, interlockNames(open))
	}
	if f.maxPower > 0 && !f.power.known {
		if err := f.setPower(ctx, 0); err != nil {
			return fmt.Errorf("enable: %w", err)
		}
	}
	f.enabled.known = false
	for _, command := range f.before {
		if err := f.line.expect(ctx, command, "OK"); err != nil {
			return fmt.Errorf("enable: %w", err)
		}
	}
	if err := f.insist(ctx, "ENBL 1"); err != nil {
		return fmt.Errorf("enable: %w", err)
	}
	f.enabled = acknowledged{1, true}
	return nil
}

func interlockNames(open int) string {
	var names []string
	for bit, name := range fusionsInterlocks {
		if open>>bit&1 == 1 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// insist repeats a command until it is acknowledged or its bound is reached. It never repeats into a lost line.
func (f *fusions) insist(ctx context.Context, command string) error {
	silent := 0
	for try := 1; ; try++ {
		err := f.line.expect(ctx, command, "OK")
		if errors.Is(err, ErrTimeout) {
			silent++
		}
		switch {
		case err == nil, ctx.Err() != nil, errors.Is(err, ErrPortLost):
			return err
		case try == fusionsTries || silent == fusionsSilence:
			return fmt.Errorf("not acknowledged in %d tries: %w", try, err)
		}
		if err := f.wait(ctx, fusionsPause); err != nil {
			return err
		}
	}
}

// setPower sets the duty in percent, rounded down to what is sent: ";LB.PDC 12.34" 0D -> "OK" 0D.
func (f *fusions) setPower(ctx context.Context, percent float64) error {
	f.power.known = false
	hundredths := math.Floor(percent*100 + 1e-6)
	if err := f.line.expect(ctx, fmt.Sprintf("PDC %.2f", hundredths/100), "OK"); err != nil {
		return err
	}
	f.power = acknowledged{hundredths / 100, true}
	return nil
}

// Halt sends zero power and then disables, each until it is acknowledged or its bound; one that is not does not hold up the
// next.
//
//	";LB.PDC 0.00" 0D -> "OK" 0D
//	";LB.ENBL 0" 0D   -> "OK" 0D
func (f *fusions) Halt(ctx context.Context) error {
	f.enabled.known = false
	var steps []step
	if f.maxPower > 0 {
		steps = append(steps, func(ctx context.Context) error { return f.setPower(ctx, 0) })
	}
	steps = append(steps, f.disable)
	for _, command := range f.after {
		steps = append(steps, func(ctx context.Context) error { return f.line.expect(ctx, command, "OK") })
	}
	if err := halting(ctx, fusionsHalts, steps...); err != nil {
		return fmt.Errorf("halt: %w", err)
	}
	return nil
}

func (f *fusions) disable(ctx context.Context) error {
	if err := f.line.expect(ctx, "ENBL 0", "OK"); err != nil {
		return err
	}
	f.enabled = acknowledged{0, true}
	return nil
}
