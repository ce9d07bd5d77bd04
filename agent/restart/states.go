// Package restart is the states of valves, pumps and heaters as they were last known, and what of them is not as it was before a
// start that did not follow a stop in order.
//
// It reads and writes no file: what it holds is written by the agent's store.
package restart

import (
	"maps"
	"math"
	"sync"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
)

// Saved is what survives of one device, as it is written.
type Saved struct {
	Counts string             `json:"counts"` // as in the note of an event: "actuations=41"
	States map[string]float64 `json:"states"` // as they were last known, by point
}

// States are the states of valves, pumps and heaters as they were last known, and as they were before the start.
type States struct {
	mu      sync.Mutex
	plan    *config.Plan                  // that watched was made for
	watched map[string]map[string]float64 // by device and point: the difference that is none
	known   map[string]map[string]float64 // by device and point
	saved   map[string]Saved              // as they were last on disk
	compare map[string]map[string]float64 // as they were before an unclean start, where not compared yet
	found   found
}

// New is the states before anything is known.
func New() *States {
	return &States{known: map[string]map[string]float64{}, saved: map[string]Saved{}, compare: map[string]map[string]float64{}}
}

// watch gives the points of a device that are watched. The caller holds mu.
func (l *States) watch(p *config.Plan, name string) map[string]float64 {
	if l.plan != p {
		l.plan, l.watched = p, map[string]map[string]float64{}
	}
	points, ok := l.watched[name]
	if !ok {
		points = watchedPoints(p.Device(name))
		l.watched[name] = points
	}
	return points
}

// watchedPoints are the controls of a device and what it says of being open or on, with the difference that is none: a
// hundredth of the range of a level.
func watchedPoints(d *config.DevicePlan) map[string]float64 {
	if d == nil || len(d.Moves) == 0 {
		return nil
	}
	points := map[string]float64{"open": 0, "enabled": 0, "motor": 0}
	for _, c := range d.Moves {
		points[c.Name] = 0
		if c.Unit != "" {
			points[c.Name] = (c.Max - c.Min) / 100
		}
	}
	return points
}

// Note takes samples and says whether a state changed.
func (l *States) Note(p *config.Plan, name string, samples []buffer.Sample) (changed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	points := l.watch(p, name)
	if points == nil {
		return false
	}
	for n := range samples {
		s := &samples[n]
		same, ok := points[s.Point()]
		if !ok || s.Missing != "" {
			continue
		}
		if before, known := l.known[name][s.Point()]; known && math.Abs(before-s.Value) <= same {
			continue
		}
		if l.known[name] == nil {
			l.known[name] = map[string]float64{}
		}
		l.known[name][s.Point()] = s.Value
		changed = true
	}
	return changed
}

// Has says whether what was saved of a device was taken back.
func (l *States) Has(name string) bool {
	_, ok := l.Saved(name)
	return ok
}

// Saved is what is saved of a device, false where nothing is.
func (l *States) Saved(name string) (Saved, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok := l.saved[name]
	return s, ok
}

// Restore takes back what an earlier start saved of a device.
func (l *States) Restore(name string, s Saved) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.saved[name] = s
	if len(s.States) > 0 {
		l.known[name] = maps.Clone(s.States)
	}
}

// Save is a device as it is to be written, with its counts as they are now.
func (l *States) Save(name, counts string) Saved {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := Saved{counts, maps.Clone(l.known[name])}
	l.saved[name] = s
	return s
}
