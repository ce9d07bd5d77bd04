package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// packed is what stands in the table block of one block.
type packed struct {
	id                           int64
	series, boot, severity, skew int64
	firstAt, lastAt              int64 // corrected
	firstUp, lastUp              int64
	zeroMin, zeroMax             int64
	count, size                  int64
	parts                        []byte // of the corrected times
	firstSeq, lastSeq            int64  // of a block that is made; scan does not read them
	month                        int64  // the partition that has its bytes
	received                     int64  // when the last of its events was stored
}

const packedColumns = `e.id, e.series, e.boot, e.severity, e.skew, e.first_at, e.last_at, e.first_up, e.last_up, e.zero_min, e.zero_max, e.count, e.size, e.month, e.received`

func (b *packed) scan(rows *sql.Rows) error {
	return rows.Scan(&b.id, &b.series, &b.boot, &b.severity, &b.skew, &b.firstAt, &b.lastAt, &b.firstUp, &b.lastUp, &b.zeroMin, &b.zeroMax, &b.count, &b.size, &b.month, &b.received)
}

// readBlocks reads what the blocks are that a condition picks.
func readBlocks(ctx context.Context, q queryer, where string, args ...any) (all []packed, err error) {
	err = each(ctx, q, `SELECT `+packedColumns+` FROM block e `+where, func(rows *sql.Rows) error {
		var b packed
		err := b.scan(rows)
		all = append(all, b)
		return err
	}, args...)
	return all, err
}

// open reads a block and unpacks it.
func (b *packed) open(ctx context.Context, q queryer, it *block.Iterator) error {
	data, err := b.data(ctx, q)
	if err != nil {
		return err
	}
	if err := it.Open(data); err != nil {
		return fmt.Errorf("block %d: %w", b.id, err)
	}
	return nil
}

// data reads the bytes of a block.
func (b *packed) data(ctx context.Context, q queryer) (data []byte, err error) {
	err = each(ctx, q, `SELECT data FROM block_data WHERE id = $1`+inMonth("month", b.month), func(rows *sql.Rows) error { return rows.Scan(&data) }, b.id)
	if err == nil && data == nil {
		err = sql.ErrNoRows
	}
	if err != nil {
		return nil, fmt.Errorf("block %d: %w", b.id, err)
	}
	return data, nil
}

// row is the row of an event of the block.
func (b *packed) row(e *buffer.Event) row {
	r := row{boot: b.boot, series: b.series, lane: int64(buffer.Readings), severity: b.severity, seq: int64(e.Seq),
		at: e.Time.UnixMicro() - b.skew, skew: b.skew, up: e.Up.Microseconds(), value: e.Value, bound: int64(e.Bound), received: b.received}
	if e.Missing != "" {
		r.bound = missingBound
	}
	r.missing, r.note = text(e.Missing), text(e.Note)
	if e.Status != "success" {
		r.status = new(e.Status)
	}
	return r
}

// rows unpacks a block.
func (b *packed) rows(ctx context.Context, tx *sql.Tx) ([]row, error) {
	var it block.Iterator
	if err := b.open(ctx, tx, &it); err != nil {
		return nil, err
	}
	rows := make([]row, 0, b.count)
	for it.Next() {
		rows = append(rows, b.row(&it.Event))
	}
	return rows, nil
}

// unpack makes rows of a block again.
func (s *Store) unpack(ctx context.Context, tx *sql.Tx, b *packed) error {
	rows, err := b.rows(ctx, tx)
	if err != nil {
		return err
	}
	if err := b.delete(ctx, tx); err != nil {
		return err
	}
	return s.dialect.insert(ctx, tx, "reading", rows)
}

func (b *packed) delete(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM block WHERE id = $1`, b.id); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM block_data WHERE id = $1`+inMonth("month", b.month), b.id)
	return err
}

// blockWriter makes blocks of rows, which come in the order of their times, one group after the other.
type blockWriter struct {
	store    *Store
	tx       *sql.Tx
	appender block.Appender
	block    packed
	parts    partsWriter
}

// add adds a row to the block, or to the next one where that is full or of another hour.
func (w *blockWriter) add(ctx context.Context, r *row) error {
	e, err := w.store.event(ctx, w.tx, r)
	if err != nil {
		return err
	}
	if w.block.count > 0 && hourOf(r.at) != hourOf(w.block.firstAt) || !w.appender.Append(&e) {
		if err := w.flush(ctx); err != nil {
			return err
		}
		w.appender.Append(&e)
	}
	w.block.include(r)
	w.parts.add(r)
	return nil
}

func (b *packed) include(r *row) {
	zero := r.at + r.skew - r.up
	if b.count == 0 {
		*b = packed{series: r.series, boot: r.boot, severity: r.severity, skew: r.skew,
			firstAt: r.at, lastAt: r.at, firstUp: r.up, lastUp: r.up, zeroMin: zero, zeroMax: zero, firstSeq: r.seq, lastSeq: r.seq}
	}
	b.firstSeq, b.lastSeq = min(b.firstSeq, r.seq), max(b.lastSeq, r.seq)
	b.firstAt, b.lastAt = min(b.firstAt, r.at), max(b.lastAt, r.at)
	b.firstUp, b.lastUp = min(b.firstUp, r.up), max(b.lastUp, r.up)
	b.zeroMin, b.zeroMax = min(b.zeroMin, zero), max(b.zeroMax, zero)
	b.received = max(b.received, r.received)
	b.count++
}

// flush writes the block.
func (w *blockWriter) flush(ctx context.Context) error {
	if w.block.count == 0 {
		return nil
	}
	b := &w.block
	data := w.appender.AppendBlock(nil)
	if w.parts.count >= w.store.limits.parts {
		b.parts = w.parts.bytes()
	}
	var err error
	if b.month, err = w.store.monthFor(ctx, w.tx, b.firstAt); err != nil {
		return err
	}
	err = w.tx.QueryRowContext(ctx, `INSERT INTO block (series, boot, lane, severity, skew, first_at, last_at, first_up, last_up, zero_min, zero_max, count, size, parts, first_seq, last_seq, month, received)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) RETURNING id`,
		b.series, b.boot, int64(buffer.Readings), b.severity, b.skew, b.firstAt, b.lastAt, b.firstUp, b.lastUp, b.zeroMin, b.zeroMax,
		b.count, int64(len(data)), b.parts, b.firstSeq, b.lastSeq, b.month, b.received).Scan(&b.id)
	if err == nil {
		_, err = w.tx.ExecContext(ctx, `INSERT INTO block_data (id, month, data) VALUES ($1, $2, $3)`, b.id, b.month, data)
	}
	w.block, w.parts = packed{}, partsWriter{}
	return err
}

// hourOf is the beginning of the hour of a time.
func hourOf(at int64) int64 { return floor(at, time.Hour.Microseconds()) }

// floor is the greatest multiple of step that is not above a number.
func floor(n, step int64) int64 {
	if r := n % step; r < 0 {
		return n - r - step
	} else {
		return n - r
	}
}
