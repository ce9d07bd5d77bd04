package drivers_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"periph.io/x/conn/v3/gpio"

	"pychron-edge/drivers"
)

// output is a pin that is driven, and records what was done to it.
type output struct {
	gpio.PinIO
	name  string
	rig   *rig
	level gpio.Level
	fail  string
}

func (o *output) Out(l gpio.Level) error {
	if o.rig.broken[o.name] {
		return errors.New("device or resource busy")
	}
	o.level = l
	o.rig.log = append(o.rig.log, fmt.Sprintf("%s %v", o.name, l))
	return nil
}

func (o *output) Driven() gpio.Level { return o.level }

func (o *output) Fail() (gpio.Level, bool) { return o.fail == "on", o.fail != "" }

type input struct {
	gpio.PinIO
	rig  *rig
	read func() bool
}

func (i *input) Read() gpio.Level { return gpio.Level(i.read()) }

func (i *input) Level() (gpio.Level, error) {
	if i.rig.broken["switches"] {
		return gpio.Low, errors.New("no such device")
	}
	return i.Read(), nil
}

// rig is a valve with a body: it follows its outputs after 120 ms of waiting.
type rig struct {
	outs     map[string]*output
	log      []string
	broken   map[string]bool
	position time.Duration // 0 closed .. 120 ms open
	stuck    bool
	both     bool
	waited   time.Duration
	cut      func() // called at the wait that reaches cutAt
	cutAt    time.Duration
	bounce   int
}

func (r *rig) wait(ctx context.Context, d time.Duration) error {
	if r.cut != nil && r.waited <= r.cutAt && r.cutAt < r.waited+d {
		r.cut()
	}
	r.waited += d
	if err := ctx.Err(); err != nil {
		return err
	}
	if !r.stuck {
		if r.commanded() {
			r.position = min(r.position+d, 120*time.Millisecond)
		} else {
			r.position = max(r.position-d, 0)
		}
	}
	return nil
}

func (r *rig) commanded() bool {
	for _, name := range []string{"open_coil", "close_coil"} {
		if o := r.outs[name]; o != nil && bool(o.level) {
			return name == "open_coil"
		}
	}
	if o := r.outs["solenoid"]; o != nil {
		return bool(o.level)
	}
	return r.position > 60*time.Millisecond
}

func newRig(t *testing.T, outs, ins string, options *drivers.ValveOptions) (*rig, drivers.Actuator) {
	t.Helper()
	r := &rig{outs: map[string]*output{}, broken: map[string]bool{}}
	w := drivers.Wires{Out: map[string]gpio.PinOut{}, In: map[string]gpio.PinIn{}, Wait: r.wait}
	for _, name := range strings.Fields(outs) {
		name, fail, _ := strings.Cut(name, "=")
		r.outs[name] = &output{name: name, rig: r, fail: fail}
		w.Out[name] = r.outs[name]
	}
	for _, name := range strings.Fields(ins) {
		at := map[string]time.Duration{"opened": 120 * time.Millisecond}[name]
		w.In[name] = &input{rig: r, read: func() bool {
			if r.bounce > 0 {
				r.bounce--
				return r.bounce%2 == 0
			}
			return r.both || r.position == at
		}}
	}
	model, err := drivers.Find("valve")
	if err != nil {
		t.Fatal(err)
	}
	if options == nil {
		options = model.Defaults().(*drivers.ValveOptions)
	}
	device, err := model.Open(w, options)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.log) > 0 || r.waited > 0 {
		t.Fatalf("the constructor did %q and waited %v, want nothing", r.log, r.waited)
	}
	return r, device.(drivers.Actuator)
}

// state is open and commanded in short: 0, 1, or the reason.
func state(t *testing.T, d drivers.Device) string {
	t.Helper()
	readings, err := d.Read(t.Context())
	if err != nil || len(readings) != 2 || readings[0].Name != "open" || readings[1].Name != "commanded" {
		t.Fatalf("Read() = %+v, %v, want open and commanded", readings, err)
	}
	var words []string
	for _, r := range readings {
		if r.Missing != "" {
			words = append(words, r.Missing)
		} else {
			words = append(words, fmt.Sprint(r.Value))
		}
	}
	return strings.Join(words, ", ")
}

var everyWiring = []struct{ outs, ins string }{
	{"solenoid", ""}, {"solenoid", "opened"}, {"solenoid", "closed"}, {"solenoid", "opened closed"},
	{"solenoid solenoid2", "opened closed"}, {"open_coil close_coil", ""}, {"open_coil close_coil", "opened closed"},
}

