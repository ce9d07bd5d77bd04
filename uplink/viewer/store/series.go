package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
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

// seriesIDs returns the ids of the series of a point and its unit. ErrUnknown if there is none, ErrRange if it is a point of several agents. Of a point
// that was once in another unit they are those in the unit of its newest event before the end: one curve has one unit.
func (s *Store) seriesIDs(ctx context.Context, q telemetry.SeriesQuery) (ids []int64, unit buffer.Unit, err error) {
	var w where
	w.add("device = $", q.Device)
	w.add("point = $", q.Point)
	w.in("kind", int64(buffer.Reading), int64(buffer.State))
	if q.Source != "" {
		w.add("source = $", q.Source)
	}
	of, sources := map[buffer.Unit][]int64{}, map[string]bool{}
	err = each(ctx, s.read, `SELECT id, source, unit FROM series`+w.String(), func(rows *sql.Rows) error {
		var id int64
		var source string
		if err := rows.Scan(&id, &source, &unit); err != nil {
			return err
		}
		of[unit] = append(of[unit], id)
		sources[source] = true
		return nil
	}, w.args...)
	switch {
	case err != nil:
	case len(of) == 0:
		err = fmt.Errorf("%w: no event is stored of point %s.%s", buffer.ErrUnknown, q.Device, q.Point)
	case len(sources) > 1:
		err = fmt.Errorf("%w: source is not given, and %d agents have a point %s.%s; must be one of %s", buffer.ErrRange, len(sources), q.Device, q.Point,
			strings.Join(slices.Sorted(maps.Keys(sources)), ", "))
	case len(of) > 1:
		unit, err = s.newestUnit(ctx, of, q.Until.UnixMicro())
	}
	return of[unit], unit, err
}

// newestUnit is the unit whose series have the newest event before a time.
func (s *Store) newestUnit(ctx context.Context, of map[buffer.Unit][]int64, before int64) (newest buffer.Unit, err error) {
	last := int64(beginOfTime)
	for _, unit := range slices.Sorted(maps.Keys(of)) {
		for _, id := range of[unit] {
			var at int64
			err := s.read.QueryRowContext(ctx, `SELECT coalesce(max(at), $3) FROM (
				SELECT max(at) AS at FROM event WHERE series = $1 AND at < $2 UNION ALL
				SELECT max(at) FROM reading WHERE series = $1 AND at < $2 UNION ALL
				SELECT max(last_at) FROM block WHERE series = $1 AND first_at < $2) newest`, id, before, int64(beginOfTime)).Scan(&at)
			if err != nil {
				return "", err
			}
			if at >= last {
				newest, last = unit, at
			}
		}
	}
	return newest, nil
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
