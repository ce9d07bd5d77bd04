package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Retain limits the age and size of the store. 0 = no limit.
type Retain struct {
	Age  time.Duration `yaml:"age"`
	Size int64         `yaml:"size"` // bytes
}

// At most so much is deleted in one step: it limits how long other writers wait.
const (
	maxPrunedRows   = 20000
	maxPrunedBlocks = 64
)

// Prune deletes the oldest events beyond the limits and returns how many: rows, and whole blocks once the last of their events is too old. It
// deletes in small steps, so that other writers do not wait long, and ends early when ctx is done. What was deleted is still known as
// received: it is no gap, and is not stored again.
func (s *Store) Prune(ctx context.Context, keep Retain, now time.Time) (deleted int64, err error) {
	for ctx.Err() == nil {
		before := int64(beginOfTime)
		if keep.Age > 0 {
			before = now.Add(-keep.Age).UnixMicro()
		}
		if keep.Size > 0 {
			size, err := s.Size(ctx)
			if err != nil {
				return deleted, fmt.Errorf("pruning: %w", err)
			}
			if size > keep.Size {
				before = now.UnixMicro()
			}
		}
		if before == beginOfTime {
			return deleted, nil
		}
		n, err := s.pruneStep(ctx, before)
		deleted += n
		if err != nil || n == 0 {
			return deleted, err
		}
	}
	return deleted, ctx.Err()
}

// pruneStep deletes a part of what is oldest, up to a time.
func (s *Store) pruneStep(ctx context.Context, before int64) (deleted int64, err error) {
	err = s.packing(ctx, func(tx *sql.Tx) error {
		deleted = 0
		table, oldest, err := oldestTable(ctx, tx, before)
		if err != nil || table == "" {
			return err
		}
		if table == "block" {
			deleted, err = pruneBlocks(ctx, tx, before)
			return err
		}
		// Not far beyond the next table's oldest, so that all grow old alike.
		deleted, err = pruneRows(ctx, tx, table, min(before, oldest+24*time.Hour.Microseconds()))
		return err
	})
	return deleted, err
}

// oldestTable is the table that has the oldest event before a time; "" if none has.
func oldestTable(ctx context.Context, tx *sql.Tx, before int64) (table string, oldest int64, err error) {
	oldest = before
	for _, t := range [...]struct{ table, column string }{{"event", "at"}, {"reading", "at"}, {"block", "last_at"}} {
		var at sql.NullInt64
		if err := tx.QueryRowContext(ctx, `SELECT min(`+t.column+`) FROM `+t.table).Scan(&at); err != nil {
			return "", 0, err
		}
		if at.Valid && at.Int64 < oldest {
			table, oldest = t.table, at.Int64
		}
	}
	return table, oldest, nil
}

func pruneRows(ctx context.Context, tx *sql.Tx, table string, before int64) (int64, error) {
	key := "id"
	if table == "reading" {
		key = "series, at, boot, seq"
	}
	result, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE (`+key+`) IN (SELECT `+key+` FROM `+table+` WHERE at < $1 ORDER BY at LIMIT $2)`, before, int64(maxPrunedRows))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func pruneBlocks(ctx context.Context, tx *sql.Tx, before int64) (deleted int64, err error) {
	blocks, err := readBlocks(ctx, tx, fmt.Sprintf(`WHERE last_at < $1 ORDER BY last_at LIMIT %d`, maxPrunedBlocks), before)
	for i := 0; i < len(blocks) && err == nil; i++ {
		deleted += blocks[i].count
		err = deleteBlock(ctx, tx, blocks[i].id)
	}
	return deleted, err
}
