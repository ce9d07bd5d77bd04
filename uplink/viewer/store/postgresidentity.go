package store

import (
	"context"
	"database/sql"
)

// identities locks the streams, in the order in which they stand, and reads them then: a statement sees what was committed before it began, so that one
// that did both would not see what it has waited for. What is read is not kept: another viewer may change it as soon as tx ends.
func (d postgres) identities(ctx context.Context, tx *sql.Tx, all []extent) ([]*identity, error) {
	if len(all) == 0 {
		return nil, nil
	}
	ids := make([]*identity, len(all))
	boots, lanes, lows, highs := make([]int64, len(all)), make([]int64, len(all)), make([]int64, len(all)), make([]int64, len(all))
	for i, x := range all {
		ids[i] = &identity{stream: x.stream}
		boots[i], lanes[i], lows[i], highs[i] = x.boot, int64(x.lane), x.low, x.high+1
	}
	if err := d.lock(ctx, tx, all); err != nil {
		return nil, err
	}
	err := each(ctx, tx, identitiesSQL, func(rows *sql.Rows) error {
		var at int
		var first, last, noticed, declared, through, beyond sql.NullInt64
		if err := rows.Scan(&at, &first, &last, &noticed, &declared, &through, &beyond); err != nil {
			return err
		}
		id := ids[at-1]
		id.known = known{through.Int64, beyond.Int64}
		if first.Valid {
			id.spans = append(id.spans, span{first.Int64, last.Int64, noticed.Int64, declared.Int64})
		}
		return nil
	}, boots, lanes, lows, highs)
	return ids, err
}

// identitiesSQL reads, of each stream, the spans from the last that begins before the first number on, to the first that begins behind the last one. OFFSET 0
// keeps PostgreSQL from joining what is read of one stream in any other way than by the index.
const identitiesSQL = `SELECT k.i, p.first, p.last, p.noticed, p.declared, s.through, s.noticed
	FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[]) WITH ORDINALITY k(boot, lane, low, high, i)
	LEFT JOIN LATERAL (SELECT through, noticed FROM stream WHERE boot = k.boot AND lane = k.lane OFFSET 0) s ON true
	CROSS JOIN LATERAL (SELECT
		coalesce((SELECT max(first) FROM span WHERE boot = k.boot AND lane = k.lane AND first < k.low), 0) AS begin,
		coalesce((SELECT min(first) FROM span WHERE boot = k.boot AND lane = k.lane AND first > k.high), k.high) AS end OFFSET 0) r
	LEFT JOIN LATERAL (SELECT first, last, noticed, declared FROM span WHERE boot = k.boot AND lane = k.lane AND first BETWEEN r.begin AND r.end OFFSET 0) p ON true
	ORDER BY k.i, p.first`

// lock keeps other viewers from adding to numberings, until tx ends: one after the other, in the order in which they stand. It also has tx use the plan of
// a statement that is there, and indexes: making a plan of identitiesSQL takes longer than reading ten streams, and one that was made while the tables were
// empty would read all of them.
func (postgres) lock(ctx context.Context, tx *sql.Tx, all []extent) error {
	boots, lanes := make([]int32, len(all)), make([]int32, len(all))
	for i, x := range all {
		boots[i], lanes[i] = int32(x.boot), int32(x.lane)
	}
	_, err := tx.ExecContext(ctx, `SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true), NULL
		UNION ALL SELECT NULL, NULL, pg_advisory_xact_lock(boot, lane) FROM unnest($1::int[], $2::int[]) k(boot, lane)`, boots, lanes)
	return err
}

// putSpans sends the spans as columns, as insert does.
func (postgres) putSpans(ctx context.Context, tx *sql.Tx, all []streamSpan) error {
	if len(all) == 0 {
		return nil
	}
	columns := make([][]int64, 6)
	for _, s := range all {
		for c, v := range [...]int64{s.boot, int64(s.lane), s.first, s.last, s.noticed, s.declared} {
			columns[c] = append(columns[c], v)
		}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO span (boot, lane, first, last, noticed, declared)
		SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
		ON CONFLICT (boot, lane, first) DO UPDATE SET last = excluded.last, noticed = excluded.noticed, declared = excluded.declared`,
		columns[0], columns[1], columns[2], columns[3], columns[4], columns[5])
	return err
}

// deleteSpans sends the spans as columns, as insert does.
func (postgres) deleteSpans(ctx context.Context, tx *sql.Tx, all []streamSpan) error {
	if len(all) == 0 {
		return nil
	}
	columns := make([][]int64, 3)
	for _, s := range all {
		for c, v := range [...]int64{s.boot, int64(s.lane), s.first} {
			columns[c] = append(columns[c], v)
		}
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM span p USING unnest($1::bigint[], $2::smallint[], $3::bigint[]) k(boot, lane, first)
		WHERE p.boot = k.boot AND p.lane = k.lane AND p.first = k.first`, columns[0], columns[1], columns[2])
	return err
}

// putKnown sends what is known as columns, as insert does.
func (postgres) putKnown(ctx context.Context, tx *sql.Tx, all []*identity) error {
	if len(all) == 0 {
		return nil
	}
	columns := make([][]int64, 4)
	for _, id := range all {
		for c, v := range [...]int64{id.boot, int64(id.lane), id.known.through, id.known.noticed} {
			columns[c] = append(columns[c], v)
		}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO stream (boot, lane, through, noticed, lost_from, lost_noticed)
		SELECT boot, lane, through, noticed, 0, 0 FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[]) k(boot, lane, through, noticed)
		ON CONFLICT (boot, lane) DO UPDATE SET through = excluded.through, noticed = excluded.noticed`, columns[0], columns[1], columns[2], columns[3])
	return err
}
