package drawing

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Tracker remembers for how long each region has been as it is, and the last readings of each gauge. Times are monotonic. It is for
// one goroutine at a time; the zero Tracker is ready.
type Tracker struct {
	since    map[string]began
	readings map[string][]Reading
	known    map[string]bool // the parts of whose region the condition was known before
}

// began is when a region came to be.
type began struct {
	at      time.Duration
	atLeast bool // what was before is not known
}

// maxReadings is how many readings of one gauge are remembered.
const maxReadings = 600

// Read takes a reading of a gauge; not ok is one that is no exact value, with which what came before counts no longer.
func (t *Tracker) Read(gauge string, at time.Duration, value float64, ok bool) {
	if t.readings == nil {
		t.readings = map[string][]Reading{}
	}
	list := t.readings[gauge]
	switch {
	case !ok:
		list = nil
	case len(list) > 0 && at <= list[len(list)-1].At:
		return
	default:
		list = append(list, Reading{at, value})
	}
	first := slices.IndexFunc(list, func(r Reading) bool { return at-r.At <= riseOver })
	if first = max(first, len(list)-maxReadings, 0); first > 0 {
		list = slices.Delete(list, 0, first)
	}
	t.readings[gauge] = list
}

// Observe takes the regions as they are now, and tells each for how long it has been so and how fast its pressures rise.
func (t *Tracker) Observe(l *Line, regions []Region, now time.Duration) {
	next := make(map[string]began, len(regions))
	for i := range regions {
		r := &regions[i]
		key := r.key()
		b, known := t.since[key]
		if !known {
			b = began{now, !slices.ContainsFunc(r.Parts, func(name string) bool { return t.known[name] })}
		}
		next[key] = b
		r.Since, r.AtLeast = seconds(now-b.at), b.atLeast
		if r.Condition == Static {
			t.rises(l, r, b.at)
		}
	}
	t.since, t.known = next, map[string]bool{}
	for i := range regions {
		for _, name := range regions[i].Parts {
			t.known[name] = regions[i].Condition != Unclear || len(regions[i].Moving) > 0 && len(regions[i].Moving) == len(regions[i].Unsure)
		}
	}
}

// key is the same as long as a region is.
func (r *Region) key() string { return fmt.Sprint(r.Condition, strings.Join(r.Parts, "\n"), r.Pipes) }

// rises works out how fast the pressures of a region rise, from what was read since it came to be.
func (t *Tracker) rises(l *Line, r *Region, since time.Duration) {
	for _, name := range r.Parts {
		if p := l.Part(name); p.Kind != Gauge {
			continue
		}
		list, ok := t.readings[name]
		if !ok {
			continue
		}
		first := slices.IndexFunc(list, func(x Reading) bool { return x.At >= since })
		rise := RiseOf(list[max(first, 0):])
		if first < 0 {
			rise = RiseOf(nil)
		}
		rise.Gauge = name
		if rise.Rate != nil && r.Size > 0 {
			leak := *rise.Rate * r.Size
			rise.Leak = &leak
		}
		r.Rises = append(r.Rises, rise)
	}
}
