package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"pychron-edge/buffer"
)

// migrate brings a store of an earlier version to the present form, except for its readings, which [Store.Pack] packs.
func (s *Store) migrate(ctx context.Context) error {
	if err := s.migrateSeries(ctx); err != nil {
		return err
	}
	if err := s.migrateNames(ctx); err != nil {
		return err
	}
	if err := s.migrateBlocks(ctx); err != nil {
		return err
	}
	if err := s.migrateMonths(ctx); err != nil {
		return err
	}
	if err := s.migrateAnswers(ctx); err != nil {
		return err
	}
	if err := s.migrateReceived(ctx); err != nil {
		return err
	}
	return s.migrateIdentity(ctx)
}

func (s *Store) addColumn(ctx context.Context, tx *sql.Tx, table, column string) error {
	_, err := tx.ExecContext(ctx, fmt.Sprintf(s.dialect.addColumn(), table, column))
	return err
}

// migrateBlocks adds the numbers of blocks. Those of blocks that are there stay unknown: they are unpacked where numbers are looked for.
func (s *Store) migrateBlocks(ctx context.Context) error {
	if rows, err := s.write.QueryContext(ctx, `SELECT first_seq, last_seq FROM block LIMIT 0`); err == nil {
		return rows.Close()
	}
	return s.transact(ctx, "adding the numbers of blocks", func(tx *sql.Tx) error {
		if err := s.addColumn(ctx, tx, "block", "first_seq BIGINT"); err != nil {
			return err
		}
		return s.addColumn(ctx, tx, "block", "last_seq BIGINT")
	})
}

// migrateNames lets events whose point or unit is another one be a series of their own: an earlier version gave them those of the first.
func (s *Store) migrateNames(ctx context.Context) error {
	if unitless, err := s.dialect.unitless(ctx, s.write); err != nil || !unitless {
		return err
	}
	return s.transact(ctx, "adding the units to what names a series", func(tx *sql.Tx) error { return s.dialect.addUnits(ctx, tx) })
}

// migrateAnswers adds who was answered about lost ends: of those that are there nobody is known to have been.
func (s *Store) migrateAnswers(ctx context.Context) error {
	if rows, err := s.write.QueryContext(ctx, `SELECT answered FROM stream LIMIT 0`); err == nil {
		return rows.Close()
	}
	return s.transact(ctx, "adding the answers about lost ends", func(tx *sql.Tx) error {
		return s.addColumn(ctx, tx, "stream", "answered BIGINT NOT NULL DEFAULT 0")
	})
}

// migrateSeries gives the series of a store that was written before events carried point and unit both of them, in one transaction.
// What has them is left alone.
func (s *Store) migrateSeries(ctx context.Context) error {
	if rows, err := s.write.QueryContext(ctx, `SELECT unit FROM series LIMIT 0`); err == nil {
		return rows.Close()
	}
	return s.transact(ctx, "adding the units of series", func(tx *sql.Tx) error {
		if err := s.addColumn(ctx, tx, "series", `unit TEXT NOT NULL DEFAULT ''`); err != nil {
			return err
		}
		old, err := oldSeries(ctx, tx)
		if err != nil {
			return err
		}
		for id, e := range old {
			Name(&e)
			_, err := tx.ExecContext(ctx, `UPDATE series SET point = $1, unit = $2 WHERE id = $3`, clean(e.Point), string(e.Unit), id)
			if err != nil {
				return fmt.Errorf("series %d: %w", id, err)
			}
		}
		return nil
	})
}

// oldSeries are the series by id, each as an event of it.
func oldSeries(ctx context.Context, tx *sql.Tx) (map[int64]buffer.Event, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, metric, kind, type, labels FROM series`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64]buffer.Event{}
	for rows.Next() {
		var id int64
		var e buffer.Event
		var labels string
		if err := rows.Scan(&id, &e.Metric, &e.Kind, &e.Type, &labels); err != nil {
			return nil, err
		}
		e.Labels = unpackLabels(labels)
		all[id] = e
	}
	return all, rows.Err()
}

// Name gives an event of an agent that sends no point and no unit both of them, from its metric and labels: its channel, else the
// name of the reading ("valve_is_open" -> "open", "laser_power_percent" -> "power", "pressure_pascals" -> "pressure"). An event
// that has a point, or is about none, keeps what it has.
func Name(e *buffer.Event) {
	if e.Unit == "" && e.Type != buffer.Counter {
		e.Unit = buffer.UnitNamed(e.Metric)
	}
	if e.Point != "" || e.Kind != buffer.Reading && e.Kind != buffer.State {
		return
	}
	if e.Point = e.Labels.Value("channel"); e.Point != "" {
		return
	}
	name := e.Metric
	for _, family := range []string{"valve_", "laser_"} {
		if rest, ok := strings.CutPrefix(name, family); ok {
			name = rest
			break
		}
	}
	if rest, ok := strings.CutPrefix(name, "is_"); ok {
		e.Point = rest
		return
	}
	e.Point = strings.TrimSuffix(name, "_"+string(buffer.UnitNamed(name)))
}
