package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"

	"pychron-edge/buffer"
)

// dictionary holds the ids of boots and series. Labels contain NUL, which PostgreSQL's text refuses: they are stored with the unit
// separator instead.
type dictionary struct {
	mu     sync.Mutex
	boots  map[bootKey]int64
	order  []bootKey // in order of arrival
	series map[seriesKey]int64
}

type bootKey struct{ source, boot string }

type seriesKey struct {
	source, device, metric string
	kind                   buffer.Kind
	typ                    buffer.Type
	labels                 buffer.Labels
}

const separator = "\x1f"

func packLabels(l buffer.Labels) string { return strings.ReplaceAll(string(l), "\x00", separator) }
func unpackLabels(s string) buffer.Labels {
	return buffer.Labels(strings.ReplaceAll(s, separator, "\x00"))
}

func (d *dictionary) load(ctx context.Context, db *sql.DB) error {
	fresh := dictionary{boots: map[bootKey]int64{}, series: map[seriesKey]int64{}}
	err := each(ctx, db, `SELECT id, source, boot FROM boot ORDER BY id`, func(rows *sql.Rows) error {
		var id int64
		var k bootKey
		if err := rows.Scan(&id, &k.source, &k.boot); err != nil {
			return err
		}
		fresh.boots[k] = id
		fresh.order = append(fresh.order, k)
		return nil
	})
	if err != nil {
		return err
	}
	err = each(ctx, db, `SELECT id, source, device, metric, type, kind, labels FROM series`, func(rows *sql.Rows) error {
		var id int64
		var k seriesKey
		var labels string
		if err := rows.Scan(&id, &k.source, &k.device, &k.metric, &k.typ, &k.kind, &labels); err != nil {
			return err
		}
		k.labels = unpackLabels(labels)
		fresh.series[k] = id
		return nil
	})
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.boots, d.order, d.series = fresh.boots, fresh.order, fresh.series
	return nil
}

// bootsOf returns the boots of one source, or of all if source is "", in order of arrival.
func (d *dictionary) bootsOf(source string) (boots []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, k := range d.order {
		if source == "" || k.source == source {
			boots = append(boots, k.boot)
		}
	}
	return boots
}

// bootOf returns the id of e's boot, and adds it with tx if it is new.
func (d *dictionary) bootOf(ctx context.Context, tx *sql.Tx, e *buffer.Event, now int64) (int64, error) {
	k := bootKey{clean(e.Source), clean(e.Boot)}
	d.mu.Lock()
	id, ok := d.boots[k]
	d.mu.Unlock()
	if ok {
		return id, nil
	}
	id, err := intern(ctx, tx,
		`INSERT INTO boot (source, boot, arrived) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		`SELECT id FROM boot WHERE source = $1 AND boot = $2`, 2, k.source, k.boot, now)
	if err != nil {
		return 0, fmt.Errorf("boot %s of %s: %w", k.boot, k.source, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.boots[k] = id
	d.order = append(d.order, k)
	return id, nil
}

// seriesOf returns the id of e's series, and adds it with tx if it is new.
func (d *dictionary) seriesOf(ctx context.Context, tx *sql.Tx, e *buffer.Event) (int64, error) {
	k := seriesKey{e.Source, e.Device, e.Metric, e.Kind, e.Type, e.Labels}
	d.mu.Lock()
	id, ok := d.series[k]
	d.mu.Unlock()
	if ok {
		return id, nil
	}
	id, err := intern(ctx, tx,
		`INSERT INTO series (source, device, metric, type, kind, labels, point, unit) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
		`SELECT id FROM series WHERE source = $1 AND device = $2 AND metric = $3 AND type = $4 AND kind = $5 AND labels = $6`, 6,
		clean(k.source), clean(k.device), clean(k.metric), int64(k.typ), int64(k.kind), packLabels(k.labels), clean(e.Point), clean(string(e.Unit)))
	if err != nil {
		return 0, fmt.Errorf("series %s of %s: %w", k.metric, k.device, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.series[k] = id
	return id, nil
}

// intern inserts a dictionary entry if it is new, and returns its id. keyed is how many of args the query takes.
func intern(ctx context.Context, tx *sql.Tx, insert, query string, keyed int, args ...any) (int64, error) {
	if _, err := tx.ExecContext(ctx, insert, args...); err != nil {
		return 0, err
	}
	var id int64
	err := tx.QueryRowContext(ctx, query, args[:keyed]...).Scan(&id)
	return id, err
}

// each runs query and f for every row.
func each(ctx context.Context, db *sql.DB, query string, f func(*sql.Rows) error, args ...any) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
