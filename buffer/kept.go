package buffer

import (
	"sync/atomic"
	"time"
)

// kept is an event as a ring keeps it: what it has in common with others, and what is its own.
type kept struct {
	what  *common
	note  string
	time  time.Time
	up    time.Duration
	seq   uint64
	value float64
	bound Bound
}

// common is what events have in common that tell of one thing: all readings of a channel. The texts of an event are nine, which a collector
// would have to look at, each time, for each of thousands of events.
type common struct {
	source, boot, device, point string
	unit                        Unit
	metric, missing             string
	labels                      Labels
	status                      string
	lane                        Lane
	kind                        Kind
	severity                    Severity
	moves                       Type // its metric

	json atomic.Pointer[framed]
}

// of says whether e has it.
func (c *common) of(e *Event) bool {
	return c.device == e.Device && c.point == e.Point && c.metric == e.Metric && c.labels == e.Labels &&
		c.kind == e.Kind && c.lane == e.Lane && c.severity == e.Severity && c.moves == e.Type &&
		c.source == e.Source && c.boot == e.Boot && c.unit == e.Unit && c.status == e.Status && c.missing == e.Missing
}

func commonOf(e *Event) *common {
	return &common{source: e.Source, boot: e.Boot, device: e.Device, point: e.Point, unit: e.Unit, metric: e.Metric, missing: e.Missing,
		labels: e.Labels, status: e.Status, lane: e.Lane, kind: e.Kind, severity: e.Severity, moves: e.Type}
}

// event is the event that is kept.
func (k *kept) event(e *Event) {
	c := k.what
	*e = Event{
		Source: c.source, Boot: c.boot, Seq: k.seq, Time: k.time, Up: k.up, Device: c.device, Point: c.point, Unit: c.unit, Metric: c.metric,
		Value: k.value, Missing: c.missing, Labels: c.labels, Status: c.status, Note: k.note,
		Lane: c.lane, Kind: c.kind, Severity: c.severity, Type: c.moves, Bound: k.bound,
	}
}

// commons are those of the events of a ring, in a table by hash that is at most half full. Where many have one hash, what one of them has in
// common may be kept twice: a look goes maxProbes entries far.
type commons struct {
	table []*common // its length is a power of two
	n     int
	max   int // when there are so many, the table begins anew: most of them are in no event any more
}

const maxProbes = 16

// find gives that of an event, nil if there is none.
func (t *commons) find(e *Event) *common {
	if len(t.table) == 0 {
		return nil
	}
	mask, h := uint32(len(t.table)-1), hashOf(e)
	for n := range uint32(maxProbes) {
		if c := t.table[(h+n)&mask]; c == nil || c.of(e) {
			return c
		}
	}
	return nil
}

// add takes that of an event which has none yet.
func (t *commons) add(e *Event) *common {
	switch {
	case t.n >= t.max:
		clear(t.table)
		t.n = 0
	case 2*t.n >= len(t.table):
		t.grow()
	}
	c := commonOf(e)
	t.put(c, hashOf(e))
	return c
}

func (t *commons) grow() {
	old := t.table
	t.table, t.n = make([]*common, max(2*len(old), maxProbes)), 0
	for _, c := range old {
		if c != nil {
			e := Event{Source: c.source, Device: c.device, Point: c.point, Metric: c.metric, Labels: c.labels, Status: c.status}
			t.put(c, hashOf(&e))
		}
	}
}

// put puts c in the first free place for its hash, or where another one is.
func (t *commons) put(c *common, h uint32) {
	mask := uint32(len(t.table) - 1)
	for n := range uint32(maxProbes) {
		if at := (h + n) & mask; t.table[at] == nil {
			t.table[at] = c
			t.n++
			return
		}
	}
	t.table[h&mask] = c
}

// hashOf tells channels apart by all of their names, and what has no device by its labels; what else there is to an event seldom differs.
func hashOf(e *Event) uint32 {
	h := hashText(hashText(0, e.Device), e.Point)
	if e.Device == "" {
		h = hashText(h, string(e.Labels))
	}
	h = hashText(h, end(e.Source))
	h = hashText(h, end(e.Metric))
	h = hashText(h, end(e.Status))
	return h ^ h>>16
}

func hashText(h uint32, s string) uint32 {
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619 // FNV-1a
	}
	return h
}

// end is the last bytes of a text.
func end(s string) string { return s[max(len(s)-4, 0):] }
