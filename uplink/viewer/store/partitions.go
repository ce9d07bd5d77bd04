package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

func (postgres) divides() bool { return true }

func (postgres) divided(ctx context.Context, db *sql.DB) (is bool) {
	err := db.QueryRowContext(ctx, `SELECT to_regclass('block_data_0') IS NOT NULL`).Scan(&is)
	return err == nil && is
}

// divide makes month 0: of the table that an earlier version had, without a copy, where there is one.
func (d postgres) divide(ctx context.Context, tx *sql.Tx) error {
	var done, plain bool
	if err := tx.QueryRowContext(ctx, `SELECT to_regclass('block_data_0') IS NOT NULL, relkind = 'r' FROM pg_class WHERE oid = to_regclass('block_data')`).Scan(&done, &plain); err != nil || done {
		return err
	}
	statements := []string{`CREATE TABLE block_data_0 PARTITION OF block_data FOR VALUES IN (0)`}
	if plain {
		statements = []string{fmt.Sprintf(d.addColumn(), "block", monthColumn), fmt.Sprintf(d.addColumn(), "block_data", monthColumn),
			`ALTER TABLE block_data RENAME TO block_data_0`,
			`ALTER TABLE block_data_0 DROP CONSTRAINT block_data_pkey`,
			`CREATE TABLE block_data (id BIGINT NOT NULL, month INTEGER NOT NULL DEFAULT 0, data BYTEA NOT NULL, PRIMARY KEY (id, month)) PARTITION BY LIST (month)`,
			`ALTER TABLE block_data ATTACH PARTITION block_data_0 FOR VALUES IN (0)`}
	}
	for _, statement := range append(statements, `CREATE INDEX IF NOT EXISTS block_month ON block (month, first_at)`) {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%.60s: %w", statement, err)
		}
	}
	return nil
}

// addMonth makes the partition of a month, unless it is there. The caller has the lock of blocks.
func (postgres) addMonth(ctx context.Context, tx *sql.Tx, month int64) error {
	name := fmt.Sprintf("block_data_%d", month)
	var there bool
	if err := tx.QueryRowContext(ctx, `SELECT to_regclass($1) IS NOT NULL`, name).Scan(&there); err != nil || there {
		return err
	}
	if _, err := tx.ExecContext(ctx, `CREATE TABLE `+name+` (LIKE block_data INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, fmt.Sprintf(`ALTER TABLE block_data ATTACH PARTITION %s FOR VALUES IN (%d)`, name, month))
	return err
}

// dropWait is how long the questions that are being answered may keep a partition from being dropped. New ones wait meanwhile.
const dropWait = "500ms"

// reclaim drops the partitions of months that have no block any more, unless questions that take long read there: the next call does it then. PostgreSQL
// vacuums by itself.
func (d postgres) reclaim(ctx context.Context, db *sql.DB) error {
	months, err := emptyMonths(ctx, db)
	if err != nil || len(months) == 0 {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // it has no effect after Commit
	if err := d.lockBlocks(ctx, tx); err != nil {
		return err
	}
	if months, err = emptyMonths(ctx, tx); err != nil { // another viewer may have packed some meanwhile
		return err
	}
	if _, err := tx.ExecContext(ctx, `SET LOCAL lock_timeout = '`+dropWait+`'`); err != nil {
		return err
	}
	for _, month := range months {
		_, err := tx.ExecContext(ctx, fmt.Sprintf(`DROP TABLE block_data_%d`, month))
		if e := (*pgconn.PgError)(nil); errors.As(err, &e) && e.Code == "55P03" { // lock_not_available
			return nil
		}
		if err != nil {
			return fmt.Errorf("dropping month %d: %w", month, err)
		}
	}
	return tx.Commit()
}

// emptyMonths are the months whose partition has nothing.
func emptyMonths(ctx context.Context, q queryer) (empty []int64, err error) {
	var all []int64
	err = each(ctx, q, `SELECT substr(c.relname, 12)::bigint AS month FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
		WHERE i.inhparent = to_regclass('block_data') AND c.relname <> 'block_data_0' ORDER BY month`, func(rows *sql.Rows) error {
		var month int64
		err := rows.Scan(&month)
		all = append(all, month)
		return err
	})
	for i := 0; i < len(all) && err == nil; i++ {
		used := false
		err = each(ctx, q, `SELECT 1 FROM block WHERE month = $1 LIMIT 1`, func(*sql.Rows) error {
			used = true
			return nil
		}, all[i])
		if !used {
			empty = append(empty, all[i])
		}
	}
	return empty, err
}
