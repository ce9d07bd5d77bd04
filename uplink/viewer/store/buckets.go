package store

import (
	"cmp"
	"math"
	"slices"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// moment is what an event says of a point.
type moment uint8

const (
	value   moment = iota // its value
	missing               // from here on it has none
	begun                 // its agent started: what was before ended with the last value, nobody knows when
)

// entry is one event of a point, or of what ends the knowledge of it.
type entry struct {
	at    int64 // microseconds
	value float64
	what  moment
}

// gathered keeps each entry while there are no more values than points, and puts them together in buckets from then on.
type gathered struct {
	points, values int
	each           []entry
	*buckets
}

func (g *gathered) add(e entry) {
	if e.what == value {
		g.values++
	}
	if g.values > g.points {
		for _, kept := range g.each {
			g.buckets.add(kept)
		}
		g.each = nil
		g.buckets.add(e)
		return
	}
	g.each = append(g.each, e)
}

func (g *gathered) series(unit buffer.Unit, q telemetry.SeriesQuery) telemetry.Series {
	if g.values > g.points {
		return g.buckets.series(unit)
	}
	slices.SortStableFunc(g.each, func(a, b entry) int { return cmp.Compare(a.at, b.at) })
	w := writer{out: empty(unit)}
	for _, e := range g.each {
		w.add(e)
	}
	w.silent(q.Until.UnixMicro())
	return w.out
}

func empty(unit buffer.Unit) telemetry.Series {
	return telemetry.Series{Unit: unit, T: []float64{}, Min: []float64{}, Mean: []float64{}, Max: []float64{}}
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
	case value:
		if n := len(w.out.T); n == 0 || float64(e.at)/1e6 > w.out.T[n-1] {
			w.put(float64(e.at)/1e6, e.value)
			w.last, w.open = e.at, true
		}
	case missing:
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

// buckets gathers values in steps of equal width.
type buckets struct {
	from, step int64 // microseconds
	all        []bucket
}

// bucket is the values of one step.
type bucket struct {
	n             int
	min, sum, max float64
	last, missing int64 // times of the last value, and of the last word that there is none; 0 = never
	latest        float64
}

func newBuckets(q telemetry.SeriesQuery) *buckets {
	from, until := q.Since.UnixMicro(), q.Until.UnixMicro()
	step := max((until-from+int64(q.Points)-1)/int64(q.Points), 1)
	return &buckets{from: from, step: step, all: make([]bucket, (until-from+step-1)/step)}
}

func (b *buckets) add(e entry) {
	i := int((e.at - b.from) / b.step)
	if i < 0 || i >= len(b.all) {
		return
	}
	one := &b.all[i]
	if e.what != value {
		one.missing = max(one.missing, e.at)
		return
	}
	if one.n == 0 {
		one.min, one.max = e.value, e.value
	}
	if e.at >= one.last {
		one.last, one.latest = e.at, e.value
	}
	one.min, one.max = min(one.min, e.value), max(one.max, e.value)
	one.sum += e.value
	one.n++
}

// maxSilence is how long an event counts as the value until the next one: 2.5 heartbeats of 60 s.
const maxSilence = 150 * time.Second

// series leaves out buckets without an event while the last event still counts, and makes one gap where it does not.
func (b *buckets) series(unit buffer.Unit) telemetry.Series {
	out := empty(unit)
	put := func(at int64, low, mean, high float64) {
		out.T = append(out.T, float64(at)/1e6)
		out.Min, out.Mean, out.Max = append(out.Min, low), append(out.Mean, mean), append(out.Max, high)
	}
	last, open := -1, false // last bucket with a value; whether a gap stands since
	for i := range b.all {
		one, middle := &b.all[i], b.from+int64(i)*b.step+b.step/2
		alone := i+1 < len(b.all) && b.all[i+1].n == 0
		switch {
		case one.n > 0:
			put(middle, one.min, one.sum/float64(one.n), one.max)
			last, open = i, false
			if alone && one.last > middle {
				put(one.last, one.latest, one.latest, one.latest) // it holds until the next
			}
			if alone && one.missing > one.last {
				put(middle+b.step, math.NaN(), math.NaN(), math.NaN())
				open = true
			}
		case open || last < 0:
		case one.missing > 0 || int64(i-last)*b.step > maxSilence.Microseconds():
			put(middle, math.NaN(), math.NaN(), math.NaN())
			open = true
		}
	}
	return out
}
