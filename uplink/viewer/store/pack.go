package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// unpackedFor is how long readings stand as rows at the shortest. An hour is packed when all of it is older, and one that is still to come when some of it
// was received so long ago.
const unpackedFor = 2 * time.Hour

// maxPacked is how many rows one transaction packs, or somewhat more: it limits how long other writers wait.
const maxPacked = 10_000

// Pack packs the readings that are older than two hours, hour by hour, and the readings of a store in its earlier form, whatever their
// age. It works in small steps: it may be stopped at any moment, and what is late is packed by the next call. It returns how many readings it packed.
func (s *Store) Pack(ctx context.Context, now time.Time) (n int64, err error) {
	for {
		step, err := s.packStep(ctx, now)
		n += step
		if err != nil {
			return n, err
		}
		if step == 0 {
			break
		}
	}
	for range maxMoves {
		if moved, err := s.moveStep(ctx); err != nil {
			return n, err
		} else if moved == 0 {
			break
		}
	}
	return n, s.reclaim(ctx)
}

// packStep does one step of Pack; 0 where nothing is left to do.
func (s *Store) packStep(ctx context.Context, now time.Time) (int64, error) {
	n, err := s.migrateStep(ctx)
	if n > 0 || err != nil {
		return n, err
	}
	return s.packHour(ctx, now.Add(-unpackedFor).UnixMicro())
}

// packHour packs a part of the oldest hour, if that is over before a time.
func (s *Store) packHour(ctx context.Context, before int64) (n int64, err error) {
	var oldest sql.NullInt64
	if err := s.read.QueryRowContext(ctx, `SELECT min(at) FROM reading`).Scan(&oldest); err != nil {
		return 0, fmt.Errorf("packing: %w", err)
	}
	from := hourOf(oldest.Int64)
	to := from + time.Hour.Microseconds()
	if !oldest.Valid {
		return 0, nil
	}
	if to > before { // an hour to come, of which something was received long ago: its clock is fast
		err := s.read.QueryRowContext(ctx, `SELECT min(at) FROM reading WHERE at >= $1 AND received < $2`, before+unpackedFor.Microseconds(), before).Scan(&oldest)
		if err != nil {
			return 0, fmt.Errorf("packing: %w", err)
		}
		if from = hourOf(oldest.Int64); !oldest.Valid {
			return 0, nil
		}
		to = from + time.Hour.Microseconds()
	}
	var series []int64
	err = each(ctx, s.read, `SELECT series, count(*) FROM reading WHERE at >= $1 AND at < $2 GROUP BY series ORDER BY series`, func(rows *sql.Rows) error {
		var id, count int64
		err := rows.Scan(&id, &count)
		if n < int64(s.limits.packed) {
			series, n = append(series, id), n+count
		}
		return err
	}, from, to)
	if err != nil {
		return 0, fmt.Errorf("packing: %w", err)
	}
	err = s.packing(ctx, func(tx *sql.Tx) error {
		n = 0
		for _, id := range series {
			k, err := s.packSeries(ctx, tx, id, from, to)
			if err != nil {
				return err
			}
			n += k
		}
		return nil
	})
	return n, err
}

// packing is a transaction that moves events between rows and blocks. It is tried again where another viewer was quicker.
func (s *Store) packing(ctx context.Context, f func(*sql.Tx) error) (err error) {
	for range 5 {
		err = s.transactAs(ctx, "packing", s.dialect.repeatable(), func(tx *sql.Tx) error {
			if err := s.dialect.lockBlocks(ctx, tx); err != nil {
				return err
			}
			return f(tx)
		})
		if !s.dialect.conflict(err) {
			break
		}
	}
	return err
}

// packSeries packs the rows of one series from one time to before another.
func (s *Store) packSeries(ctx context.Context, tx *sql.Tx, series, from, to int64) (int64, error) {
	rows, err := readRows(ctx, tx, `reading e WHERE e.series = $1 AND e.at >= $2 AND e.at < $3`, series, from, to)
	if err != nil {
		return 0, err
	}
	if err := s.packRows(ctx, tx, rows); err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM reading WHERE series = $1 AND at >= $2 AND at < $3`, series, from, to)
	return int64(len(rows)), err
}

func readRows(ctx context.Context, q queryer, from string, args ...any) (all []row, err error) {
	err = each(ctx, q, `SELECT `+rowColumns+` FROM `+from, func(rows *sql.Rows) error {
		var r row
		err := r.scan(rows)
		all = append(all, r)
		return err
	}, args...)
	return all, err
}

// group is what rows of one block have in common.
type group struct{ series, boot, severity, skew, hour int64 }

func (r *row) group() group { return group{r.series, r.boot, r.severity, r.skew, hourOf(r.at)} }

func (g group) compare(h group) int {
	return cmp.Or(cmp.Compare(g.series, h.series), cmp.Compare(g.boot, h.boot), cmp.Compare(g.severity, h.severity), cmp.Compare(g.skew, h.skew), cmp.Compare(g.hour, h.hour))
}

// packRows makes blocks of rows, together with what blocks have of their series and hours.
func (s *Store) packRows(ctx context.Context, tx *sql.Tx, rows []row) error {
	groups := map[group]bool{}
	for i := range rows {
		groups[rows[i].group()] = true
	}
	for g := range groups {
		packed, err := takeBlocks(ctx, tx, g)
		if err != nil {
			return err
		}
		rows = append(rows, packed...)
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(a.group().compare(b.group()), cmp.Compare(a.at, b.at), cmp.Compare(a.seq, b.seq))
	})
	w := blockWriter{store: s, tx: tx}
	for i := range rows {
		if i > 0 && rows[i].group() != rows[i-1].group() {
			if err := w.flush(ctx); err != nil {
				return err
			}
		}
		if err := w.add(ctx, &rows[i]); err != nil {
			return err
		}
	}
	return w.flush(ctx)
}

// takeBlocks unpacks and deletes the blocks of a group. None is longer than an hour.
func takeBlocks(ctx context.Context, tx *sql.Tx, g group) (rows []row, err error) {
	hour := time.Hour.Microseconds()
	blocks, err := readBlocks(ctx, tx, `WHERE series = $1 AND first_at > $2 AND first_at < $3 AND last_at >= $4 AND boot = $5 AND severity = $6 AND skew = $7`,
		g.series, g.hour-hour, g.hour+hour, g.hour, g.boot, g.severity, g.skew)
	for i := 0; i < len(blocks) && err == nil; i++ {
		var some []row
		if some, err = blocks[i].rows(ctx, tx); err == nil {
			rows, err = append(rows, some...), blocks[i].delete(ctx, tx)
		}
	}
	return rows, err
}
