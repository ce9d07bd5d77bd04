package drivers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// LabJackValvesOptions are those of a LabJack T4, T7 or T8 whose lines drive valves, with or without indicators.
//
// Line: Modbus TCP, port 502. Source: docs/protocols/labjack-t.md (T-Series datasheet, EPICS module). Outputs are 3.3 V and need a driver. After a
// restart of the LabJack all lines are as its power-up setting has them. Its watchdog, which can set outputs when the host is silent, is not set here
// (UNCONFIRMED). A line is no output before it is first written: until then its valve is neither open nor closed. On a T4 a line that is set to
// analog stays so; such a write is found out by the state.
type LabJackValvesOptions struct {
	Channels map[int]string `yaml:"channels"` // names of valves by line, 0 to 22: FIO0-7 are 0-7, EIO0-7 8-15, CIO0-3 16-19, MIO0-2 20-22; a T4 begins at 4
	Low      bool           `yaml:"low"`      // a low line opens its valve; false = a high one
	Opened   map[int]int    `yaml:"opened"`   // indicator "open" by the line of its valve: {4: 8}; high = there
	Closed   map[int]int    `yaml:"closed"`   // indicator "closed" by the line of its valve
	Travel   time.Duration  `yaml:"travel"`   // longest time from one end to the other, where there is an indicator, 0 to 1m
}

func init() {
	register("labjack-valves", "valve", About{
		Text: "LabJack T4, T7, T8: valves on its digital lines", Reads: "open as indicated or commanded, of each valve", Sets: "each valve",
		Source: "docs/protocols/labjack-t.md", Confidence: High,
		Example: `
  - name: valves
    model: labjack-valves
    port: tcp://labjack.lab:502
    control: true
    options: {channels: {4: A, 5: B}, opened: {4: 8}, closed: {4: 9}}
`,
	}, LabJackValvesOptions{Channels: map[int]string{4: "A"}, Travel: 1500 * time.Millisecond}, openLabJackValves)
}

// Check says what is wrong with o.
func (o *LabJackValvesOptions) Check() error {
	if o.Travel < 0 || o.Travel > time.Minute {
		return fmt.Errorf("travel: %v; must be 0 to 1m", o.Travel)
	}
	if err := checkChannels(o.Channels, 0, labjackLines); err != nil {
		return err
	}
	used := map[int]bool{}
	for line := range o.Channels {
		used[line] = true
	}
	for what, indicators := range map[string]map[int]int{"opened": o.Opened, "closed": o.Closed} {
		for _, line := range slices.Sorted(maps.Keys(indicators)) {
			at := indicators[line]
			if _, ok := o.Channels[line]; !ok || at < 0 || at > labjackLines || used[at] {
				return fmt.Errorf("%s: %d: %d; must be a valve's line, and a line 0 to %d that nothing else has", what, line, at, labjackLines)
			}
			used[at] = true
		}
	}
	return nil
}

// Points are what it reads.
func (o *LabJackValvesOptions) Points() []Point {
	var points []Point
	for _, c := range ordered(o.Channels) {
		_, shown := o.Closed[c.number]
		points = append(points, Point{Channel: c.name, Name: "open", Told: !shown}, Point{Name: c.name + "_commanded"})
	}
	return points
}

type labjackValves struct {
	labjack
	options LabJackValvesOptions
	valves  []channel
	wait    func(context.Context, time.Duration) error
}

func openLabJackValves(w Wires, o LabJackValvesOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &labjackValves{newLabJack(w.Port), o, ordered(o.Channels), w.Wait}, nil
}

// Identify asks for the product and its serial number.
func (l *labjackValves) Identify(ctx context.Context) (Identity, error) {
	return l.identify(ctx, l.valves[0].number)
}

