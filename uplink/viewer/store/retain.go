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
//
// An event is as old as the younger of its own time and the time at which it was stored, but a time in the future does not count: so neither a clock
// that was not set yet nor one that is fast, the agent's or this computer's, makes an event older than it is, or keeps it for ever.
func (s *Store) Prune(ctx context.Context, keep Retain, now time.Time) (deleted int64, err error) {
	p := pruning{store: s, keep: keep, now: now.UnixMicro(), months: s.dialect.divides(), tooOld: beginOfTime}
	if keep.Age > 0 {
		p.tooOld = now.Add(-keep.Age).UnixMicro()
	}
	for ctx.Err() == nil {
		if err := p.measure(ctx); err != nil {
			return deleted, fmt.Errorf("pruning: %w", err)
		}
		p.before, p.tooMuch = p.tooOld, 0
		if keep.Size > 0 && p.size > keep.Size {
			p.before, p.tooMuch = math.MaxInt64, p.size-keep.Size
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
	now      int64 // microseconds, as all times below
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
		if _, p.oldest, err = p.first(ctx, tx, math.MaxInt64); err == nil {
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
			if _, oldest, err = p.first(ctx, tx, math.MaxInt64); err != nil || oldest > p.oldest {
				other = err == nil
				return err
			}
		}
		if deleted, freed, err = p.some(ctx, tx); err != nil || p.keep.Size == 0 {
			return err
		}
		_, oldest, err = p.first(ctx, tx, math.MaxInt64)
		return err
	})
	p.oldest, p.size = oldest, p.size-freed
	p.measured = !other && (deleted == 0 || !p.store.dialect.measures())
	return deleted, err
}

// some deletes a part of what is oldest, and returns how many events that were, and bytes.
func (p *pruning) some(ctx context.Context, tx *sql.Tx) (deleted, freed int64, err error) {
	q, oldest, err := p.first(ctx, tx, p.before)
	if err != nil || q == nil {
		return 0, 0, err
	}
	if q.table == "block" {
		return p.blocks(ctx, tx, q)
	}
	before := p.before // not far beyond the next queue's oldest, so that all grow old alike
	if day := 24 * time.Hour.Microseconds(); oldest < before-day {
		before = oldest + day
	}
	deleted, err = p.rows(ctx, tx, q, before)
	return deleted, deleted * bytesPerRow, err
}

// blocks deletes the blocks of the oldest month, if all of it may go, else some blocks.
func (p *pruning) blocks(ctx context.Context, tx *sql.Tx, q *queue) (deleted, freed int64, err error) {
	if p.months && !q.future {
		month, readings, bytes, err := p.wholeMonth(ctx, tx, q)
		if err != nil {
			return 0, 0, err
		}
		if month != 0 { // reclaim drops the partition of their bytes: who reads them now must find them
			_, err := tx.ExecContext(ctx, `DELETE FROM block WHERE month = $1`, month)
			return readings, bytes, err
		}
		p.months = false // nor will it be before the next call
	}
	blocks, err := readBlocks(ctx, tx, q.where()+fmt.Sprintf(` ORDER BY %s LIMIT %d`, q.order(), maxPrunedBlocks), p.now, p.before)
	for i := 0; i < len(blocks) && err == nil; i++ {
		deleted += blocks[i].count
		freed += sizeOfBlock(blocks[i].size)
		err = blocks[i].delete(ctx, tx)
	}
	return deleted, freed, err
}

// wholeMonth is the month of the oldest block, if all of it is too old or too much, and how many readings and bytes it has; else 0.
func (p *pruning) wholeMonth(ctx context.Context, tx *sql.Tx, q *queue) (month, readings, bytes int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT month FROM block ORDER BY `+q.order()+` LIMIT 1`).Scan(&month)
	if err != nil || month == 0 || p.tooMuch == 0 && beginOf(month, 1) > p.tooOld {
		return 0, 0, 0, err
	}
	var last int64
	err = tx.QueryRowContext(ctx, `SELECT max(`+q.late()+`), sum(`+bytesOfBlock+`), sum(count) FROM block WHERE month = $1`, month).Scan(&last, &bytes, &readings)
	much := bytes <= p.tooMuch && last < beginOf(month, 2) // what came long after its time is not the oldest
	if err != nil || last >= p.tooOld && !much {
		return 0, 0, 0, err
	}
	return month, readings, bytes, nil
}

// queue is a part of a table in the order in which it grows old: what has no time in the future, or the rest. Readings that are not packed yet stand in the
// order of their own times, for an index of the other cost a fifth of the time that storing takes: some of them may go before one that was received earlier.
type queue struct {
	table, at string // at is the column of times
	key       string // of a row
	future    bool
}

var queues = [...]queue{
	{"event", "at", "id", false}, {"event", "at", "id", true},
	{"reading", "at", "series, at, boot, seq", false}, {"reading", "at", "series, at, boot, seq", true},
	{"block", "last_at", "id", false}, {"block", "last_at", "id", true},
}

// late is the later of the two times of an event.
func (q *queue) late() string {
	return `(CASE WHEN received > ` + q.at + ` THEN received ELSE ` + q.at + ` END)`
}

// age is the time that counts; $1 is now.
func (q *queue) age() string {
	switch {
	case q.table == "reading" && !q.future:
		return `(CASE WHEN received > ` + q.at + ` AND received <= $1 THEN received ELSE ` + q.at + ` END)`
	case q.future:
		return `(CASE WHEN received > 0 AND received < ` + q.at + ` THEN received ELSE ` + q.at + ` END)`
	}
	return q.late()
}

// order is what the table has an index of, which is used only where it stands in the same words.
func (q *queue) order() string {
	if q.table == "reading" {
		return q.at
	}
	return q.late()
}

// where picks what is in the queue ($1 is now) and older than $2.
func (q *queue) where() string {
	if q.future {
		return `WHERE ` + q.order() + ` > $1 AND ` + q.age() + ` < $2`
	}
	return `WHERE ` + q.order() + ` <= $1 AND ` + q.order() + ` < $2 AND ` + q.age() + ` < $2`
}

// first is the queue that has the oldest event before a time; nil if none has.
func (p *pruning) first(ctx context.Context, tx *sql.Tx, before int64) (first *queue, oldest int64, err error) {
	oldest = before
	for i := range queues {
		q := &queues[i]
		query := `SELECT ` + q.age() + ` FROM ` + q.table + ` ` + q.where() + ` ORDER BY ` + q.order() + ` LIMIT 1`
		err := each(ctx, tx, query, func(rows *sql.Rows) error {
			first = q
			return rows.Scan(&oldest)
		}, p.now, oldest)
		if err != nil {
			return nil, 0, err
		}
	}
	return first, oldest, nil
}

func (p *pruning) rows(ctx context.Context, tx *sql.Tx, q *queue, before int64) (int64, error) {
	result, err := tx.ExecContext(ctx, `DELETE FROM `+q.table+` WHERE (`+q.key+`) IN (SELECT `+q.key+` FROM `+q.table+` `+q.where()+` ORDER BY `+q.order()+` LIMIT $3)`,
		p.now, before, int64(maxPrunedRows))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
