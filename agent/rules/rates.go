package rules

import (
	"time"

	"pychron-edge/buffer"
)

// rateWindow is the time over which a rate of change is taken. A slower poll takes its last two readings.
const rateWindow = 10 * time.Second

// Rates keeps the last readings of the points whose rate of change an expression asks for. It is not safe for use by several
// goroutines at once.
type Rates struct {
	points map[Ref][]moment // oldest first
}

type moment struct {
	up    time.Duration
	value float64
}

// NewRates keeps the given points (Plan.Rated).
func NewRates(points []Ref) *Rates {
	r := &Rates{points: make(map[Ref][]moment, len(points))}
	for _, p := range points {
		r.points[p] = nil
	}
	return r
}

// Add takes what was read. A reading that is missing or only a bound begins the point anew: a rate across it would be
// invented.
func (r *Rates) Add(samples []buffer.Sample) {
	if r == nil || len(r.points) == 0 {
		return
	}
	for i := range samples {
		s := &samples[i]
		key := Ref{s.Device, s.Point()}
		kept, asked := r.points[key]
		if asked {
			r.points[key] = keep(kept, s)
		}
	}
}

// keep appends s and drops what is older than the window, but never the last but one.
func keep(kept []moment, s *buffer.Sample) []moment {
	if s.Missing != "" || s.Bound != buffer.Exact {
		return kept[:0]
	}
	if n := len(kept); n > 0 && kept[n-1].up >= s.Up {
		return kept
	}
	if n := len(kept); n > 0 && s.StaleAfter > 0 && s.Up-kept[n-1].up > s.StaleAfter {
		kept = kept[:0]
	}
	kept = append(kept, moment{s.Up, s.Value})
	drop := 0
	for len(kept)-drop > 2 && s.Up-kept[drop].up > rateWindow {
		drop++
	}
	return append(kept[:0], kept[drop:]...)
}

// of is the rate of change of a point per second, between the oldest and the newest reading kept.
func (r *Rates) of(p Ref) (float64, bool) {
	if r == nil {
		return 0, false
	}
	kept := r.points[p]
	if len(kept) < 2 {
		return 0, false
	}
	first, last := kept[0], kept[len(kept)-1]
	return (last.value - first.value) / (last.up - first.up).Seconds(), true
}
