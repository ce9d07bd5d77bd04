package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
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

// inMonth is a condition on a column, after others. The month stands in the text, not among the arguments: so PostgreSQL plans a question once, with the partition
// it needs and no other.
func inMonth(column string, month int64) string {
	return fmt.Sprintf(" AND %s = %d", column, month)
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

// monthColumn is of a table that had none. What does not know of it writes month 0.
const monthColumn = `month INTEGER NOT NULL DEFAULT 0`
