package device

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

// Outcome is what became of a command once it was carried out.
type Outcome struct {
	Result string // success, failed, unknown
	Value  float64
	Old    string
	Err    error
	Took   time.Duration
}

// Set moves a control, if it still may, and reads back. The caller has the turn.
func (i *Device) Set(ctx context.Context, c drivers.Control, value float64, recheck func() error) Outcome {
	if err := recheck(); err != nil {
		return Outcome{Err: err}
	}
	old, before := i.shows(c.Name), i.levelOr(c, math.NaN())
	if err := i.identify(ctx); err != nil {
		i.failed(err)
		return Outcome{Result: "failed", Value: math.NaN(), Old: old, Err: fmt.Errorf("nothing was sent: %w: %w", err, buffer.ErrFailed)}
	}
	a := i.actuator()
	if a == nil {
		return Outcome{Result: "failed", Value: math.NaN(), Old: old, Err: fmt.Errorf("%s does not act: %w", i.Name, buffer.ErrFailed)}
	}
	if err := recheck(); err != nil { // identifying a device whose line was opened anew takes its time
		return Outcome{Err: err}
	}
	if i.Model.Laser && value != c.Idle {
		i.laserMayBeOn()
	}
	begun := time.Now()
	err := a.Set(ctx, c.Name, value)
	i.suspect(err)
	if err != nil && repeatable(err) && mayRepeat(c, value) && ctx.Err() == nil {
		err = a.Set(ctx, c.Name, value)
		i.suspect(err)
	}
	i.env.IO(i.Name, operation(i.Model.Family, c, value)).Done(err, time.Since(begun), i.env.Clock.Now())
	if ctx.Err() != nil {
		i.lose("not read back since a command was cut") // what was shown before it is not what is
		i.noteCommanded(c.Name, value, false)
		i.PollNow()
		return Outcome{Result: "unknown", Value: math.NaN(), Old: old, Err: fmt.Errorf("%w: %w", errors.Join(err, errHalted), buffer.ErrUnsettled)}
	}
	now, moves, back := i.readBack(ctx, c)
	o := judge(c, value, before, err, now, back)
	if o.Result == "failed" && err == nil && moves { // it accepted where to go, and is on its way
		o = Outcome{Result: "success", Value: now.Value}
	}
	i.noteCommanded(c.Name, value, o.Result == "success")
	o.Old = old
	return o
}

// readBack reads the device and finds what the control moved, and whether that is an axis on its way.
func (i *Device) readBack(ctx context.Context, c drivers.Control) (now drivers.Reading, moves bool, err error) {
	readings, err := i.ask(ctx)
	if err != nil {
		if ctx.Err() == nil {
			i.failed(err)
		}
		return drivers.Reading{}, false, err
	}
	i.answered()
	i.accept(readings, i.readAt, i.readUp)
	if r, ok := readingOf(readings, c.Name); ok {
		return r, c.Unit == drivers.Meters && i.travels(readings, c.Name), nil
	}
	return drivers.Reading{}, false, errNotShown
}

// travels says whether the axis of a control is read to move.
func (i *Device) travels(readings []drivers.Reading, control string) bool {
	for _, r := range readings {
		if r.Channel == "" && r.Name == i.Plan().MovingPoint(control) && r.Missing == "" && r.Value == 1 {
			return true
		}
	}
	return false
}

// shows is what a control's point shows now, as text.
func (i *Device) shows(control string) string {
	for _, s := range i.env.Present.Device(i.Name) {
		if s.Point() != control {
			continue
		}
		if s.Missing != "" {
			return s.Missing
		}
		return fmt.Sprint(s.Value)
	}
	return "unknown"
}

// Level is what a control shows now, its idle value where that is not known: a rise then begins there.
func (i *Device) Level(c drivers.Control) float64 { return i.levelOr(c, c.Idle) }

// levelOr is what a control shows now, or another value where that is not known.
func (i *Device) levelOr(c drivers.Control, unknown float64) float64 {
	for _, s := range i.env.Present.Device(i.Name) {
		if s.Point() == c.Name && s.Missing == "" && s.Bound == buffer.Exact {
			return s.Value
		}
	}
	return unknown
}

// readingOf is the reading that shows what a control moved.
func readingOf(readings []drivers.Reading, control string) (drivers.Reading, bool) {
	for _, r := range readings {
		if r.Channel == control || r.Channel == "" && r.Name == control {
			return r, true
		}
	}
	return drivers.Reading{}, false
}
