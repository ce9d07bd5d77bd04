package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// Series is one point's history: every value at its own time if there are no more than q.Points of them, else that many buckets of equal width,
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
	ends, err := s.endIDs(ctx, q)
	if err != nil {
		return telemetry.Series{}, err
	}
	g := &gathered{points: q.Points, buckets: newBuckets(q)}
	for _, one := range append(ids, ends...) {
		if err := s.gather(ctx, g, one, q); err != nil {
			return telemetry.Series{}, fmt.Errorf("series %s.%s: %w", q.Device, q.Point, err)
		}
	}
	return g.series(unit, q), nil
}

// source is a row of the table series, and what its events say of the point: its values, or that what is known of it ends.
type source struct {
	id   int64
	ends moment // value: it is the point's own
}

// gather adds the events of one source. The index event_series has all columns of this query.
func (s *Store) gather(ctx context.Context, g *gathered, one source, q telemetry.SeriesQuery) error {
	return each(ctx, s.read, `SELECT at, value, bound FROM event WHERE series = $1 AND at >= $2 AND at < $3 ORDER BY at`,
		func(rows *sql.Rows) error {
			var at, bound int64
			var v float64
			if err := rows.Scan(&at, &v, &bound); err != nil {
				return err
			}
			what := one.ends
			if bound == missingBound {
				what = missing
			}
			g.add(entry{at, v, what})
			return nil
		}, one.id, q.Since.UnixMicro(), q.Until.UnixMicro())
}

// missingBound marks, in the table, an event without a value, so that the index alone can answer.
const missingBound = 3

// seriesIDs returns the sources of a point's values and its unit. ErrUnknown if there is none.
func (s *Store) seriesIDs(ctx context.Context, q telemetry.SeriesQuery) (ids []source, unit buffer.Unit, err error) {
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
		ids = append(ids, source{id, value})
		return nil
	}, w.args...)
	if err == nil && len(ids) == 0 {
		err = fmt.Errorf("%w: no event is stored of point %s.%s", buffer.ErrUnknown, q.Device, q.Point)
	}
	return ids, unit, err
}

// endIDs returns the sources of what ends all that is known of a point: failures of its device, starts and stops of its agent. Without a source in the
// question there may be several agents, of which nobody knows whose device it is.
func (s *Store) endIDs(ctx context.Context, q telemetry.SeriesQuery) (ids []source, err error) {
	var w where
	w.add("(device = $ AND kind = $ AND metric = 'device_up' OR device = '' AND kind = $ AND metric IN ('agent_starts_total', 'agent_stops_total'))",
		q.Device, int64(buffer.Failure), int64(buffer.System))
	w.add("source IN (SELECT source FROM series WHERE device = $ AND point = $)", q.Device, q.Point)
	if q.Source != "" {
		w.add("source = $", q.Source)
	}
	err = each(ctx, s.read, `SELECT id, metric FROM series`+w.String(), func(rows *sql.Rows) error {
		var id int64
		var metric string
		if err := rows.Scan(&id, &metric); err != nil {
			return err
		}
		what := missing
		if metric == "agent_starts_total" {
			what = begun
		}
		ids = append(ids, source{id, what})
		return nil
	}, w.args...)
	return ids, err
}
