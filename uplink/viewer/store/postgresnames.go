package store

import (
	"context"
	"database/sql"
	"fmt"
)

// addBoots sends the boots as columns. They are added by source, and those of one in order of arrival, which is that of their ids; so two viewers that add
// the same ones do not wait for each other.
func (postgres) addBoots(ctx context.Context, tx *sql.Tx, all []bootKey, now int64) ([]int64, error) {
	sources, boots := make([]string, len(all)), make([]string, len(all))
	for i, k := range all {
		sources[i], boots[i] = k.source, k.boot
	}
	const names = ` FROM unnest($1::text[], $2::text[]) WITH ORDINALITY k(source, boot, i) `
	if _, err := tx.ExecContext(ctx, `INSERT INTO boot (source, boot, arrived) SELECT source, boot, $3::bigint`+names+`ORDER BY source, i ON CONFLICT DO NOTHING`, sources, boots, now); err != nil {
		return nil, err
	}
	ids := make([]int64, len(all))
	err := each(ctx, tx, `SELECT i, id`+names+`JOIN boot b USING (source, boot)`, func(rows *sql.Rows) error {
		var i, id int64
		err := rows.Scan(&i, &id)
		ids[i-1] = id
		return err
	}, sources, boots)
	return ids, err
}

// addSeries is as addBoots.
func (postgres) addSeries(ctx context.Context, tx *sql.Tx, all []seriesNames) ([]int64, error) {
	var texts [6][]string
	var types, kinds []int64
	for i := range all {
		n := &all[i]
		for c, text := range [...]string{n.source, n.device, n.metric, packLabels(n.labels), n.point, string(n.unit)} {
			texts[c] = append(texts[c], text)
		}
		types, kinds = append(types, int64(n.typ)), append(kinds, int64(n.kind))
	}
	const names = `source, device, metric, labels, point, unit, type, kind`
	const all8 = `unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::smallint[], $8::smallint[])`
	args := []any{texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], types, kinds}
	_, err := tx.ExecContext(ctx, `INSERT INTO series (`+names+`) SELECT * FROM `+all8+` k(`+names+`) ORDER BY `+names+` ON CONFLICT DO NOTHING`, args...)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(all))
	err = each(ctx, tx, `SELECT i, id FROM `+all8+` WITH ORDINALITY k(`+names+`, i) JOIN series USING (`+names+`)`, func(rows *sql.Rows) error {
		var i, id int64
		err := rows.Scan(&i, &id)
		ids[i-1] = id
		return err
	}, args...)
	return ids, err
}

// namesConstraint is what earlier versions called the one on the names of a series.
const namesConstraint = `series_source_device_metric_type_kind_labels_key`

func (postgres) unitless(ctx context.Context, db queryer) (unitless bool, err error) {
	err = each(ctx, db, `SELECT true FROM pg_constraint WHERE conrelid = 'series'::regclass AND conname = '`+namesConstraint+`'`,
		func(rows *sql.Rows) error { return rows.Scan(&unitless) })
	return unitless, err
}

// addUnits may run in two viewers at once: the second finds it done.
func (d postgres) addUnits(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", lockSchema)); err != nil {
		return err
	}
	if unitless, err := d.unitless(ctx, tx); err != nil || !unitless {
		return err
	}
	_, err := tx.ExecContext(ctx, `ALTER TABLE series DROP CONSTRAINT `+namesConstraint+`, ADD UNIQUE (source, device, metric, type, kind, labels, point, unit)`)
	return err
}
