package store

import (
	"cmp"
	"math"
	"slices"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// moment is what an event says of a point.
type moment uint8

const (
	present moment = iota // its value
	absent                // from here on it has none
	begun                 // its agent started: what was before ended with the last value, nobody knows when
)

// entry is one event of a point, or of what ends the knowledge of it.
type entry struct {
	at    int64 // microseconds
	value float64
	what  moment
}

// exact keeps every entry for itself while there are no more values than points: there is nothing to put together then.
type exact struct {
	points, values int
	each           []entry
}

func (x *exact) add(at int64, value float64) {
	if x.values++; x.values > x.points {
		x.each = nil
		return
	}
	x.each = append(x.each, entry{at, value, present})
}

// holds reports whether every value is kept.
func (x *exact) holds() bool { return x.values <= x.points }

// series writes what is kept, with what ended it, up to a time.
func (x *exact) series(unit buffer.Unit, ends []entry, until int64) telemetry.Series {
	x.each = append(x.each, ends...)
	slices.SortStableFunc(x.each, func(a, b entry) int { return cmp.Compare(a.at, b.at) })
	w := writer{out: roomySeries(unit, len(x.each))}
	for _, e := range x.each {
		w.add(e)
	}
	w.silent(until)
	return w.out
}

// roomySeries is a series without points, with room for so many.
func roomySeries(unit buffer.Unit, points int) telemetry.Series {
	return telemetry.Series{Unit: unit, T: make([]float64, 0, points), Min: make([]float64, 0, points), Mean: make([]float64, 0, points), Max: make([]float64, 0, points)}
}

// writer writes entries in order of time.
type writer struct {
	out  telemetry.Series
	last int64 // of the last value
	open bool  // there has been a value, and no gap since
}

func (w *writer) add(e entry) {
	w.silent(e.at)
	switch e.what {
	case present:
		if n := len(w.out.T); n == 0 || float64(e.at)/1e6 > w.out.T[n-1] {
			w.put(float64(e.at)/1e6, e.value)
			w.last, w.open = e.at, true
		}
	case absent:
		w.gap(e.at)
	case begun:
		w.gap(w.last + 1)
	}
}

// silent ends what has not been told again for too long.
func (w *writer) silent(at int64) {
	if at-w.last > maxSilence.Microseconds() {
		w.gap(w.last + 1)
	}
}

func (w *writer) gap(at int64) {
	if w.open {
		w.put(float64(max(at, w.last+1))/1e6, math.NaN())
		w.open = false
	}
}

func (w *writer) put(t, v float64) {
	w.out.T = append(w.out.T, t)
	w.out.Min, w.out.Mean, w.out.Max = append(w.out.Min, v), append(w.out.Mean, v), append(w.out.Max, v)
}
