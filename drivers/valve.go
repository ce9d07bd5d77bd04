package drivers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// ValveOptions are those of a valve on output pins, with 0, 1 or 2 limit switches on input pins.
//
// Pins, by the level that is energised or made (a pin may be active_low): solenoid, energised = open; with solenoid2 double actuation, solenoid opens
// and solenoid2 closes; open_coil and close_coil in their place are latching coils. opened and closed are limit switches at the two ends. Source:
// docs/protocols/gpio-valves.md.
type ValveOptions struct {
	Travel   time.Duration `yaml:"travel"`   // longest time from one end to the other; without a switch at that end, the time it is given to get there
	Dwell    time.Duration `yaml:"dwell"`    // minimum time from the end of one actuation to the next; 0 = none
	Pulse    time.Duration `yaml:"pulse"`    // how long a latching coil is energised; with two solenoids, how long both are
	Debounce time.Duration `yaml:"debounce"` // how long the switches must stay as they are to be believed; 0 = read once
}

func init() {
	register("valve", "valve", About{
		Text: "Valve on GPIO: solenoid, double actuation or latching coils; 0, 1 or 2 limit switches", Reads: "open as indicated, commanded",
		Sets: "open", Source: "docs/protocols/gpio-valves.md", Confidence: High,
		Pins:   Pins{Out: []string{"solenoid", "solenoid2", "open_coil", "close_coil"}, In: []string{"opened", "closed"}},
		Points: []Point{{Name: "open"}, {Name: "commanded"}},
		Example: `
  - name: V1
    model: valve
    pins: {solenoid: {line: GPIO5, active_low: true, fail: "off"}, opened: {line: GPIO17, active_low: true}, closed: {line: GPIO27, active_low: true}}
    control: true
`,
	}, ValveOptions{Travel: time.Second, Dwell: 100 * time.Millisecond, Pulse: 100 * time.Millisecond, Debounce: 10 * time.Millisecond}, openValve)
}

// Check says what is wrong with o.
func (o *ValveOptions) Check() error {
	for name, d := range map[string]time.Duration{"travel": o.Travel, "dwell": o.Dwell, "pulse": o.Pulse, "debounce": o.Debounce} {
		if d < 0 || d > time.Minute {
			return fmt.Errorf("%s: %v; must be 0 to 1m", name, d)
		}
	}
	return nil
}

// lookEvery is how often the switches are looked at while the valve travels.
const lookEvery = 5 * time.Millisecond

type valve struct {
	options        ValveOptions
	drive          actuation
	opened, closed gpio.PinIn // nil where there is no such switch
	wait           func(context.Context, time.Duration) error

	commanded acknowledged // 1 = open
	believed  switches     // as last seen steady
	seen      bool
}

func openValve(w Wires, o ValveOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	drive, err := actuationOf(w, o.Pulse)
	if err != nil {
		return nil, err
	}
	v := &valve{options: o, drive: drive, opened: w.In["opened"], closed: w.In["closed"], wait: w.Wait}
	open, known := drive.commanded()
	v.commanded = acknowledged{flag(open), known}
	return v, nil
}

// Read returns what the switches indicate, and what was commanded. Where there is no switch, open is what was commanded.
func (v *valve) Read(ctx context.Context) ([]Reading, error) {
	s, err := v.look(ctx)
	if err != nil {
		return nil, err
	}
	commanded := Reading{Name: "commanded", Value: v.commanded.value}
	if !v.commanded.known {
		commanded = Reading{Name: "commanded", Missing: "not commanded since the start"}
	}
	open := Reading{Name: "open"}
	open.Value, open.Missing = v.indicated(s)
	return []Reading{open, commanded}, nil
}

// switches is one look at the limit switches.
type switches struct{ opened, closed bool }

func (v *valve) glance() (s switches, err error) {
	for _, at := range [...]struct {
		pin  gpio.PinIn
		made *bool
	}{{v.opened, &s.opened}, {v.closed, &s.closed}} {
		if at.pin == nil {
			continue
		}
		level, err := levelOf(at.pin)
		if err != nil {
			return s, fmt.Errorf("limit switch: %w: %w", ErrPortLost, err)
		}
		*at.made = level == gpio.High
	}
	return s, nil
}

var errBouncing = errors.New("the limit switches do not come to rest")

