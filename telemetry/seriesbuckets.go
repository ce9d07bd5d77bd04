package telemetry

import (
	"math"
	"time"
)

// scribe writes buckets as a series: what is known, and where that ends.
type scribe struct {
	*seriesWriter
	silences []silence
	finest   time.Duration                       // what is shorter is not told
	fill     func(from, to time.Duration) Series // what else has a stretch without a reading
	last     time.Duration                       // what is written reaches to here
	open     bool                                // a gap stands since
}

// sameMoment is how much later than its sample an event is stamped, at most, on a board that is busy. A gap that is shorter is not told.
const sameMoment = time.Second

// write writes the buckets that have a reading. Where a silence stands between two of them, or there is none for longer than a reading counts, there is a
// gap, unless fill has something of that stretch. What is after now has not come yet.
func (b *buckets) write(w *seriesWriter, now time.Duration, silences []silence, fill func(from, to time.Duration) Series) {
	s := &scribe{seriesWriter: w, silences: silences, finest: 1, fill: fill, last: max(b.from, 0)}
	if b.each == nil {
		s.finest = b.step
	}
	list := b.list()
	for i := range list {
		one := &list[i]
		if one.n > 0 {
			s.reach(one.first)
			s.put(s.seconds(b.middle(one)), one.min, one.sum/float64(one.n), one.max)
			s.last, s.open = one.last, false
			if one.n > 1 && b.each == nil && i+1 < len(list) && list[i+1].n == 0 && !math.IsNaN(one.latest) {
				s.put(s.seconds(one.last), one.latest, one.latest, one.latest) // it holds until the next
			}
		}
		if one.missing > 0 && one.missing > s.last {
			s.reach(one.missing)
			s.gap(one.missing)
			s.last, s.open = one.missing, true
		}
	}
	s.reach(min(b.until, now))
	if len(s.silences) > 0 && !s.open {
		s.gap(max(s.silences[0].from, s.last) + time.Microsecond) // it lasts, and nothing has been heard since
	}
}

// reach goes on to the next reading, over what lies between.
func (s *scribe) reach(to time.Duration) {
	for len(s.silences) > 0 && s.silences[0].from < to-sameMoment {
		one := s.silences[0]
		s.silences = s.silences[1:]
		if one.to >= 0 && one.to-s.last < s.finest {
			continue // within what was written as one, or too short to be seen
		}
		s.quiet(max(one.from, s.last))
		s.gap(max(one.from, s.last) + time.Microsecond)
		s.open = true
		if one.to < 0 || one.to > to {
			s.last = to
			return
		}
		s.last = one.to
		if to-one.to > sameMoment {
			s.put(s.seconds(one.to), one.value, one.value, one.value)
			s.open = false
		}
	}
	s.quiet(to)
}

// quiet writes what is known of a stretch without a reading, if it is longer than a reading counts.
func (s *scribe) quiet(to time.Duration) {
	if s.open || to-s.last <= s.silence {
		return
	}
	s.splice(s.fill(s.last, to), s.last, to)
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
