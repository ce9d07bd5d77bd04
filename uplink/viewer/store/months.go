package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// PostgreSQL has the bytes of blocks in a partition for each month, so that retention gives the disk back a month at a time: the space of
// rows that are deleted one by one is used again, but stays with the database. What the blocks are stays in one table: it is some 400 bytes
// a block, so that questions need not look at each month. SQLite has all in month 0: its file shrinks by itself.
//
// A month has its partition from its first block on. Attaching it waits for no question, as there is no default partition: what has no
// month of its own is in month 0, which takes whatever an earlier version stores, too, and blocks whose times are far off.

// pastMonths is how many months before the present one may have partitions: a board whose clock is not set makes no other.
const pastMonths = 120

// maxMoved is how many blocks one transaction moves to their months, of some 20 kB each: it limits how long other writers wait.
const maxMoved = 200

// maxMoves is how many such transactions one call of Pack makes, so that packing does not wait for hours.
const maxMoves = 100

// monthOf is the month of a time in UTC, year and month in decimals: 202611.
func monthOf(at int64) int64 {
	t := time.UnixMicro(at).UTC()
	return int64(t.Year())*100 + int64(t.Month())
}

// beginOf is the first microsecond of a month, and of one that many later.
func beginOf(month int64, later int) int64 {
	return time.Date(int(month/100), time.Month(month%100)+time.Month(later), 1, 0, 0, 0, 0, time.UTC).UnixMicro()
}

// ownMonths is the time from and before which blocks have a month of their own: ten years back, and a month ahead.
func ownMonths(now time.Time) (from, before int64) {
	present := monthOf(now.UnixMicro())
	return beginOf(present, -pastMonths), beginOf(present, 2)
}

// monthFor is the month that has the bytes of a block which begins at a time. It is there afterwards.
func (s *Store) monthFor(ctx context.Context, tx *sql.Tx, at int64) (int64, error) {
	if from, before := ownMonths(s.now()); !s.dialect.divides() || at < from || at >= before {
		return 0, nil
	}
	month := monthOf(at)
	if err := s.dialect.addMonth(ctx, tx, month); err != nil {
		return 0, fmt.Errorf("partition for month %d: %w", month, err)
	}
	return month, nil
}

// migrateMonths divides the table of a store that had all blocks in one.
func (s *Store) migrateMonths(ctx context.Context) error {
	if s.dialect.divided(ctx, s.write) {
		return nil
	}
	return s.transact(ctx, "dividing the blocks by months", func(tx *sql.Tx) error {
		if err := s.dialect.lockBlocks(ctx, tx); err != nil {
			return err
		}
		return s.dialect.divide(ctx, tx)
	})
}

// moveStep moves some blocks that stand in month 0 to the months they belong to, and returns how many. It takes the newest first: they are at the end of the
// table, which so can shrink meanwhile.
func (s *Store) moveStep(ctx context.Context) (n int, err error) {
	if !s.dialect.divides() {
		return 0, nil
	}
	from, before := ownMonths(s.now())
	where := fmt.Sprintf(`WHERE month = 0 AND first_at >= $1 AND first_at < $2 ORDER BY first_at DESC LIMIT %d`, s.limits.moved)
	if some, err := readBlocks(ctx, s.read, where, from, before); err != nil || len(some) == 0 {
		return 0, err
	}
	err = s.packing(ctx, func(tx *sql.Tx) error {
		blocks, err := readBlocks(ctx, tx, where, from, before)
		n = len(blocks)
		for i := 0; i < len(blocks) && err == nil; i++ {
			b := &blocks[i]
			if err = b.move(ctx, tx, s, b.firstAt); err == nil {
				_, err = tx.ExecContext(ctx, `UPDATE block SET month = $1 WHERE id = $2`, b.month, b.id)
			}
		}
		return err
	})
	return n, err
}

// move moves the bytes of a block to the month for a time. The row of the block is for the caller to change.
func (b *packed) move(ctx context.Context, tx *sql.Tx, s *Store, at int64) error {
	month, err := s.monthFor(ctx, tx, at)
	if err != nil || month == b.month {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE block_data SET month = $1 WHERE id = $2 AND month = $3`, month, b.id, b.month)
	b.month = month
	return err
}

// SQLite has one month.
func (*sqlite) divides() bool                                            { return false }
func (*sqlite) addMonth(context.Context, *sql.Tx, int64) error           { return nil }
func (*sqlite) dropMonth(context.Context, *sql.Tx, int64) (int64, error) { return 0, nil }

func (*sqlite) divided(ctx context.Context, db *sql.DB) bool {
	rows, err := db.QueryContext(ctx, `SELECT month FROM block_data LIMIT 0`)
	return err == nil && rows.Close() == nil
}

func (d *sqlite) divide(ctx context.Context, tx *sql.Tx) error {
	for _, table := range [...]string{"block", "block_data"} {
		if _, err := tx.ExecContext(ctx, fmt.Sprintf(d.addColumn(), table, monthColumn)); err != nil {
			return err
		}
	}
	return nil
}

// monthColumn is of a table that had none. What does not know of it writes month 0.
const monthColumn = `month INTEGER NOT NULL DEFAULT 0`

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

// dropMonth deletes a month's blocks and its partition, and returns how many readings that were. The error is errInUse where questions that
// take long keep it from that. The caller has the lock of blocks.
func (postgres) dropMonth(ctx context.Context, tx *sql.Tx, month int64) (deleted int64, err error) {
	err = tx.QueryRowContext(ctx, `WITH gone AS (DELETE FROM block WHERE month = $1 RETURNING count) SELECT coalesce(sum(count), 0)::bigint FROM gone`, month).Scan(&deleted)
	if err != nil {
		return 0, err
	}
	return deleted, dropPartition(ctx, tx, month)
}

// errInUse is that a partition was being read.
var errInUse = errors.New("it is being read")

func dropPartition(ctx context.Context, tx *sql.Tx, month int64) error {
	if _, err := tx.ExecContext(ctx, `SET LOCAL lock_timeout = '`+dropWait+`'`); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, fmt.Sprintf(`DROP TABLE IF EXISTS block_data_%d`, month))
	if e := (*pgconn.PgError)(nil); errors.As(err, &e) && e.Code == "55P03" { // lock_not_available
		err = errInUse
	}
	if err != nil {
		return fmt.Errorf("dropping month %d: %w", month, err)
	}
	return nil
}

// reclaim drops the partitions of past months that have no block any more. PostgreSQL vacuums by itself.
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
	for _, month := range months {
		if err := dropPartition(ctx, tx, month); errors.Is(err, errInUse) {
			return nil // the next call does it
		} else if err != nil {
			return err
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
