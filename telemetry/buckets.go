package telemetry

import (
	"math"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// buckets gathers readings in steps of equal width, by their up.
type buckets struct {
	from, until, step time.Duration
	all               []bucket
}

// bucket is the readings of one step.
type bucket struct {
	n             int
	min, sum, max float64
	first, last   time.Duration // when it has a value
	missing       time.Duration // when it last had none, 0 = never
}

func newBuckets(from, until time.Duration, points int) *buckets {
	step := max((until-from+time.Duration(points)-1)/time.Duration(points), time.Microsecond)
	return &buckets{from, until, step, make([]bucket, (until-from+step-1)/step)}
}

// find is the bucket of a time, nil outside of all.
func (b *buckets) find(up time.Duration) *bucket {
	if up < b.from || up >= b.until {
		return nil
	}
	return &b.all[(up-b.from)/b.step]
}

// overlaps reports whether a block has readings in the time of the buckets.
func (b *buckets) overlaps(s *block.Summary) bool {
	return time.Duration(s.LastUp+1)*time.Microsecond > b.from && time.Duration(s.FirstUp)*time.Microsecond < b.until
}

// addWhole adds a block that lies within one bucket and misses no value. It is false for any other.
func (b *buckets) addWhole(s *block.Summary) bool {
	first, last := time.Duration(s.FirstUp)*time.Microsecond, time.Duration(s.LastUp)*time.Microsecond
	one := b.find(first)
	if one == nil || one != b.find(last) || s.Values != s.Count {
		return false
	}
	one.add(s.Count, s.Min, s.Mean*float64(s.Count), s.Max, first, last)
	return true
}

func (b *buckets) add(e *buffer.Event) {
	one := b.find(e.Up)
	switch {
	case one == nil:
	case e.Missing != "" || math.IsNaN(e.Value) || math.IsInf(e.Value, 0):
		one.missing = e.Up
	default:
		one.add(1, e.Value, e.Value, e.Value, e.Up, e.Up)
	}
}

func (b *bucket) add(n int, low, sum, high float64, first, last time.Duration) {
	if b.n == 0 {
		b.min, b.max, b.first = low, high, first
	}
	b.min, b.max, b.sum = min(b.min, low), max(b.max, high), b.sum+sum
	b.n += n
	b.last = last
}

// write writes the buckets that have a reading. Where there is none for longer than the silence, it writes what fill gives for that
// stretch, and a gap where that is nothing. What is after now has not come yet.
func (b *buckets) write(w *seriesWriter, now time.Duration, fill func(from, to time.Duration) Series) {
	last, open := max(b.from, 0), false // what is written reaches to here, from the start on; a gap stands since
	silent := func(to time.Duration) {
		if !open && to-last > w.silence {
			w.splice(fill(last, to), last, to)
		}
	}
	for i := range b.all {
		one := &b.all[i]
		if one.n > 0 {
			at := one.first
			if one.n > 1 {
				at = max(b.from+time.Duration(i)*b.step+b.step/2, one.first)
			}
			silent(one.first)
			w.put(w.seconds(at), one.min, one.sum/float64(one.n), one.max)
			last, open = one.last, false
		}
		if one.missing > 0 && one.missing > last {
			silent(one.missing)
			w.gap(one.missing)
			last, open = one.missing, true
		}
	}
	silent(min(b.until, now))
}

// splice writes what a series has between two times, and a gap where it has nothing.
func (w *seriesWriter) splice(s Series, from, to time.Duration) {
	before := len(w.out.T)
	for i, t := range s.T {
		if t > w.seconds(from) && t < w.seconds(to) {
			w.put(t, s.Min[i], s.Mean[i], s.Max[i])
		}
	}
	if len(w.out.T) == before {
		w.gap(from + time.Microsecond)
	}
}
