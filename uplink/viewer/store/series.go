package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// Series is one point's history: every value at its own time if there are no more than q.Points of them, else at most that many buckets of equal width,
// each with its minimum, mean and maximum, so that no extreme is lost. There is a gap (NaN) where the point was missing, where its device failed, where
// its agent stopped, and where its last event is older than maxSilence; it is not filled from its neighbours. ErrRange for a bad query, ErrUnknown for an
// unknown point.
func (s *Store) Series(ctx context.Context, q telemetry.SeriesQuery) (telemetry.Series, error) {
	if q.Points < 1 || q.Points > telemetry.MaxPoints || !q.Since.Before(q.Until) {
		return telemetry.Series{}, fmt.Errorf("%w: %d points from %s to %s; must be 1 to %d points, and until later than since",
			buffer.ErrRange, q.Points, q.Since.Format(time.RFC3339), q.Until.Format(time.RFC3339), telemetry.MaxPoints)
	}
	ids, unit, err := s.seriesIDs(ctx, q)
	if err != nil {
		return telemetry.Series{}, err
	}
	ends, err := s.enders(ctx, q)
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
		for _, end := range ends {
			if err := b.addEnds(ctx, tx, end); err != nil {
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

// ender is a row of the table series whose events end what is known of a point.
type ender struct {
	id   int64
	what moment
}

// enders are those of a point: failures of its device, starts and stops of its agent.
func (s *Store) enders(ctx context.Context, q telemetry.SeriesQuery) (all []ender, err error) {
	var w where
	w.add("(device = $ AND kind = $ AND metric = 'device_up' OR device = '' AND kind = $ AND metric IN ('agent_starts_total', 'agent_stops_total'))",
		q.Device, int64(buffer.Failure), int64(buffer.System))
	w.add("source IN (SELECT source FROM series WHERE device = $ AND point = $)", q.Device, q.Point)
	if q.Source != "" {
		w.add("source = $", q.Source)
	}
	err = each(ctx, s.read, `SELECT id, metric FROM series`+w.String(), func(rows *sql.Rows) error {
		one, metric := ender{what: absent}, ""
		if err := rows.Scan(&one.id, &metric); err != nil {
			return err
		}
		if metric == "agent_starts_total" {
			one.what = begun
		}
		all = append(all, one)
		return nil
	}, w.args...)
	return all, err
}
