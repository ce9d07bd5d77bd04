package runs

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/lifecycle"
)

// Limits of a passport.
const (
	MaxReadings = 400_000 // readings of pressures, temperatures and lasers that are looked at; what comes after is left out
	maxListed   = 500     // events, valve movements and faults that are listed, each
)

// Passport is one run and what the line did during it. What is not known is absent.
type Passport struct {
	Run          Run        `json:"run"`
	Valves       []Movement `json:"valves"`
	Pressures    []Range    `json:"pressures"`
	Temperatures []Range    `json:"temperatures"`
	Inlets       []Inlet    `json:"inlets"` // pressures just before each opening of a valve
	Lasers       []Laser    `json:"lasers"`
	Static       []Static   `json:"static"` // stretches of 10 s and more in which no valve moved
	Faulty       []Fault    `json:"faults"`
	Posted       []Posted   `json:"events"`
	Measures     []Measure  `json:"measures"`  // numbers by which runs of a kind are compared
	Truncated    bool       `json:"truncated"` // there was more than fits: readings, or rows of a list
	Readings     int        `json:"readings"`  // that were looked at
}

// Movement is one change of a valve that its switches or its controller showed.
type Movement struct {
	Device string    `json:"device"`
	Point  string    `json:"point"`
	Open   *bool     `json:"open"` // null = what it became is not known
	Time   time.Time `json:"timestamp"`
	Took   *float64  `json:"took_milliseconds"` // from the command to the switches; null where nobody here commanded it
	By     string    `json:"by"`
	Event  string    `json:"event"`
}

// Range is how a quantity went during a run.
type Range struct {
	Device string      `json:"device"`
	Point  string      `json:"point"`
	Unit   buffer.Unit `json:"unit"`
	Before *float64    `json:"before"` // when the run began; null where it was not known then
	Min    *float64    `json:"min"`
	Max    *float64    `json:"max"`
	Last   *float64    `json:"last"`
	Count  int         `json:"count"` // readings
}

// Inlet is the pressures just before a valve opened.
type Inlet struct {
	Device string      `json:"device"`
	Time   time.Time   `json:"timestamp"`
	Point  string      `json:"point"` // of a gauge, as "device.point"
	Unit   buffer.Unit `json:"unit"`
	Value  float64     `json:"value"`
}

// Posted is one event that was posted of the run.
type Posted struct {
	Time   time.Time `json:"timestamp"`
	Metric string    `json:"metric_name"`
	Status string    `json:"status"`
	Event  string    `json:"event"`
}

// Measure is one number of a run that can be compared with those of its kind.
type Measure struct {
	Name  string      `json:"name"`
	Unit  buffer.Unit `json:"unit"`
	Value float64     `json:"value"`
}

// Builder makes the passport of a run from the events of its agent in its time. Use [NewBuilder], Add each, then Passport.
type Builder struct {
	run       Run
	from, to  time.Time
	hold      time.Duration
	out       Passport
	points    map[pointKey]*course
	moves     []buffer.Event
	truncated bool
}

type pointKey struct{ device, point string }

// course is the readings of one point, in the order in which they came.
type course struct {
	unit   buffer.Unit
	metric string
	t      []int64 // microseconds since 1970
	v      []float64
}

// NewBuilder makes the builder of a run's passport. hold is how long a reading counts as the value until the next.
func NewBuilder(run Run, now time.Time, hold time.Duration) *Builder {
	return &Builder{run: run, from: run.Begun(), to: run.Over(now), hold: hold, points: map[pointKey]*course{},
		out: Passport{Run: run, Valves: []Movement{}, Pressures: []Range{}, Temperatures: []Range{}, Inlets: []Inlet{}, Lasers: []Laser{},
			Static: []Static{}, Faulty: []Fault{}, Posted: []Posted{}, Measures: []Measure{}}}
}

// Span is the time whose events are needed: that of the run, and what is known when it begins.
func (b *Builder) Span() (from, to time.Time) { return b.from.Add(-b.hold), b.to }

// Add takes an event. Those of another agent or time are left out.
func (b *Builder) Add(e *buffer.Event) {
	if from, to := b.Span(); e.Source != b.run.Source || e.Time.Before(from) || e.Time.After(to) {
		return
	}
	if e.Time.Before(b.from) {
		if e.Kind == buffer.Reading || e.Kind == buffer.State {
			b.reading(e)
		}
		return
	}
	switch {
	case e.Kind == buffer.Reading:
		b.reading(e)
	case e.Kind == buffer.State:
		b.reading(e)
		if e.Metric == "valve_is_open" {
			b.moves = append(b.moves, *e)
		}
	case e.Kind == buffer.Lifecycle && idOf(e) == b.run.id:
		b.posted(e)
	case IsFault(e):
		b.out.Faulty = append(b.out.Faulty, faultOf(e))
	}
	if e.Kind == buffer.Command && e.Status == "success" {
		b.moves = append(b.moves, *e)
	}
}

func (b *Builder) posted(e *buffer.Event) {
	b.out.Posted = append(b.out.Posted, Posted{e.Time, e.Metric, StatusOf(e), eventID(e)})
	if lifecycle.OutcomeOf(StatusOf(e)) == lifecycle.Failed {
		b.out.Faulty = append(b.out.Faulty, faultOf(e))
	}
}

// reading keeps a value of what passports show. A missing one is kept as no number: it ends what was before.
func (b *Builder) reading(e *buffer.Event) {
	if !shown(e) {
		return
	}
	if b.out.Readings >= MaxReadings {
		b.truncated = true
		return
	}
	b.out.Readings++
	k := pointKey{e.Device, e.Point}
	c := b.points[k]
	if c == nil {
		c = &course{unit: e.Unit, metric: e.Metric}
		b.points[k] = c
	}
	v := e.Value
	if e.Missing != "" {
		v = math.NaN()
	}
	c.t, c.v = append(c.t, e.Time.UnixMicro()), append(c.v, v)
}

// Passport is what was added, put together. Call it once.
func (b *Builder) Passport() *Passport {
	for _, c := range b.points {
		c.sort()
	}
	b.valves()
	b.ranges()
	b.inlets()
	b.lasers()
	b.static()
	b.lists()
	b.measures()
	b.out.Truncated = b.truncated
	return &b.out
}

// lists puts the lists in order and cuts what is too long.
func (b *Builder) lists() {
	slices.SortStableFunc(b.out.Faulty, func(x, y Fault) int { return cmp.Or(x.Time.Compare(y.Time), cmp.Compare(x.Event, y.Event)) })
	slices.SortStableFunc(b.out.Posted, func(x, y Posted) int { return cmp.Or(x.Time.Compare(y.Time), cmp.Compare(x.Event, y.Event)) })
	b.out.Valves, b.out.Faulty = cut(b, b.out.Valves), cut(b, b.out.Faulty)
	b.out.Posted, b.out.Inlets, b.out.Static = cut(b, b.out.Posted), cut(b, b.out.Inlets), cut(b, b.out.Static)
}

// cut is at most as many rows as are listed.
func cut[T any](b *Builder, list []T) []T {
	if len(list) > maxListed {
		b.truncated = true
		return list[:maxListed]
	}
	return list
}

// eventID is what an event of an agent is known by: boot/lane/seq.
func eventID(e *buffer.Event) string { return fmt.Sprintf("%s/%s/%d", e.Boot, e.Lane, e.Seq) }
