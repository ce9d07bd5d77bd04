package store

import (
	"context"
	"database/sql"
)

// identities reads one stream after the other: no other writer changes any, and what was written last need not be read (see tails).
func (*sqlite) identities(ctx context.Context, tx *sql.Tx, all []extent) ([]*identity, error) {
	ids := make([]*identity, len(all))
	for i, x := range all {
		id := &identity{stream: x.stream}
		err := tx.QueryRowContext(ctx, `SELECT through, noticed FROM stream WHERE boot = $1 AND lane = $2`, x.boot, int64(x.lane)).
			Scan(&id.known.through, &id.known.noticed)
		if err != nil && err != sql.ErrNoRows {
			return nil, err
		}
		id.spans, err = readSpans(ctx, tx, `WHERE boot = $1 AND lane = $2
			AND first >= coalesce((SELECT max(first) FROM span WHERE boot = $1 AND lane = $2 AND first < $3), 0)
			AND first <= coalesce((SELECT min(first) FROM span WHERE boot = $1 AND lane = $2 AND first > $4), $4)`,
			x.boot, int64(x.lane), x.low, x.high+1)
		if err != nil {
			return nil, err
		}
		ids[i] = id
	}
	return ids, nil
}

func (d *sqlite) putSpans(ctx context.Context, tx *sql.Tx, all []streamSpan) (err error) {
	args := make([]any, 0, 6*min(len(all), rowsPerInsert))
	for len(all) > 0 && err == nil {
		n := min(len(all), rowsPerInsert)
		args = args[:0]
		for _, s := range all[:n] {
			args = append(args, s.boot, int64(s.lane), s.first, s.last, s.noticed, s.declared)
		}
		err = d.exec(ctx, tx, insertSQL("span", spanColumns, n)+spanChanged, args)
		all = all[n:]
	}
	return err
}

func (d *sqlite) deleteSpans(ctx context.Context, tx *sql.Tx, all []streamSpan) error {
	for _, s := range all {
		if _, err := tx.ExecContext(ctx, `DELETE FROM span WHERE boot = $1 AND lane = $2 AND first = $3`, s.boot, int64(s.lane), s.first); err != nil {
			return err
		}
	}
	return nil
}

func (d *sqlite) putKnown(ctx context.Context, tx *sql.Tx, all []*identity) error {
	for _, id := range all {
		_, err := tx.ExecContext(ctx, `INSERT INTO stream (boot, lane, through, noticed, lost_from, lost_noticed) VALUES ($1, $2, $3, $4, 0, 0)
			ON CONFLICT (boot, lane) DO UPDATE SET through = excluded.through, noticed = excluded.noticed`,
			id.boot, int64(id.lane), id.known.through, id.known.noticed)
		if err != nil {
			return err
		}
	}
	return nil
}
