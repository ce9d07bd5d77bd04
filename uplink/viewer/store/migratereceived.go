package store

import (
	"context"
	"database/sql"
	"fmt"
)

// migrateReceived adds to the tables of an earlier version when events were received, which is not known of what is there, and to all the
// indexes by which [Store.Prune] goes.
func (s *Store) migrateReceived(ctx context.Context) error {
	if s.dialect.hasIndex(ctx, s.write, "block_late") {
		return nil
	}
	var older []string
	for _, table := range append(rowTables[:], "block") {
		rows, err := s.write.QueryContext(ctx, `SELECT received FROM `+table+` LIMIT 0`)
		if err != nil {
			older = append(older, table)
		} else if err := rows.Close(); err != nil {
			return err
		}
	}
	return s.transact(ctx, "adding when events were received", func(tx *sql.Tx) error {
		if err := s.dialect.lockBlocks(ctx, tx); err != nil {
			return err
		}
		for _, table := range older {
			if err := s.addColumn(ctx, tx, table, "received BIGINT NOT NULL DEFAULT 0"); err != nil {
				return err
			}
		}
		for _, q := range queues {
			if q.order() == q.at {
				continue // has one already
			}
			if _, err := tx.ExecContext(ctx, fmt.Sprintf(`CREATE INDEX IF NOT EXISTS %s_late ON %s (%s)`, q.table, q.table, q.order())); err != nil {
				return err
			}
		}
		return nil
	})
}
