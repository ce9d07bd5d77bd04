package store

import (
	"context"
	"database/sql"
	"fmt"
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
	err = s.snapshot(ctx, func(tx *sql.Tx) error {
		for _, id := range ids {
			if err := b.addSeries(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return telemetry.Series{}, fmt.Errorf("series %s.%s: %w", q.Device, q.Point, err)
	}
	return b.series(unit), nil
}

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
