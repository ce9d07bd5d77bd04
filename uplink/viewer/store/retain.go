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

// maxPruned is how many events one step of pruning deletes: it limits how long other writers wait.
const maxPruned = 20000

// Prune deletes the oldest events beyond the limits and returns how many. It deletes in small steps, so that other writers do not wait
// long, and ends early when ctx is done.
func (s *Store) Prune(ctx context.Context, keep Retain, now time.Time) (deleted int64, err error) {
	for ctx.Err() == nil {
		before := int64(0)
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
		if before == 0 {
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

func (s *Store) pruneStep(ctx context.Context, before int64) (deleted int64, err error) {
	err = s.transact(ctx, "pruning", func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx,
			`DELETE FROM event WHERE id IN (SELECT id FROM event WHERE at < $1 ORDER BY at LIMIT $2)`, before, maxPruned)
		if err != nil {
			return err
		}
		deleted, err = result.RowsAffected()
		return err
	})
	return deleted, err
}
