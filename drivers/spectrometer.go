package drivers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"pychron-edge/lazyregexp"
)

// Detector is one detector of a mass spectrometer.
type Detector struct {
	Name  string  `yaml:"name"`  // of its channel; on Qtegra also its name there
	Unit  Unit    `yaml:"unit"`  // of its intensity: volts, amperes or counts_per_second
	Scale float64 `yaml:"scale"` // of that unit in one of the spectrometer's own; 0 = 1
}

var intensityUnits = []Unit{Volts, Amperes, CountsPerSecond}

// checkDetectors says what is wrong with detectors.
func checkDetectors(detectors []Detector) error {
	names := map[int]string{}
	for i, d := range detectors {
		names[i+1] = d.Name
		if !slices.Contains(intensityUnits, d.Unit) {
			return fmt.Errorf("detectors: %s: unit %q; must be volts, amperes or counts_per_second", d.Name, d.Unit)
		}
		if d.Scale < 0 || !finite(d.Scale) {
			return fmt.Errorf("detectors: %s: scale %g; must be more than 0, or 0 for 1", d.Name, d.Scale)
		}
	}
	if err := checkChannels(names, 1, 64); err != nil {
		return fmt.Errorf("detectors: %w", err)
	}
	return nil
}

// intensity is what a detector measured, in its unit.
func (d Detector) intensity(v float64) (Reading, error) {
	if d.Scale != 0 {
		v *= d.Scale
	}
	r := Reading{Channel: d.Name, Name: "intensity", Value: v, Unit: d.Unit}
	return r, check(r)
}

func detectorPoints(detectors []Detector) []Point {
	var points []Point
	for _, d := range detectors {
		points = append(points, Point{Channel: d.Name, Name: "intensity", Unit: d.Unit})
	}
	return points
}

// farValves are valves that a spectrometer moves. It answers open or closed; whether that is commanded or indicated is not known.
type farValves struct {
	channels map[string]string // channel by the spectrometer's name of a valve
	travel   time.Duration     // longest time from one end to the other
	wait     func(context.Context, time.Duration) error
	move     func(ctx context.Context, valve string, open bool) error
	open     func(ctx context.Context, valve string) (bool, error)
}

var farName = lazyregexp.New(`^[ -~]+$`)

func checkFarValves(channels map[string]string, travel time.Duration) error {
	names := map[int]string{}
	for valve, channel := range channels {
		if !farName.MatchString(valve) {
			return fmt.Errorf("valves: %q; must be printable text", valve)
		}
		names[len(names)+1] = channel
	}
	if travel < 0 || travel > time.Minute {
		return fmt.Errorf("travel: %v; must be 0 to 1m", travel)
	}
	if len(names) == 0 {
		return nil
	}
	if err := checkChannels(names, 1, 64); err != nil {
		return fmt.Errorf("valves: %w", err)
	}
	return nil
}

func farPoints(channels map[string]string) []Point {
	var points []Point
	for _, valve := range slices.Sorted(maps.Keys(channels)) {
		points = append(points, Point{Channel: channels[valve], Name: "open", Told: true})
	}
	return points
}

func (f *farValves) read(ctx context.Context) ([]Reading, error) {
	var readings []Reading
	for _, valve := range slices.Sorted(maps.Keys(f.channels)) {
		open, err := f.open(ctx, valve)
		r, err := measured(Reading{Channel: f.channels[valve], Name: "open"}, flag(open), err)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	return readings, nil
}

func (f *farValves) controls() []Control {
	var controls []Control
	for _, valve := range slices.Sorted(maps.Keys(f.channels)) {
		controls = append(controls, Control{Name: f.channels[valve], Max: 1})
	}
	return controls
}

// farLook is how long it waits before it asks again whether a valve is there.
const farLook = 100 * time.Millisecond

// set moves the valve of a channel and waits until the spectrometer reports it there; ErrRefused if it is not within the travel time.
func (f *farValves) set(ctx context.Context, channel string, value float64) error {
	for valve, c := range f.channels {
		if c != channel {
			continue
		}
		if err := f.move(ctx, valve, value == 1); err != nil {
			return err
		}
		return f.arrive(ctx, valve, value == 1)
	}
	return fmt.Errorf("%w: no valve %q", ErrRange, channel)
}

func (f *farValves) arrive(ctx context.Context, valve string, want bool) error {
	for gone := time.Duration(0); ; gone += farLook {
		open, err := f.open(ctx, valve)
		if err != nil || open == want {
			return err
		}
		if gone >= f.travel {
			return fmt.Errorf("valve %s: %w: not there within %v", valve, ErrRefused, f.travel)
		}
		if err := f.wait(ctx, farLook); err != nil {
			return err
		}
	}
}

// halt closes all of them and does not wait for them.
func (f *farValves) halt(ctx context.Context) error {
	var steps []step
	for _, valve := range slices.Sorted(maps.Keys(f.channels)) {
		steps = append(steps, func(ctx context.Context) error { return f.move(ctx, valve, false) })
	}
	return halting(ctx, 3, steps...)
}
