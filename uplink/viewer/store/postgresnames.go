package store

import (
	"context"
	"database/sql"
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
	_, err := tx.ExecContext(ctx, `INSERT INTO series (source, device, metric, type, kind, labels, point, unit)
		SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::smallint[], $6::text[], $7::text[], $8::text[]) k(source, device, metric, type, kind, labels)
		ORDER BY source, device, metric, type, kind, labels ON CONFLICT DO NOTHING`, texts[0], texts[1], texts[2], types, kinds, texts[3], texts[4], texts[5])
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(all))
	err = each(ctx, tx, `SELECT i, id, point, unit FROM unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::smallint[], $6::text[]) WITH ORDINALITY
		k(source, device, metric, type, kind, labels, i) JOIN series USING (source, device, metric, type, kind, labels)`, func(rows *sql.Rows) error {
		var i, id int64
		var stored seriesNames
		if err := rows.Scan(&i, &id, &stored.point, &stored.unit); err != nil {
			return err
		}
		ids[i-1] = id
		all[i-1].point, all[i-1].unit = stored.point, stored.unit
		return nil
	}, texts[0], texts[1], texts[2], types, kinds, texts[3])
	return ids, err
}
