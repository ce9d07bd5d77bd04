package telemetry

import (
	"context"
	"fmt"
	"iter"
	"math"
	"sync"
	"time"

	"pychron-edge/buffer"
)

// Trend is the history in an agent's memory: of every point the smallest, mean and largest value, 24 hours at 30 s and 7
// days at 5 min. A full week of a point that moves takes 59 kB, of one that stands still 5 kB; memory is taken as it
// fills. It implements [Archive], without events. Any goroutine may use it.
type Trend struct {
	mu     sync.Mutex
	points map[pointName]*history
	zero   time.Time // wall time of the start, by the newest sample: history keeps monotonic time, so that a clock set late moves all of it
	now    time.Duration
}

type pointName struct{ device, point string }

// history is one point at both steps.
type history struct {
	unit   buffer.Unit
	up     time.Duration // of the last sample taken
	fine   level
	long   level
	silent silences
}

// The steps of a Trend.
const (
	fineStep     = 30 * time.Second
	fineKeep     = 24 * time.Hour
	longStep     = 5 * time.Minute
	longKeep     = 7 * 24 * time.Hour
	maxHistories = 500 // points: 30 MB if all of them move for a week
)

// NewTrend makes an empty trend.
func NewTrend() *Trend { return &Trend{points: map[pointName]*history{}} }

// Add takes the samples of a poll that ended at the wall time at. Missing values are gaps; a sample given before is not
// counted twice.
func (t *Trend) Add(samples []buffer.Sample, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range samples {
		s := &samples[i]
		if s.Up > t.now || s.Up == t.now && s.Missing == "" { // what is not answered for has the up of when it last was
			t.now, t.zero = s.Up, at.Add(-s.Up)
		}
		if s.Missing == "" && !math.IsNaN(s.Value) && !math.IsInf(s.Value, 0) {
			t.add(s)
		} else if h := t.points[pointName{s.Device, s.Point()}]; h != nil {
			h.silent.missing = true
		}
	}
}

func (t *Trend) add(s *buffer.Sample) {
	name := pointName{s.Device, s.Point()}
	h := t.points[name]
	if h == nil {
		if len(t.points) >= maxHistories {
			return
		}
		h = &history{unit: s.Unit, up: -1,
			fine: level{step: fineStep, keep: int(fineKeep / fineStep)},
			long: level{step: longStep, keep: int(longKeep / longStep)}}
		t.points[name] = h
	}
	if s.Up <= h.up {
		return
	}
	h.silent.value(h.up, s.Up, s.StaleAfter, s.Value)
	h.up = s.Up
	h.fine.add(s.Up, s.Value)
	h.long.add(s.Up, s.Value)
}

// Events implements [Archive]: there is no store, the rings are all there is.
func (t *Trend) Events(context.Context, buffer.Filter) (iter.Seq2[buffer.Event, error], error) {
	return nil, nil
}

// Series implements [Archive]: at 30 s if all that is asked for is kept so, else at 5 min. Neighbours are put together
// until there are at most q.Points, the smallest of the smallest and the largest of the largest. A stretch without a
// value is a gap. The error is [ErrUnknown] where there is no such point.
func (t *Trend) Series(_ context.Context, q SeriesQuery) (Series, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h := t.points[pointName{q.Device, q.Point}]
	if h == nil {
		return Series{}, fmt.Errorf("history of %s.%s: %w point; must be a point of /status that has had a value", cut(q.Device), cut(q.Point), buffer.ErrUnknown)
	}
	since, until := q.Since.Sub(t.zero), q.Until.Sub(t.zero)
	l := &h.fine
	if since < t.now-fineKeep && h.long.oldest()*int64(longStep/fineStep) < h.fine.oldest() {
		l = &h.long
	}
	columns := Series{Unit: h.unit}
	first, last := max(l.index(max(since, 0)), l.oldest()), l.index(min(until, t.now))
	if last < first {
		return columns, nil
	}
	group := (last - first + int64(max(q.Points, 1))) / int64(max(q.Points, 1))
	for i := first; i <= last; i += group {
		l.put(&columns, t.zero, t.now, i, min(group, last-i+1))
	}
	return columns, nil
}
