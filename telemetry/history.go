package telemetry

import (
	"context"
	"math"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// History is an agent's own history of a point: every reading that the ring of blocks and the ring of readings hold, and the [Trend] where they
// hold none, because it is longer ago or capture was off. It implements [Archive], without events.
//
// Like the Trend it goes by monotonic time: a clock set late moves all of it. A point that is 0 or 1 is given by the Trend alone, since what it changed to
// stands in another lane.
type History struct {
	*Trend
	Long     *block.Ring
	Readings *buffer.Ring         // that Long is packed from
	Silence  func() time.Duration // how long a reading counts as the value until the next
}

// Series implements [Archive] in at most about q.Points entries: every reading at its time if there are no more of them than that. Else they are put together
// by stretches: an entry of one reading stands at its time; of more, at the middle of their stretch. The error is [buffer.ErrUnknown] where there is no such point.
func (h *History) Series(ctx context.Context, q SeriesQuery) (Series, error) {
	unit, zero, now, known := h.about(pointName{q.Device, q.Point})
	if !known || unit == "" {
		return h.Trend.Series(ctx, q)
	}
	from, until := near(q.Since.Sub(zero)), near(q.Until.Sub(zero))
	if from >= until {
		return Series{Unit: unit}, nil
	}
	b := newBuckets(from, until, max(q.Points, 1))
	h.read(b, &q)
	w := seriesWriter{out: Series{Unit: unit}, zero: zero, silence: h.Silence()}
	b.write(&w, now, h.silences(pointName{q.Device, q.Point}, b.from, b.until), func(from, to time.Duration) Series {
		part := q
		part.Since, part.Until = zero.Add(from), zero.Add(to)
		part.Points = max(int(float64(q.Points)*float64(to-from)/float64(b.until-b.from)), 1)
		s, err := h.Trend.Series(ctx, part)
		if err != nil {
			return Series{}
		}
		return s
	})
	return w.out, nil
}

// farthest from the start is what is asked of a history at most: no reading is farther, and twice the difference of two such times is still a duration.
const farthest = 50 * 365 * 24 * time.Hour

func near(up time.Duration) time.Duration { return min(max(up, -farthest), farthest) }

// read puts all readings of the point into the buckets: those of the blocks, then those that are in no block yet.
func (h *History) read(b *buckets, q *SeriesQuery) {
	var it block.Iterator
	position := h.Long.Each(func(k *block.Key, s *block.Summary) bool {
		return k.Point == q.Point && k.Device == q.Device && k.Kind == buffer.Reading && b.overlaps(s)
	}, func(held *block.Held) bool {
		if !b.addWhole(&held.Summary) && held.Open(&it) == nil {
			for it.Next() {
				b.add(&it.Event)
			}
		}
		return true
	})
	follow := h.Readings.Follow(position, batchSize)
	for events, _ := follow.Next(); len(events) > 0; events, _ = follow.Next() {
		for i := range events {
			if e := &events[i]; e.Point == q.Point && e.Device == q.Device && e.Kind == buffer.Reading {
				b.add(e)
			}
		}
	}
}

// about is the unit of a point, what wall time the start is believed to be, and the up of the newest sample of all.
func (t *Trend) about(name pointName) (unit buffer.Unit, zero time.Time, now time.Duration, known bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if h := t.points[name]; h != nil {
		unit, known = h.unit, true
	}
	return unit, t.zero, t.now, known
}

// silences are those of a point that reach into a stretch.
func (t *Trend) silences(name pointName, from, until time.Duration) []silence {
	t.mu.Lock()
	defer t.mu.Unlock()
	h := t.points[name]
	if h == nil {
		return nil
	}
	return h.silent.between(from, until, h.up, t.now)
}

// seriesWriter makes the columns of a series.
type seriesWriter struct {
	out     Series
	zero    time.Time
	silence time.Duration
}

// put appends one entry, unless it does not follow the last.
func (w *seriesWriter) put(t, low, mean, high float64) {
	if n := len(w.out.T); n > 0 && t <= w.out.T[n-1] {
		return
	}
	w.out.T = append(w.out.T, t)
	w.out.Min, w.out.Mean, w.out.Max = append(w.out.Min, low), append(w.out.Mean, mean), append(w.out.Max, high)
}

// gap appends an entry without a value, after the last in any case.
func (w *seriesWriter) gap(at time.Duration) {
	t := w.seconds(at)
	if n := len(w.out.T); n > 0 {
		t = max(t, w.out.T[n-1]+1e-6)
	}
	w.put(t, math.NaN(), math.NaN(), math.NaN())
}

func (w *seriesWriter) seconds(up time.Duration) float64 {
	return float64(w.zero.Add(up).UnixMicro()) / 1e6
}
