package buffer

import (
	"fmt"
	"strings"
	"time"
)

// Longest strings an event carries, in bytes. [Ring.Append] cuts what is longer.
const (
	MaxNote   = 512
	MaxString = 128
	MaxLabels = 1024 // all of an event's labels together, in canonical form
)

// Event is one thing that happened. It is a plain value: once appended it never changes.
//
// It is known for ever by (Source, Boot, Lane, Seq).
type Event struct {
	Source, Boot string        // which agent; random id of its start
	Seq          uint64        // within (Source, Boot, Lane), from 1; stamped by Append where zero
	Time         time.Time     // when it happened, UTC: the agent's clock, or the time an ingested event brought
	Up           time.Duration // when it was recorded: monotonic time since the start of Boot, whole microseconds
	Device       string        // name from the configuration
	Point        string        // of a reading or state: its channel, else the name of the reading; "" where there is none
	Unit         Unit          // of Value
	Metric       string        // Prometheus name without namespace: "pressure_pascals"
	Value        float64
	Missing      string // not empty: there is no value, and why
	Labels       Labels
	Status       string // "success", or what went wrong
	Note         string // who and why for commands (logfmt); the exchange for failures

	// One byte each, side by side: an agent keeps thousands of events.
	Lane     Lane // stamped by Append where zero
	Kind     Kind
	Severity Severity
	Type     Type // how it moves its metric
	Bound    Bound
}

// Lane is one of the three rings an event can stand in.
type Lane uint8

// The lanes. The zero Lane means "not yet appended".
const (
	Audit    Lane = 1 + iota // command, state, failure, recovery, trip, alarm, lifecycle, system, clock
	Readings                 // readings, and debug events
	Ingest                   // what others POST
)

// Kind says what sort of thing happened.
type Kind uint8

// The kinds. The zero Kind means "not said".
const (
	Reading Kind = 1 + iota
	Command
	State
	Failure
	Recovery
	Trip
	Alarm
	Lifecycle
	System
	Clock
)

// Severity orders events by how much they matter to a person.
type Severity uint8

// The severities, ascending. The zero Severity means "not said".
const (
	Debug Severity = 1 + iota
	Info
	Warning
	Error
	Critical
)

// Type says how an event moves its metric.
type Type uint8

// The types. The zero Type means "not said".
const (
	Counter   Type = 1 + iota // Value is an increment
	Gauge                     // Value is the present value
	Histogram                 // Value is one observation
)

var (
	laneWords     = [...]string{"", "audit", "readings", "ingest"}
	kindWords     = [...]string{"", "reading", "command", "state", "failure", "recovery", "trip", "alarm", "lifecycle", "system", "clock"}
	severityWords = [...]string{"", "debug", "info", "warning", "error", "critical"}
	typeWords     = [...]string{"", "counter", "gauge", "histogram"}
	boundWords    = [...]string{"exact", "at_most", "at_least"}
)

func (l Lane) String() string     { return word(laneWords[:], int(l)) }
func (k Kind) String() string     { return word(kindWords[:], int(k)) }
func (s Severity) String() string { return word(severityWords[:], int(s)) }
func (t Type) String() string     { return word(typeWords[:], int(t)) }
func (b Bound) String() string    { return word(boundWords[:], int(b)) }

// ParseLane reads a lane's word; the error lists the words it must be one of. So do the four below for theirs.
func ParseLane(s string) (Lane, error) { return parse[Lane](laneWords[:], 1, "lane", s) }

// ParseKind reads a kind's word.
func ParseKind(s string) (Kind, error) { return parse[Kind](kindWords[:], 1, "kind", s) }

// ParseSeverity reads a severity's word.
func ParseSeverity(s string) (Severity, error) {
	return parse[Severity](severityWords[:], 1, "severity", s)
}

// ParseType reads a type's word.
func ParseType(s string) (Type, error) { return parse[Type](typeWords[:], 1, "event type", s) }

// ParseBound reads a bound's word.
func ParseBound(s string) (Bound, error) { return parse[Bound](boundWords[:], 0, "bound", s) }

func word(words []string, i int) string {
	if i < len(words) {
		return words[i]
	}
	return ""
}

func parse[T ~uint8](words []string, first int, what, s string) (T, error) {
	for i := first; i < len(words); i++ {
		if words[i] == s {
			return T(i), nil
		}
	}
	return 0, fmt.Errorf("%s %q is unknown; must be one of: %s", what, clip(s, 40), strings.Join(words[first:], ", "))
}

// bound cuts the event's strings to their longest. A cut string is copied, so that it does not keep its whole body alive.
func (e *Event) bound() {
	e.Source, e.Boot = clip(e.Source, MaxString), clip(e.Boot, MaxString)
	e.Device, e.Metric = clip(e.Device, MaxString), clip(e.Metric, MaxString)
	e.Point, e.Unit = clip(e.Point, MaxString), Unit(clip(string(e.Unit), MaxString))
	e.Missing, e.Status = clip(e.Missing, MaxString), clip(e.Status, MaxString)
	e.Note = clip(e.Note, MaxNote)
	e.Labels = e.Labels.clip(MaxLabels)
}

// clip cuts s to at most n bytes at a rune boundary, and copies what it cuts.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return strings.Clone(s[:n])
}
