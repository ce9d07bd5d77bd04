package uplink

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"pychron-edge/buffer"
)

// MaxSeq is the greatest number of an event that is believed: a number that JSON carries exactly everywhere.
const MaxSeq = 1<<53 - 1

// MaxClockStep is the greatest correction of a clock that is believed, in seconds: some 300 years.
const MaxClockStep = 1e10

// maxUp is the longest time since the start of an agent that is believed.
const maxUp = 100 * 365 * 24 * time.Hour

// checkEvent checks an event that came on a topic of certain lanes: what no agent sends is not taken.
func checkEvent(e *buffer.Event, lanes []buffer.Lane) error {
	switch {
	case e.Boot == "" || e.Lane == 0 || e.Seq == 0:
		return errors.New("boot, lane and seq are all needed")
	case e.Seq > MaxSeq:
		return fmt.Errorf("seq %d; it must be at most %d", e.Seq, uint64(MaxSeq))
	case !slices.Contains(lanes, e.Lane):
		return fmt.Errorf("lane %s; it must be one of %v on this topic", e.Lane, lanes)
	case e.Up < 0 || e.Up > maxUp:
		return fmt.Errorf("up %v; it must be 0 to %v", e.Up, maxUp)
	case e.Kind == buffer.Clock && math.Abs(e.Value) > MaxClockStep:
		return fmt.Errorf("a clock that is off by %g s; it must be at most %g", e.Value, float64(MaxClockStep))
	}
	return checkTexts(e)
}

// checkTexts checks that no text of an event is longer than the rings keep it, and that names are printable.
func checkTexts(e *buffer.Event) error {
	for _, n := range [...]struct{ what, name string }{{"source", e.Source}, {"boot", e.Boot}, {"device", e.Device}, {"point", e.Point}, {"unit", string(e.Unit)}, {"metric", e.Metric}} {
		if err := CheckName(n.name); err != nil {
			return fmt.Errorf("%s: %w", n.what, err)
		}
	}
	if len(e.Missing) > buffer.MaxString || len(e.Status) > buffer.MaxString || len(e.Note) > buffer.MaxNote {
		return fmt.Errorf("missing, status and note have %d, %d and %d bytes; they must have at most %d, %d and %d",
			len(e.Missing), len(e.Status), len(e.Note), buffer.MaxString, buffer.MaxString, buffer.MaxNote)
	}
	if len(e.Labels) > buffer.MaxLabels || strings.Contains(string(e.Labels), "\x1f") {
		return fmt.Errorf("labels of %d bytes; they must have at most %d, and no unit separator", len(e.Labels), buffer.MaxLabels)
	}
	return nil
}

// CheckName checks the length of a name and that it has no control characters. It may be empty.
func CheckName(name string) error {
	if len(name) > buffer.MaxString {
		return fmt.Errorf("%.40q... has %d bytes; it must have at most %d", name, len(name), buffer.MaxString)
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
		return fmt.Errorf("%.40q; it must have no control characters", name)
	}
	return nil
}
