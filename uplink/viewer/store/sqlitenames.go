package store

import (
	"context"
	"database/sql"
)

func (d *sqlite) addBoots(ctx context.Context, tx *sql.Tx, all []bootKey, now int64) ([]int64, error) {
	ids := make([]int64, len(all))
	for i, k := range all {
		if _, err := tx.ExecContext(ctx, `INSERT INTO boot (source, boot, arrived) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, k.source, k.boot, now); err != nil {
			return nil, err
		}
		if err := tx.QueryRowContext(ctx, `SELECT id FROM boot WHERE source = $1 AND boot = $2`, k.source, k.boot).Scan(&ids[i]); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func (d *sqlite) addSeries(ctx context.Context, tx *sql.Tx, all []seriesNames) ([]int64, error) {
	ids := make([]int64, len(all))
	for i := range all {
		n := &all[i]
		args := []any{n.source, n.device, n.metric, int64(n.typ), int64(n.kind), packLabels(n.labels), n.point, string(n.unit)}
		_, err := tx.ExecContext(ctx, `INSERT INTO series (source, device, metric, type, kind, labels, point, unit)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`, args...)
		if err != nil {
			return nil, err
		}
		err = tx.QueryRowContext(ctx, `SELECT id FROM series WHERE source = $1 AND device = $2 AND metric = $3 AND type = $4 AND kind = $5
			AND labels = $6 AND point = $7 AND unit = $8`, args...).Scan(&ids[i])
		if err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func (*sqlite) unitless(ctx context.Context, db queryer) (unitless bool, err error) {
	err = each(ctx, db, `SELECT sql NOT LIKE '%labels, point, unit))' FROM sqlite_master WHERE type = 'table' AND name = 'series'`,
		func(rows *sql.Rows) error { return rows.Scan(&unitless) })
	return unitless, err
}

// addUnits makes the table anew: SQLite changes no constraint.
func (d *sqlite) addUnits(ctx context.Context, tx *sql.Tx) error {
	const names = `id, source, device, point, unit, metric, type, kind, labels`
	all := []string{`DROP INDEX series_point`, `ALTER TABLE series RENAME TO series_before`}
	all = append(all, d.schema()...) // what is there stays
	all = append(all, `INSERT INTO series (`+names+`) SELECT `+names+` FROM series_before`, `DROP TABLE series_before`)
	for _, statement := range all {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