// look is what the switches show, once they have stayed so for the debounce time. Switches that show what they did before
// are believed at once.
func (v *valve) look(ctx context.Context) (switches, error) {
	s, err := v.glance()
	if err != nil || v.seen && s == v.believed {
		return s, err
	}
	steady, looks := time.Duration(0), int(10*v.options.Debounce/lookEvery)+10
	for steady < v.options.Debounce {
		if looks--; looks < 0 {
			return s, fmt.Errorf("%w: %w", ErrGarbled, errBouncing)
		}
		if err := v.wait(ctx, lookEvery); err != nil {
			return s, err
		}
		now, err := v.glance()
		if err != nil {
			return s, err
		}
		if steady += lookEvery; now != s {
			s, steady = now, 0
		}
	}
	v.believed, v.seen = s, true
	return s, nil
}

// indicated is 1 for open, 0 for closed, or why it is neither. One switch that is off proves nothing: not open is not
// closed, and the value is what was commanded.
func (v *valve) indicated(s switches) (value float64, missing string) {
	commanded := v.commanded.known
	open := v.commanded.value == 1
	switch {
	case s.opened && s.closed:
		return 0, "both switches on"
	case s.opened:
		return 1, ""
	case s.closed:
		return 0, ""
	case v.opened != nil && v.closed != nil:
		return 0, "travelling: neither switch on"
	case !commanded:
		return 0, "not indicated, and not commanded since the start"
	case v.opened != nil && open:
		return 0, "commanded open, and its switch does not show it"
	case v.closed != nil && !open:
		return 0, "commanded closed, and its switch does not show it"
	}
	return v.commanded.value, ""
}

// Controls is open: 1 opens, 0 closes.
func (v *valve) Controls() []Control { return []Control{{Name: "open", Max: 1}} }

// Set moves the valve and waits until it is there. ErrRefused if the switches do not show it within the travel time.
func (v *valve) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(v.Controls(), control, value); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if v.there(value) {
		return nil
	}
	v.commanded.known = false
	if err := v.drive.move(ctx, value == 1); err != nil {
		return fmt.Errorf("open = %g: %w", value, err)
	}
	v.commanded = acknowledged{value, true}
	if err := v.arrive(ctx, value); err != nil {
		return err
	}
	return v.wait(ctx, v.options.Dwell)
}

// there says whether the valve was commanded to value, and the switch at that end shows it where there is one.
func (v *valve) there(value float64) bool {
	return v.commanded.known && v.commanded.value == value && v.shows(value)
}

// shows says whether one look at the switches shows value.
func (v *valve) shows(value float64) bool {
	s, err := v.glance()
	got, missing := v.indicated(s)
	return err == nil && missing == "" && got == value
}

// arrive waits until the switch at the end of the way shows value and stays so, or for the travel time where there is none.
func (v *valve) arrive(ctx context.Context, value float64) error {
	if value == 1 && v.opened == nil || value == 0 && v.closed == nil {
		return v.wait(ctx, v.options.Travel)
	}
	for gone := time.Duration(0); ; gone += lookEvery {
		if v.shows(value) {
			if s, err := v.look(ctx); ctx.Err() != nil {
				return err
			} else if got, missing := v.indicated(s); err == nil && missing == "" && got == value {
				return nil
			}
		}
		if gone >= v.options.Travel {
			return v.late(value)
		}
		if err := v.wait(ctx, lookEvery); err != nil {
			return err
		}
	}
}

// late is the error of a valve that is not where it was moved to.
func (v *valve) late(value float64) error {
	s, err := v.glance()
	if err != nil {
		return fmt.Errorf("open = %g: %w", value, err)
	}
	got, why := v.indicated(s)
	if why == "" {
		why = map[float64]string{0: "it is closed", 1: "it is open"}[got]
	}
	return fmt.Errorf("open = %g: %w: not there within %v: %s", value, ErrRefused, v.options.Travel, why)
}

// Halt drives the outputs to their fail levels; where none is configured it closes the valve. It does not wait for the valve
// to get there.
func (v *valve) Halt(ctx context.Context) error {
	err := halting(ctx, 3, func(ctx context.Context) error {
		open, known, err := v.drive.halt(ctx)
		v.commanded = acknowledged{flag(open), known && err == nil}
		return err
	})
	if err != nil {
		return fmt.Errorf("halt: %w", err)
	}
	return nil
}
