package device

import (
	"errors"
	"fmt"
	"math"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

// errNotShown says that a device does not show what a control of it moved.
var errNotShown = errors.New("not shown")

// judge judges what became of a Set by its error and by what was read back. What is shown is believed more than an
// acknowledgement; without either, the result is unknown and not failed. before is what was shown before it, NaN where that is not known.
func judge(c drivers.Control, value, before float64, set error, now drivers.Reading, back error) Outcome {
	lost := errors.Is(set, drivers.ErrTimeout) || errors.Is(set, drivers.ErrGarbled) || errors.Is(set, drivers.ErrPortLost)
	shown := back == nil && now.Missing == "" && !c.Pulse
	switch {
	case errors.Is(set, drivers.ErrRange):
		return Outcome{Result: "failed", Value: math.NaN(), Err: fmt.Errorf("%w: %w", set, buffer.ErrRange)}
	case shown && agrees(c, value, now.Value) && !unmoved(c, value, before, now.Value) && (set == nil || lost):
		return Outcome{Result: "success", Value: now.Value}
	case set == nil && (errors.Is(back, errNotShown) || c.Pulse):
		return Outcome{Result: "success", Value: value}
	case set == nil && shown:
		return Outcome{Result: "failed", Value: now.Value, Err: fmt.Errorf("it was told %v and shows %v: %w", value, now.Value, buffer.ErrFailed)}
	case set != nil && !lost:
		return Outcome{Result: "failed", Value: readOr(now, shown), Err: fmt.Errorf("%w: %w", set, buffer.ErrFailed)}
	}
	if back == nil && now.Missing != "" {
		back = errors.New(now.Missing)
	}
	return Outcome{Result: "unknown", Value: readOr(now, shown), Err: fmt.Errorf("%w: %w", errors.Join(set, back), buffer.ErrUnsettled)}
}

func readOr(now drivers.Reading, shown bool) float64 {
	if shown {
		return now.Value
	}
	return math.NaN()
}

// rounding is the part of a resolution that may be lost in the numbers themselves: 500.1 less 500 is a little more than 0.1.
const rounding = 1e-6

// agrees says whether a value read back is the one that was set: the same state, or within the resolution of the instrument; where that is not
// known, within a hundredth of the range.
func agrees(c drivers.Control, want, got float64) bool {
	switch {
	case c.Unit == "":
		return want == got
	case c.Resolution > 0:
		return math.Abs(want-got) <= c.Resolution*(1+rounding)
	}
	return math.Abs(want-got) <= (c.Max-c.Min)/100
}

// unmoved says whether a level has not moved at all, although it was told to by as much as the instrument can show; where that is not known, by
// half a hundredth of the range: one that acknowledges and does nothing is within a hundredth as often as not.
func unmoved(c drivers.Control, want, before, got float64) bool {
	switch {
	case c.Unit == "" || got != before:
		return false
	case c.Resolution > 0:
		return math.Abs(want-before) >= c.Resolution*(1-rounding)
	}
	return math.Abs(want-before) > (c.Max-c.Min)/200
}

// mayRepeat says whether a Set whose answer was lost may be sent once more: what is idle, and levels; never a move, a pulse, a shot
// or a count, and never what switches something on, which a halt may have switched off since.
func mayRepeat(c drivers.Control, value float64) bool {
	level := c.Unit == drivers.Percent || c.Unit == drivers.Celsius || c.Unit == drivers.Watts
	return !c.Pulse && !c.Hazard && (value == c.Idle || level)
}

// operation is the word for a Set in the one vocabulary, of a device of a family. The controls of a box of valves are
// named as its valves.
func operation(family string, c drivers.Control, value float64) string {
	switch {
	case family == "valve" && value == c.Min:
		return "close"
	case family == "valve":
		return "open"
	case c.Pulse:
		return "fire"
	case c.Unit == drivers.Meters:
		return "move"
	case c.Unit == "" && value == c.Idle:
		return "disable"
	case c.Unit == "":
		return "enable"
	}
	return "set"
}
