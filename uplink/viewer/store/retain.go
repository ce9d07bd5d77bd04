package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
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

// Prune deletes the oldest events beyond the limits and returns how many: rows, and blocks once the last of their events is too old, a whole
// month of them at once where it may go. It deletes in small steps, so that other writers do not wait long, and ends early when ctx is done. What was
// deleted is still known as received: it is no gap, and is not stored again.
func (s *Store) Prune(ctx context.Context, keep Retain, now time.Time) (deleted int64, err error) {
	p := pruning{store: s, keep: keep, months: s.dialect.divides(), tooOld: beginOfTime}
	if keep.Age > 0 {
		p.tooOld = now.Add(-keep.Age).UnixMicro()
	}
	for ctx.Err() == nil {
		if err := p.measure(ctx); err != nil {
			return deleted, fmt.Errorf("pruning: %w", err)
		}
		p.before, p.tooMuch = p.tooOld, 0
		if keep.Size > 0 && p.size > keep.Size {
			p.before, p.tooMuch = now.UnixMicro(), p.size-keep.Size
		}
		if p.before == beginOfTime {
			return deleted, nil
		}
		n, err := p.step(ctx)
		deleted += n
		if err != nil || n == 0 && p.measured {
			return deleted, err
		}
	}
	return deleted, ctx.Err()
}

// pruning is a call of Prune. PostgreSQL has to add up the sizes of all blocks, so that is done once, and what each step deletes is taken off.
type pruning struct {
	store    *Store
	keep     Retain
	measured bool  // size and oldest are known
	size     int64 // of the store, bytes
	oldest   int64 // time of its oldest event
	months   bool  // whether whole months may be dropped, as far as is known
	before   int64 // what is to be deleted is older
	tooOld   int64 // what is older is to be deleted, whatever the size
	tooMuch  int64 // bytes beyond the limit
}

// measure finds the size of the store, where that is limited, unless it is known.
func (p *pruning) measure(ctx context.Context) error {
	if p.keep.Size == 0 || p.measured {
		p.measured = true
		return nil
	}
	return p.store.snapshot(ctx, func(tx *sql.Tx) (err error) {
		if _, p.oldest, err = oldestTable(ctx, tx, math.MaxInt64); err == nil {
			p.size, err = p.store.dialect.size(ctx, tx)
		}
		p.measured = err == nil
		return err
	})
}

// step deletes a part of what is oldest. It deletes nothing where another viewer has done so since the size was measured: that is to be measured again.
func (p *pruning) step(ctx context.Context) (deleted int64, err error) {
	var freed, oldest int64
	var other bool // another viewer has deleted some
	err = p.store.packing(ctx, func(tx *sql.Tx) error {
		deleted, freed, other = 0, 0, false
		if p.keep.Size > 0 {
			if _, oldest, err = oldestTable(ctx, tx, math.MaxInt64); err != nil || oldest > p.oldest {
				other = err == nil
				return err
			}
		}
		if deleted, freed, err = p.some(ctx, tx); err != nil || p.keep.Size == 0 {
			return err
		}
		_, oldest, err = oldestTable(ctx, tx, math.MaxInt64)
		return err
	})
	p.oldest, p.size = oldest, p.size-freed
	p.measured = !other && (deleted == 0 || !p.store.dialect.measures())
	return deleted, err
}

// some deletes a part of what is oldest, and returns how many events that were, and bytes.
func (p *pruning) some(ctx context.Context, tx *sql.Tx) (deleted, freed int64, err error) {
	table, oldest, err := oldestTable(ctx, tx, p.before)
	if err != nil || table == "" {
		return 0, 0, err
	}
	if table == "block" {
		return p.blocks(ctx, tx)
	}
	// Not far beyond the next table's oldest, so that all grow old alike.
	deleted, err = pruneRows(ctx, tx, table, min(p.before, oldest+24*time.Hour.Microseconds()))
	return deleted, deleted * bytesPerRow, err
}

// blocks deletes the blocks of the oldest month, if all of it may go, else some blocks.
func (p *pruning) blocks(ctx context.Context, tx *sql.Tx) (deleted, freed int64, err error) {
	if p.months {
		month, readings, bytes, err := p.wholeMonth(ctx, tx)
		if err != nil {
			return 0, 0, err
		}
		if month != 0 { // reclaim drops the partition of their bytes: who reads them now must find them
			_, err := tx.ExecContext(ctx, `DELETE FROM block WHERE month = $1`, month)
			return readings, bytes, err
		}
		p.months = false // nor will it be before the next call
	}
	return pruneBlocks(ctx, tx, p.before)
}

// wholeMonth is the month of the oldest block, if all of it is too old or too much, and how many readings and bytes it has; else 0.
func (p *pruning) wholeMonth(ctx context.Context, tx *sql.Tx) (month, readings, bytes int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT month FROM block ORDER BY last_at LIMIT 1`).Scan(&month)
	if err != nil || month == 0 || p.tooMuch == 0 && beginOf(month, 1) > p.tooOld {
		return 0, 0, 0, err
	}
	var last int64
	err = tx.QueryRowContext(ctx, `SELECT max(last_at), sum(`+bytesOfBlock+`), sum(count) FROM block WHERE month = $1`, month).Scan(&last, &bytes, &readings)
	if err != nil || last >= p.tooOld && bytes > p.tooMuch {
		return 0, 0, 0, err
	}
	return month, readings, bytes, nil
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

func pruneBlocks(ctx context.Context, tx *sql.Tx, before int64) (deleted, freed int64, err error) {
	blocks, err := readBlocks(ctx, tx, fmt.Sprintf(`WHERE last_at < $1 ORDER BY last_at LIMIT %d`, maxPrunedBlocks), before)
	for i := 0; i < len(blocks) && err == nil; i++ {
		deleted += blocks[i].count
		freed += sizeOfBlock(blocks[i].size)
		err = blocks[i].delete(ctx, tx)
	}
	return deleted, freed, err
}