func TestValveOpensAndCloses(t *testing.T) {
	for _, c := range everyWiring {
		r, valve := newRig(t, c.outs, c.ins, nil)
		for _, value := range []float64{1, 0, 1} {
			if err := valve.Set(t.Context(), "open", value); err != nil {
				t.Errorf("%+v: Set(open, %g) = %v", c, value, err)
			}
			if got, want := state(t, valve), fmt.Sprintf("%g, %g", value, value); got != want {
				t.Errorf("%+v: after Set(open, %g) it reads %s, want %s", c, value, got, want)
			}
			if at := map[float64]time.Duration{1: 120 * time.Millisecond}[value]; r.position != at {
				t.Errorf("%+v: Set(open, %g) returned with the valve at %v of %v", c, value, r.position, at)
			}
		}
		before := len(r.log)
		if err := valve.Set(t.Context(), "open", 1); err != nil {
			t.Error(err)
		}
		if len(r.log) != before {
			t.Errorf("%+v: Set(open, 1) of an open valve did %q, want nothing", c, r.log[before:])
		}
	}
}

// What the pins do, in order, when a valve is opened and closed.
func TestValvePins(t *testing.T) {
	for outs, want := range map[string]string{
		"solenoid":             "solenoid High; solenoid Low",
		"solenoid solenoid2":   "solenoid High, solenoid2 Low; solenoid2 High, solenoid Low",
		"open_coil close_coil": "close_coil Low, open_coil High, open_coil Low; open_coil Low, close_coil High, close_coil Low",
	} {
		r, valve := newRig(t, outs, "opened closed", nil)
		var did []string
		for _, value := range []float64{1, 0} {
			r.log = nil
			if err := valve.Set(t.Context(), "open", value); err != nil {
				t.Errorf("%s: %v", outs, err)
			}
			did = append(did, strings.Join(r.log, ", "))
		}
		if got := strings.Join(did, "; "); got != want {
			t.Errorf("%s did %s, want %s", outs, got, want)
		}
	}
}

func TestValveStates(t *testing.T) {
	for name, c := range map[string]struct {
		outs, ins string
		arrange   func(*rig)
		want      string
	}{
		"both switches on":            {"solenoid", "opened closed", func(r *rig) { r.both = true }, "both switches on, 0"},
		"between the switches":        {"solenoid", "opened closed", func(r *rig) { r.position = 60 }, "travelling: neither switch on, 0"},
		"open though commanded shut":  {"solenoid", "opened closed", func(r *rig) { r.position = 120 * time.Millisecond }, "1, 0"},
		"not shown closed":            {"solenoid", "closed", func(r *rig) { r.position = 60 }, "commanded closed, and its switch does not show it, 0"},
		"latching, closed":            {"open_coil close_coil", "opened closed", func(*rig) {}, "0, not commanded since the start"},
		"latching, one switch off":    {"open_coil close_coil", "opened", func(*rig) {}, "not indicated, and not commanded since the start, not commanded since the start"},
		"latching, no switch":         {"open_coil close_coil", "", func(*rig) {}, "not indicated, and not commanded since the start, not commanded since the start"},
		"solenoid driven at start":    {"solenoid", "", func(*rig) {}, "0, 0"},
		"switches that bounce a bit":  {"solenoid", "closed", func(r *rig) { r.bounce = 3 }, "0, 0"},
		"one switch, told to be shut": {"solenoid", "opened", func(*rig) {}, "0, 0"},
	} {
		r, valve := newRig(t, c.outs, c.ins, nil)
		c.arrange(r)
		if r.position > 0 {
			r.stuck = true
		}
		if got := state(t, valve); got != c.want {
			t.Errorf("%s: reads %s, want %s", name, got, c.want)
		}
	}
}

func TestValveStuck(t *testing.T) {
	r, valve := newRig(t, "solenoid", "opened closed", nil)
	r.stuck = true
	err := valve.Set(t.Context(), "open", 1)
	if !errors.Is(err, drivers.ErrRefused) || !strings.Contains(err.Error(), "it is closed") {
		t.Errorf("Set(open, 1) of a stuck valve = %v, want ErrRefused and that it is closed", err)
	}
	if got := state(t, valve); got != "0, 1" {
		t.Errorf("a stuck valve reads %s, want 0, 1", got)
	}
	if r.waited < time.Second || r.waited > 1100*time.Millisecond {
		t.Errorf("it was given %v, want the travel time of 1s", r.waited)
	}
}

func TestValveBouncingForEver(t *testing.T) {
	r, valve := newRig(t, "solenoid", "closed", nil)
	r.bounce = 1 << 30
	if got, err := valve.Read(t.Context()); !errors.Is(err, drivers.ErrGarbled) {
		t.Errorf("Read() with switches that never rest = %+v, %v, want ErrGarbled", got, err)
	}
}

func TestValveDwells(t *testing.T) {
	r, valve := newRig(t, "solenoid", "opened closed", &drivers.ValveOptions{Travel: time.Second, Dwell: 200 * time.Millisecond})
	if err := valve.Set(t.Context(), "open", 1); err != nil || r.waited != 320*time.Millisecond {
		t.Errorf("Set(open, 1) = %v after %v, want 120 ms of travel and 200 ms of dwell", err, r.waited)
	}
}

