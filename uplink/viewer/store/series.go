package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// Series is one point's history in at most q.Points buckets of equal width, each with its minimum, mean and
// maximum, so that no extreme is lost. A bucket without a value is a gap (NaN) if the point was missing or its last event is older than
// maxSilence; it is not filled from its neighbours. ErrRange for a bad query, ErrUnknown for an unknown point.
func (s *Store) Series(ctx context.Context, q telemetry.SeriesQuery) (telemetry.Series, error) {
	if q.Points < 1 || q.Points > telemetry.MaxPoints || !q.Since.Before(q.Until) {
		return telemetry.Series{}, fmt.Errorf("%w: %d points from %s to %s; must be 1 to %d points, and until later than since",
			buffer.ErrRange, q.Points, q.Since.Format(time.RFC3339), q.Until.Format(time.RFC3339), telemetry.MaxPoints)
	}
	ids, unit, err := s.seriesIDs(ctx, q)
	if err != nil {
		return telemetry.Series{}, err
	}
	b := newBuckets(q)
	for _, id := range ids {
		// The index event_series has all columns of this query.
		err := each(ctx, s.read, `SELECT at, value, bound FROM event WHERE series = $1 AND at >= $2 AND at < $3 ORDER BY at`,
			func(rows *sql.Rows) error {
				var at, bound int64
				var value float64
				if err := rows.Scan(&at, &value, &bound); err != nil {
					return err
				}
				b.add(at, value, bound == missingBound)
				return nil
			}, id, q.Since.UnixMicro(), q.Until.UnixMicro())
		if err != nil {
			return telemetry.Series{}, fmt.Errorf("series %s.%s: %w", q.Device, q.Point, err)
		}
	}
	return b.series(unit), nil
}

// missingBound marks, in the table, an event without a value, so that the index alone can answer.
const missingBound = 3

// seriesIDs returns the ids of the series of a point and its unit. ErrUnknown if there is none.
func (s *Store) seriesIDs(ctx context.Context, q telemetry.SeriesQuery) (ids []int64, unit buffer.Unit, err error) {
	var w where
	w.add("device = $", q.Device)
	w.add("point = $", q.Point)
	w.in("kind", int64(buffer.Reading), int64(buffer.State))
	if q.Source != "" {
		w.add("source = $", q.Source)
	}
	err = each(ctx, s.read, `SELECT id, unit FROM series`+w.String(), func(rows *sql.Rows) error {
		var id int64
		if err := rows.Scan(&id, &unit); err != nil {
			return err
		}
		ids = append(ids, id)
		return nil
	}, w.args...)
	if err == nil && len(ids) == 0 {
		err = fmt.Errorf("%w: no event is stored of point %s.%s", buffer.ErrUnknown, q.Device, q.Point)
	}
	return ids, unit, err
}

// buckets gathers values in steps of equal width.
type buckets struct {
	from, step int64 // microseconds
	n          []int
	missing    []bool // an event in this bucket was without a value
	min, max   []float64
	sum        []float64
}

func newBuckets(q telemetry.SeriesQuery) *buckets {
	from, until := q.Since.UnixMicro(), q.Until.UnixMicro()
	step := max((until-from+int64(q.Points)-1)/int64(q.Points), 1)
	n := int((until - from + step - 1) / step)
	return &buckets{from: from, step: step, n: make([]int, n), missing: make([]bool, n),
		min: make([]float64, n), max: make([]float64, n), sum: make([]float64, n)}
}

func (b *buckets) add(at int64, value float64, missing bool) {
	i := int((at - b.from) / b.step)
	if i < 0 || i >= len(b.n) {
		return
	}
	if missing {
		b.missing[i] = true
		return
	}
	if b.n[i] == 0 {
		b.min[i], b.max[i] = value, value
	}
	b.min[i], b.max[i] = min(b.min[i], value), max(b.max[i], value)
	b.sum[i] += value
	b.n[i]++
}

// maxSilence is how long an event counts as the value until the next one: 2.5 heartbeats of 60 s.
const maxSilence = 150 * time.Second

// series leaves out buckets without an event while the last event still counts, and makes one gap where it does not.
func (b *buckets) series(unit buffer.Unit) telemetry.Series {
	out := telemetry.Series{Unit: unit, T: []float64{}, Min: []float64{}, Mean: []float64{}, Max: []float64{}}
	put := func(i int, low, mean, high float64) {
		out.T = append(out.T, float64(b.from+int64(i)*b.step+b.step/2)/1e6)
		out.Min, out.Mean, out.Max = append(out.Min, low), append(out.Mean, mean), append(out.Max, high)
	}
	last, open := -1, false // last bucket with a value; whether a gap stands since
	for i := range b.n {
		switch {
		case b.n[i] > 0:
			put(i, b.min[i], b.sum[i]/float64(b.n[i]), b.max[i])
			last, open = i, false
			if b.missing[i] && i+1 < len(b.n) && b.n[i+1] == 0 {
				put(i+1, math.NaN(), math.NaN(), math.NaN())
				open = true
			}
		case open || last < 0:
		case b.missing[i] || int64(i-last)*b.step > maxSilence.Microseconds():
			put(i, math.NaN(), math.NaN(), math.NaN())
			open = true
		}
	}
	return out
}
