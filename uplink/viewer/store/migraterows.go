package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pychron-edge/buffer"
)

// migrateStep packs a part of the readings that an earlier version stored in the table event.
func (s *Store) migrateStep(ctx context.Context) (n int64, err error) {
	for _, boot := range s.dict.bootIDs() {
		if _, done := s.migrated.Load(boot); done {
			continue
		}
		n, err := s.migrateBoot(ctx, boot)
		if n > 0 || err != nil {
			return n, err
		}
		s.migrated.Store(boot, true)
	}
	return 0, nil
}

func (s *Store) migrateBoot(ctx context.Context, boot int64) (n int64, err error) {
	var first int64
	err = s.read.QueryRowContext(ctx, `SELECT seq FROM event WHERE boot = $1 AND lane = $2 ORDER BY seq LIMIT 1`, boot, int64(buffer.Readings)).Scan(&first)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("packing what an earlier version stored: %w", err)
	}
	err = s.packing(ctx, func(tx *sql.Tx) error {
		rows, err := readRows(ctx, tx, fmt.Sprintf(`event e WHERE e.boot = $1 AND e.lane = $2 ORDER BY e.seq LIMIT %d`, s.limits.packed), boot, int64(buffer.Readings))
		if n = int64(len(rows)); err != nil || n == 0 {
			return err
		}
		last := rows[n-1].seq
		if err := s.packRows(ctx, tx, rows); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM event WHERE boot = $1 AND lane = $2 AND seq <= $3`, boot, int64(buffer.Readings), last)
		return err
	})
	return n, err
}