// A Halt after a Set that was cut anywhere leaves the outputs at rest, or at their fail level, and no coil energised.
func TestValveHaltInTheMiddle(t *testing.T) {
	for _, c := range []struct{ outs, ins, want string }{
		{"solenoid", "opened closed", "solenoid Low"},
		{"solenoid=off", "", "solenoid Low"},
		{"solenoid=on", "", "solenoid High"},
		{"solenoid solenoid2", "opened closed", "solenoid Low, solenoid2 High"},
		{"open_coil close_coil", "opened closed", "close_coil Low, open_coil Low"},
	} {
		for at := time.Duration(0); at < 300*time.Millisecond; at += 10 * time.Millisecond {
			for _, value := range []float64{1, 0} {
				r, valve := newRig(t, c.outs, c.ins, nil)
				ctx, cancel := context.WithCancel(t.Context())
				r.cut, r.cutAt = cancel, at
				if value == 0 {
					r.outs[strings.Split(strings.Fields(c.outs)[0], "=")[0]].level = gpio.High
				}
				err := valve.Set(ctx, "open", value)
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Errorf("%+v: Set(open, %g) cut at %v = %v", c, value, at, err)
				}
				for range 2 {
					if err := valve.Halt(t.Context()); err != nil {
						t.Errorf("%+v: Halt() = %v", c, err)
					}
				}
				var levels []string
				for name, o := range r.outs {
					levels = append(levels, fmt.Sprintf("%s %v", name, o.level))
				}
				slices.Sort(levels)
				if got := strings.Join(levels, ", "); got != c.want {
					t.Errorf("%+v: Set(open, %g) cut at %v and halted ends with %s, want %s", c, value, at, got, c.want)
				}
			}
		}
	}
}

// A latching coil is never left energised, even where the Set that did it was cut and no Halt follows.
func TestValvePulseEnds(t *testing.T) {
	r, valve := newRig(t, "open_coil close_coil", "", nil)
	ctx, cancel := context.WithCancel(t.Context())
	r.cut, r.cutAt = cancel, 0
	if err := valve.Set(ctx, "open", 1); !errors.Is(err, context.Canceled) {
		t.Errorf("Set(open, 1) cut in its pulse = %v", err)
	}
	if r.outs["open_coil"].level {
		t.Error("the coil stayed energised")
	}
	if got := state(t, valve); !strings.HasPrefix(got, "not indicated") {
		t.Errorf("after a cut pulse it reads %s, want unknown", got)
	}
}

func TestValvePinFails(t *testing.T) {
	r, valve := newRig(t, "solenoid", "", nil)
	r.broken["solenoid"] = true
	if err := valve.Set(t.Context(), "open", 1); !errors.Is(err, drivers.ErrPortLost) {
		t.Errorf("Set(open, 1) on a busy pin = %v, want ErrPortLost", err)
	}
	if got := state(t, valve); !strings.HasPrefix(got, "not indicated") {
		t.Errorf("after that it reads %s, want unknown", got)
	}
	if err := valve.Halt(t.Context()); !errors.Is(err, drivers.ErrPortLost) {
		t.Errorf("Halt() on a busy pin = %v, want ErrPortLost", err)
	}
}

// Switches that cannot be read are not switches that are off.
func TestValveSwitchFails(t *testing.T) {
	r, valve := newRig(t, "solenoid", "opened closed", nil)
	r.broken["switches"] = true
	if got, err := valve.Read(t.Context()); !errors.Is(err, drivers.ErrPortLost) {
		t.Errorf("Read() with switches that cannot be read = %+v, %v, want ErrPortLost", got, err)
	}
	if err := valve.Set(t.Context(), "open", 1); !errors.Is(err, drivers.ErrPortLost) {
		t.Errorf("Set() with switches that cannot be read = %v, want ErrPortLost", err)
	}
}

func TestValveRefusals(t *testing.T) {
	r, valve := newRig(t, "solenoid", "", nil)
	for _, value := range []float64{-1, 0.5, 2} {
		if err := valve.Set(t.Context(), "open", value); !errors.Is(err, drivers.ErrRange) {
			t.Errorf("Set(open, %g) = %v, want ErrRange", value, err)
		}
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if err := valve.Set(done, "open", 1); !errors.Is(err, context.Canceled) {
		t.Errorf("Set() with a context that is done = %v", err)
	}
	if len(r.log) > 0 {
		t.Errorf("refused commands did %q, want nothing", r.log)
	}
}

func TestValvePinSets(t *testing.T) {
	model, err := drivers.Find("valve")
	if err != nil {
		t.Fatal(err)
	}
	for _, outs := range []string{"", "solenoid2", "open_coil", "close_coil", "solenoid open_coil", "solenoid open_coil close_coil"} {
		w := drivers.Wires{Out: map[string]gpio.PinOut{}}
		for _, name := range strings.Fields(outs) {
			w.Out[name] = gpio.INVALID
		}
		if _, err := model.Open(w, model.Defaults()); err == nil {
			t.Errorf("a valve with the pins %q opened, want an error", outs)
		}
	}
}
