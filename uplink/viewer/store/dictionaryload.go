package store

import (
	"context"
	"database/sql"
)

// reload reads all of it after something that was added was not committed: its id may become that of another. Where that fails, too, nothing of
// it is used until it was read.
func (d *dictionary) reload(ctx context.Context, db queryer) error {
	err := d.load(ctx, db)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.doubtful = err != nil
	return err
}

// sure reads all of it if it is doubtful.
func (d *dictionary) sure(ctx context.Context, db queryer) error {
	d.mu.Lock()
	doubtful := d.doubtful
	d.mu.Unlock()
	if !doubtful {
		return nil
	}
	return d.reload(ctx, db)
}

// load reads all of it.
func (d *dictionary) load(ctx context.Context, db queryer) error {
	fresh := newDictionary()
	for _, read := range []func(context.Context, queryer) error{fresh.loadBoots, fresh.loadSeries, fresh.loadClocks} {
		if err := read(ctx, db); err != nil {
			return err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.boots, d.order, d.series = fresh.boots, fresh.order, fresh.series
	d.bootNames, d.seriesNames, d.clocks = fresh.bootNames, fresh.seriesNames, fresh.clocks
	return nil
}

func (d *dictionary) loadBoots(ctx context.Context, db queryer) error {
	return each(ctx, db, `SELECT id, source, boot FROM boot ORDER BY id`, func(rows *sql.Rows) error {
		var id int64
		var k bootKey
		if err := rows.Scan(&id, &k.source, &k.boot); err != nil {
			return err
		}
		d.addBoot(id, k)
		return nil
	})
}

func (d *dictionary) loadSeries(ctx context.Context, db queryer) error {
	return each(ctx, db, `SELECT id, source, device, metric, type, kind, labels, point, unit FROM series`, func(rows *sql.Rows) error {
		var id int64
		var n seriesNames
		var labels string
		if err := rows.Scan(&id, &n.source, &n.device, &n.metric, &n.typ, &n.kind, &labels, &n.point, &n.unit); err != nil {
			return err
		}
		n.labels = unpackLabels(labels)
		d.series[n], d.seriesNames[id] = id, n
		return nil
	})
}

func (d *dictionary) loadClocks(ctx context.Context, db queryer) error {
	return each(ctx, db, `SELECT boot, up, skew, middle FROM clock`, func(rows *sql.Rows) error {
		var boot int64
		var c correction
		err := rows.Scan(&boot, &c.up, &c.skew, &c.middle)
		d.clocks[boot] = c
		return err
	})
}

func (d *dictionary) addBoot(id int64, k bootKey) {
	d.boots[k], d.bootNames[id] = id, k
	d.order = append(d.order, k)
}