// Read asks for all states and all directions: registers 2800 and 2850.
func (l *labjackValves) Read(ctx context.Context) ([]Reading, error) {
	states, unread := l.word(ctx, labjackStates)
	if _, err := known(Reading{}, unread); err != nil {
		return nil, err
	}
	directions, undirected := l.word(ctx, labjackDirections)
	if _, err := known(Reading{}, undirected); err != nil {
		return nil, err
	}
	var readings []Reading
	for _, c := range l.valves {
		commanded := l.commanded(c, states, directions)
		if unread != nil || undirected != nil {
			commanded = mustKnow(Reading{Name: c.name + "_commanded"}, unread, undirected)
		}
		open := l.indicated(c, states, commanded)
		if unread != nil {
			open = mustKnow(Reading{Channel: c.name, Name: "open"}, unread)
		}
		readings = append(readings, open, commanded)
	}
	return readings, nil
}

// mustKnow is r with the reason of the first of errs that is there, all of them answers.
func mustKnow(r Reading, errs ...error) Reading {
	for _, err := range errs {
		if got, _ := known(r, err); got.Missing != "" {
			return got
		}
	}
	return r
}

// commanded is what a line drives. One that is no output drives nothing.
func (l *labjackValves) commanded(c channel, states, directions uint32) Reading {
	r := Reading{Name: c.name + "_commanded"}
	if directions>>c.number&1 == 0 {
		r.Missing = "its line is no output: not commanded yet"
		return r
	}
	r.Value = flag((states>>c.number&1 == 1) != l.options.Low)
	return r
}

// indicated is what the indicators of a valve show: one end, both, or none is no state. Without any it is what was commanded.
func (l *labjackValves) indicated(c channel, states uint32, commanded Reading) Reading {
	r := Reading{Channel: c.name, Name: "open"}
	opened, hasOpened := l.options.Opened[c.number]
	closed, hasClosed := l.options.Closed[c.number]
	atOpen, atClosed := states>>opened&1 == 1, states>>closed&1 == 1
	switch {
	case !hasOpened && !hasClosed:
		r.Value, r.Missing = commanded.Value, commanded.Missing
	case hasOpened && hasClosed && atOpen && atClosed:
		r.Missing = "both indicators on"
	case hasOpened && hasClosed && !atOpen && !atClosed:
		r.Missing = "travelling: neither indicator on"
	case hasOpened:
		r.Value = flag(atOpen)
	default:
		r.Value = flag(!atClosed)
	}
	return r
}

// Controls are the valves, by name: 1 opens, 0 closes.
func (l *labjackValves) Controls() []Control {
	var controls []Control
	for _, c := range l.valves {
		controls = append(controls, Control{Name: c.name, Max: 1})
	}
	return controls
}

// Set writes a line and waits until its valve is there; ErrRefused if it is not within the travel time.
func (l *labjackValves) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(l.Controls(), control, value); err != nil {
		return err
	}
	at := slices.IndexFunc(l.valves, func(c channel) bool { return c.name == control })
	if err := l.move(ctx, l.valves[at], value == 1); err != nil {
		return err
	}
	for gone := time.Duration(0); ; gone += boxLook {
		readings, err := l.Read(ctx)
		if err != nil {
			return err
		}
		open, commanded := readings[2*at], readings[2*at+1]
		if commanded.Missing != "" || commanded.Value != value {
			return refused(control, fmt.Sprintf("its line does not follow: %g %s", commanded.Value, commanded.Missing))
		}
		if open.Missing == "" && open.Value == value {
			return nil
		}
		if gone >= l.options.Travel {
			return fmt.Errorf("%s = %g: %w: its indicators do not show it within %v", control, value, ErrRefused, l.options.Travel)
		}
		if err := l.wait(ctx, boxLook); err != nil {
			return err
		}
	}
}

func (l *labjackValves) move(ctx context.Context, c channel, open bool) error {
	return l.write(ctx, c.number, open != l.options.Low)
}

// Halt closes all valves and does not wait for them.
func (l *labjackValves) Halt(ctx context.Context) error {
	var steps []step
	for _, c := range l.valves {
		steps = append(steps, func(ctx context.Context) error { return l.move(ctx, c, false) })
	}
	return halting(ctx, 3, steps...)
}
