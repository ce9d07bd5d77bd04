package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pychron-edge/buffer"
)

// migrateIdentity makes the spans of a store that kept a table of gaps instead, in one transaction, and deletes that table. What no gap was
// stored of counts as received: it is there, or was pruned.
func (s *Store) migrateIdentity(ctx context.Context) error {
	rows, err := s.write.QueryContext(ctx, `SELECT first FROM gap LIMIT 0`)
	if err != nil {
		return nil // there is no such table
	}
	rows.Close()
	return s.packing(ctx, func(tx *sql.Tx) error {
		streams, err := oldStreams(ctx, tx)
		if err != nil {
			return err
		}
		for k, last := range streams {
			if err := s.migrateStream(ctx, tx, k, last); err != nil {
				return fmt.Errorf("numbers of boot %d, lane %s: %w", k.boot, k.lane, err)
			}
		}
		if err := s.migrateClocks(ctx, tx); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DROP TABLE gap`)
		return err
	})
}

// oldStreams are the streams of which there are events or gaps, and the greatest number of each; 0 for none.
func oldStreams(ctx context.Context, tx *sql.Tx) (map[stream]int64, error) {
	all := map[stream]int64{}
	query := `SELECT boot, lane, 0 FROM gap`
	for _, lane := range []buffer.Lane{buffer.Audit, buffer.Readings, buffer.Ingest} {
		query += fmt.Sprintf(` UNION ALL SELECT id, %[1]d, (SELECT max(seq) FROM event e WHERE e.boot = boot.id AND e.lane = %[1]d) FROM boot`, lane)
	}
	err := each(ctx, tx, query, func(rows *sql.Rows) error {
		var k stream
		var last sql.NullInt64
		if err := rows.Scan(&k.boot, &k.lane, &last); err != nil {
			return err
		}
		if last.Valid {
			all[k] = max(all[k], last.Int64)
		}
		return nil
	})
	return all, err
}

// oldGap is a row of the table of gaps.
type oldGap struct{ first, last, noticed, declared int64 }

func (s *Store) migrateStream(ctx context.Context, tx *sql.Tx, k stream, last int64) error {
	var gaps []oldGap
	err := each(ctx, tx, `SELECT first, last, noticed, declared FROM gap WHERE boot = $1 AND lane = $2 AND first > 0 AND last >= 0 ORDER BY first`, func(rows *sql.Rows) error {
		var g oldGap
		err := rows.Scan(&g.first, &g.last, &g.noticed, &g.declared)
		gaps = append(gaps, g)
		return err
	}, k.boot, int64(k.lane))
	if err != nil {
		return err
	}
	id := &identity{stream: k}
	next, noticed := int64(1), s.now().UnixMicro() // of the gap before next
	for _, g := range append(gaps, oldGap{first: last + 1, last: last + 1}) {
		if end := min(g.first-1, last); next <= end {
			id.spans = id.spans.store(next, end, 0, noticed)
		}
		if g.last >= next {
			next, noticed = g.last+1, g.noticed
		}
	}
	for _, g := range gaps {
		if err := id.migrateGap(ctx, tx, g); err != nil {
			return err
		}
	}
	id.noticedAs(gaps)
	id.closed()
	return s.saveIdentities(ctx, tx, id)
}

// noticedAs puts the gaps before spans at the times when they were noticed: of gaps side by side, of which one is lost, each has its own.
func (id *identity) noticedAs(gaps []oldGap) {
	for i := range id.spans {
		sp := &id.spans[i]
		for _, g := range gaps {
			if sp.noticed > 0 && g.declared == 0 && g.first < sp.first && g.last >= sp.first-1 {
				sp.noticed = g.noticed
			}
		}
	}
}

// migrateGap adds what is known of one gap: which of its events are there, and whether the others are lost.
func (id *identity) migrateGap(ctx context.Context, tx *sql.Tx, g oldGap) error {
	if g.last == 0 {
		return noteEnd(ctx, tx, id.stream, &Gap{First: uint64(g.first), Noticed: time.UnixMicro(g.noticed)})
	}
	err := each(ctx, tx, `SELECT min(seq), max(seq) FROM (SELECT seq, seq - row_number() OVER (ORDER BY seq) AS run FROM event
		WHERE boot = $1 AND lane = $2 AND seq >= $3 AND seq <= $4) numbered GROUP BY run ORDER BY run`, func(rows *sql.Rows) error {
		var first, last int64
		err := rows.Scan(&first, &last)
		id.spans = id.spans.store(first, last, id.known.noticed, g.noticed)
		return err
	}, id.boot, int64(id.lane), g.first, g.last)
	if err != nil {
		return err
	}
	if g.declared != 0 {
		id.spans = id.spans.lose(g.first, g.last, id.known.noticed, g.noticed)
	} else {
		id.exists(g.last, g.noticed)
	}
	return nil
}

// migrateClocks learns the last clock event of each boot.
func (s *Store) migrateClocks(ctx context.Context, tx *sql.Tx) error {
	rows, err := readRows(ctx, tx, `event e JOIN series s ON s.id = e.series WHERE s.kind = $1 ORDER BY e.up`, int64(buffer.Clock))
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		c := correctionOf(&buffer.Event{Time: time.UnixMicro(r.at + r.skew), Up: time.Duration(r.up) * time.Microsecond, Value: r.value})
		if c.skew == 0 {
			continue
		}
		if err := saveClock(ctx, tx, r.boot, c); err != nil {
			return err
		}
	}
	return nil
}
