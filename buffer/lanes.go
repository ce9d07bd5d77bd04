package buffer

import "fmt"

// Lanes are the three rings of one program, side by side.
type Lanes struct{ Audit, Readings, Ingest *Ring }

// Default sizes of the rings, in events.
const (
	DefaultAudit    = 1000
	DefaultReadings = 4096
	DefaultIngest   = 1000
)

// NewLanes makes three rings of the given sizes; a size of 0 means the default.
func NewLanes(audit, readings, ingest int) Lanes {
	or := func(n, d int) int {
		if n <= 0 {
			return d
		}
		return n
	}
	return Lanes{
		NewRing(Audit, or(audit, DefaultAudit)),
		NewRing(Readings, or(readings, DefaultReadings)),
		NewRing(Ingest, or(ingest, DefaultIngest)),
	}
}

// Of is the ring of one lane.
func (l Lanes) Of(lane Lane) *Ring {
	switch lane {
	case Readings:
		return l.Readings
	case Ingest:
		return l.Ingest
	}
	return l.Audit
}

// For is the lane an event belongs to when nobody said: readings and whatever is debug stand apart from the audit.
func For(e *Event) Lane {
	switch {
	case e.Lane != 0:
		return e.Lane
	case e.Kind == Reading, e.Severity == Debug:
		return Readings
	}
	return Audit
}

// Append puts e in the ring of its lane.
func (l Lanes) Append(e *Event) { l.Of(For(e)).Append(e) }

// Each calls f for the three rings, audit first.
func (l Lanes) Each(f func(Lane, *Ring)) {
	f(Audit, l.Audit)
	f(Readings, l.Readings)
	f(Ingest, l.Ingest)
}

// Positions is one position in each lane.
type Positions struct{ Audit, Readings, Ingest uint64 }

// Now is the positions after everything that has been appended.
func (l Lanes) Now() Positions {
	return Positions{l.Audit.Stats().Position, l.Readings.Stats().Position, l.Ingest.Stats().Position}
}

// Of is the position in one lane.
func (p *Positions) Of(lane Lane) *uint64 {
	switch lane {
	case Readings:
		return &p.Readings
	case Ingest:
		return &p.Ingest
	}
	return &p.Audit
}

// String is "<audit>.<readings>.<ingest>".
func (p Positions) String() string { return fmt.Sprintf("%d.%d.%d", p.Audit, p.Readings, p.Ingest) }
