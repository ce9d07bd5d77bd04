package drivers

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// AgilentTurboOptions are those of Agilent (Varian) TwisTorr and Turbo-V pumps.
//
// Line: RS-232 or RS-485, 9600 8N1. Source: docs/protocols/agilent-window.md (TwisTorr 74 FS, 304 FS and TV 1001 manuals, public drivers). A window
// that a model lacks is missing. UNCONFIRMED: the list of windows of each model; the names of the error bits, which are shown as a number; that starts
// are refused unless window 008 is 0 (serial).
type AgilentTurboOptions struct {
	Address int `yaml:"address"` // 1 to 31 on RS-485; 0 = RS-232
}

func init() {
	register("agilent-turbo", "", About{
		Text:  "Agilent (Varian) TwisTorr and Turbo-V pumps, window protocol",
		Reads: "motor, low speed, rotation, current, voltage, power, temperatures, status, fault and its bits", Sets: "motor, low speed",
		Source: "docs/protocols/agilent-window.md", Confidence: Medium, Line: LineSettings{Gap: 10 * time.Millisecond, Deadline: 300 * time.Millisecond},
		Points: agilentTurboPoints(),
		Example: `
  - name: turbo
    model: agilent-turbo
    port: serial:///dev/serial/by-id/usb-FTDI_TURBO-if00-port0?baud=9600
`,
	}, AgilentTurboOptions{}, openAgilentTurbo)
}

// Check says what is wrong with o.
func (o *AgilentTurboOptions) Check() error { return checkWindowAddress(o.Address) }

// turboWindow is a window that is read.
type turboWindow struct {
	window        int
	channel, name string
	unit          Unit
	scale         float64 // of its number; 0 = it is logic
}

var turboWindows = []turboWindow{
	{0, "", "motor", "", 0},
	{1, "", "low_speed", "", 0},
	{203, "", "rotation", Hertz, 1},
	{200, "", "current", Amperes, 1e-3},
	{201, "", "voltage", Volts, 1},
	{202, "", "power", Watts, 1},
	{204, "pump", "temperature", Celsius, 1},
	{211, "heat_sink", "temperature", Celsius, 1},
}

func agilentTurboPoints() []Point {
	points := windowStatusPoints()
	for _, w := range turboWindows {
		points = append(points, Point{Channel: w.channel, Name: w.name, Unit: w.unit})
	}
	return points
}

type agilentTurbo struct {
	windows windows
	absent  map[int]bool // windows this unit does not have
}

func openAgilentTurbo(w Wires, o AgilentTurboOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &agilentTurbo{newWindows(w.Port, o.Address), map[int]bool{}}, nil
}

// Forget is [Forgetter.Forget].
func (t *agilentTurbo) Forget() { clear(t.absent) }

// Read asks for status, error bits and each window. One that the unit does not have is missing, and not asked for again until its line was
// opened anew.
func (t *agilentTurbo) Read(ctx context.Context) ([]Reading, error) {
	readings, err := t.windows.status(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range turboWindows {
		r, err := t.window(ctx, w)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	return readings, nil
}

func (t *agilentTurbo) window(ctx context.Context, w turboWindow) (Reading, error) {
	r := Reading{Channel: w.channel, Name: w.name, Unit: w.unit}
	none := fmt.Sprintf("the unit has no window %03d", w.window)
	if t.absent[w.window] {
		r.Missing = none
		return r, nil
	}
	v, err := 0.0, error(nil)
	if w.scale == 0 {
		var on bool
		on, err = t.windows.logic(ctx, w.window)
		v = flag(on)
	} else {
		v, err = t.windows.number(ctx, w.window)
		v *= w.scale
	}
	r, err = measured(r, v, err)
	if strings.Contains(r.Missing, windowCodes[0x32]) {
		r.Missing, t.absent[w.window] = none, true
	}
	return r, err
}

// windowStatusPoints are what [windows.status] returns.
func windowStatusPoints() []Point {
	return []Point{{Name: "status", Unit: Number, States: windowStates}, {Name: "fault"}, {Name: "error_bits", Unit: Number}}
}

// windowFail is the status of a fault.
const windowFail = 6

var windowStates = NewStates(map[int]string{
	0: "stopped", 1: "waiting for interlock", 2: "starting", 3: "auto-tuning", 4: "braking", 5: "normal", windowFail: "fail",
})

// status asks for the state and the error bits. Each of them may show a fault; without both there is none that is known.
//
//	02 80 "2050" 03 "84" -> 02 80 "2050000005" 03 "81", normal
func (w *windows) status(ctx context.Context) ([]Reading, error) {
	n, err := w.number(ctx, 205)
	status, err := measured(Reading{Name: "status", Unit: Number}, n, err)
	if err != nil {
		return nil, err
	}
	n, err = w.number(ctx, 206)
	bits, err := measured(Reading{Name: "error_bits", Unit: Number}, n, err)
	if err != nil {
		return nil, err
	}
	fault := Reading{Name: "fault"}
	switch {
	case status.Value == windowFail || bits.Value != 0:
		fault.Value = 1
	case status.Missing != "":
		fault.Missing = status.Missing
	default:
		fault.Missing = bits.Missing
	}
	return []Reading{status, fault, bits}, nil
}

// Controls are the motor and its low speed.
func (t *agilentTurbo) Controls() []Control {
	return []Control{{Name: "motor", Max: 1}, {Name: "low_speed", Max: 1}}
}

// Set writes a window and reads it back: 02 80 "00011" 03 "B3" -> 02 80 06 03 "85".
func (t *agilentTurbo) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(t.Controls(), control, value); err != nil {
		return err
	}
	return t.windows.turn(ctx, map[string]int{"motor": 0, "low_speed": 1}[control], value == 1)
}

// turn writes a window of logic and makes sure that it is there.
func (w *windows) turn(ctx context.Context, window int, on bool) error {
	if err := w.write(ctx, window, fmt.Sprintf("%g", flag(on))); err != nil {
		return err
	}
	is, err := w.logic(ctx, window)
	if err == nil && is != on {
		return refused(fmt.Sprintf("window %03d = %g", window, flag(on)), "done, and it did not follow")
	}
	return err
}

// Halt sends nothing: a turbo that runs is the safe state of a line under vacuum. The pump does not need a master.
func (t *agilentTurbo) Halt(context.Context) error { return nil }
