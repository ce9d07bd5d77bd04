package telemetry

import (
	"cmp"
	"math"
	"slices"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// buckets gathers readings in steps of equal width, by their up. While there are no more of them than steps, it keeps each for itself as well:
// there is nothing to put together then.
type buckets struct {
	from, until, step time.Duration
	all               []bucket
	each              []bucket // a reading each, nil once there are too many
	points            int
}

// bucket is the readings of one step.
type bucket struct {
	n             int
	min, sum, max float64
	first, last   time.Duration // when it has a value
	latest        float64       // the value at last, NaN where it is not known
	missing       time.Duration // when it last had none, 0 = never
}

func newBuckets(from, until time.Duration, points int) *buckets {
	step := max((until-from+time.Duration(points)-1)/time.Duration(points), time.Microsecond)
	return &buckets{from: from, until: until, step: step, all: make([]bucket, (until-from+step-1)/step), each: []bucket{}, points: points}
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

// addWhole adds a block that lies within one bucket and misses no value. It is false for any other, and while each reading is kept.
func (b *buckets) addWhole(s *block.Summary) bool {
	first, last := time.Duration(s.FirstUp)*time.Microsecond, time.Duration(s.LastUp)*time.Microsecond
	one := b.find(first)
	if b.room(s.Count) || one == nil || one != b.find(last) || s.Values != s.Count {
		return false
	}
	one.add(s.Count, s.Min, s.Mean*float64(s.Count), s.Max, first, last)
	one.latest = math.NaN()
	return true
}

// room reports whether n more readings may be kept each for itself; if not, none are.
func (b *buckets) room(n int) bool {
	if b.each != nil && len(b.each)+n > b.points {
		b.each = nil
	}
	return b.each != nil
}

func (b *buckets) add(e *buffer.Event) {
	one := b.find(e.Up)
	if one == nil {
		return
	}
	one.take(e)
	if b.room(1) {
		b.each = append(b.each, bucket{})
		b.each[len(b.each)-1].take(e)
	}
}

// take adds a reading.
func (b *bucket) take(e *buffer.Event) {
	if e.Missing != "" || math.IsNaN(e.Value) || math.IsInf(e.Value, 0) {
		b.missing = e.Up
		return
	}
	b.add(1, e.Value, e.Value, e.Value, e.Up, e.Up)
	b.latest = e.Value
}

func (b *bucket) add(n int, low, sum, high float64, first, last time.Duration) {
	if b.n == 0 {
		b.min, b.max, b.first = low, high, first
	}
	b.min, b.max, b.sum = min(b.min, low), max(b.max, high), b.sum+sum
	b.n += n
	b.last = last
}

// list is what is written, in order of time, and where an entry of several readings stands in its bucket.
func (b *buckets) list() []bucket {
	if b.each == nil {
		return b.all
	}
	slices.SortStableFunc(b.each, func(x, y bucket) int { return cmp.Compare(x.from(), y.from()) })
	return b.each
}

// from is when a bucket begins to say something.
func (b *bucket) from() time.Duration {
	if b.n > 0 {
		return b.first
	}
	return b.missing
}

// middle is where the entry of a bucket stands: that of one reading at its time.
func (b *buckets) middle(one *bucket) time.Duration {
	if one.n == 1 {
		return one.first
	}
	return max(b.from+(one.first-b.from)/b.step*b.step+b.step/2, one.first)
}
