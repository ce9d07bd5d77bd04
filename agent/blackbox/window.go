package blackbox

import (
	"slices"
	"time"

	"pychron-edge/telemetry"
)

// What is frozen around a cause.
const (
	Before = 5 * time.Minute // of readings, before the first cause
	After  = 2 * time.Minute // after the last cause

	join      = 3 * time.Minute  // after the first cause, another one joins it: Before, join and After are ten minutes
	maxCauses = 32               // that are listed
	quiet     = 30 * time.Minute // in which further failures of one device freeze nothing
)

// cause is an event that freezes what was around it.
type cause struct {
	telemetry.TripCause
	up     time.Duration
	device string // of a failure
}

// window is a stretch that is being recorded.
type window struct {
	causes    []telemetry.TripCause
	first     time.Duration // of its first cause
	until     time.Duration
	exchanges []telemetry.ShownExchange // as they were at the first cause
}

func (w *window) id() string { return w.causes[0].ID }

// has reports whether an id is of one of its causes.
func has(causes []telemetry.TripCause, id string) bool {
	return slices.ContainsFunc(causes, func(c telemetry.TripCause) bool { return c.ID == id })
}

// failedIn reports whether the failure of a device is one of some causes.
func failedIn(causes []telemetry.TripCause, device string) bool {
	return slices.ContainsFunc(causes, func(c telemetry.TripCause) bool { return c.Kind == failureKind && c.About == device })
}

// windows are the stretches that are being recorded, oldest first. There are at most two, for a cause within [join] of the first belongs to it.
type windows struct {
	open   []*window
	failed map[string]time.Duration // by device, when a failure of it last froze something
}

// note takes a cause. It gives the window that it opened, nil where it joined one or freezes nothing.
func (s *windows) note(c cause) *window {
	for _, w := range s.open {
		if c.up > w.first+join {
			continue
		}
		if c.Kind == failureKind && failedIn(w.causes, c.About) {
			return nil // it comes and goes
		}
		w.until = max(w.until, c.up+After)
		if len(w.causes) < maxCauses {
			w.causes = append(w.causes, c.TripCause)
		}
		return nil
	}
	if c.Kind == failureKind {
		if last, ok := s.failed[c.device]; ok && c.up-last < quiet {
			return nil
		}
		if s.failed == nil {
			s.failed = map[string]time.Duration{}
		}
		s.failed[c.device] = c.up
	}
	w := &window{causes: []telemetry.TripCause{c.TripCause}, first: c.up, until: c.up + After}
	s.open = append(s.open, w)
	return w
}

// due takes the windows that are over.
func (s *windows) due(now time.Duration) (over []*window) {
	s.open = slices.DeleteFunc(s.open, func(w *window) bool {
		if w.until <= now {
			over = append(over, w)
		}
		return w.until <= now
	})
	return over
}

// next is when the next window is over; false where none is open.
func (s *windows) next() (time.Duration, bool) {
	if len(s.open) == 0 {
		return 0, false
	}
	first := s.open[0].until
	for _, w := range s.open {
		first = min(first, w.until)
	}
	return first, true
}
