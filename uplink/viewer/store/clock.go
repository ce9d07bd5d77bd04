package store

import (
	"context"
	"database/sql"
	"fmt"

	"pychron-edge/buffer"
)

// correctClocks learns the clock events of a batch, and corrects what is stored of their boots. Ingested events came
// with their own time and are not corrected. Only the last clock event of a boot counts: its offset is that since the boot began.
func (s *Store) correctClocks(ctx context.Context, tx *sql.Tx, events []buffer.Event, rows []row) error {
	for i := range events {
		e := &events[i]
		if e.Kind != buffer.Clock || int64(e.Value*1e6) == 0 {
			continue
		}
		c := correctionOf(e)
		if old, ok := s.dict.clockOf(rows[i].boot); ok && old.up >= c.up {
			continue
		}
		if err := s.correct(ctx, tx, rows[i].boot, c); err != nil {
			return fmt.Errorf("correcting the times of boot %s of %s: %w", e.Boot, e.Source, err)
		}
		s.dict.setClock(rows[i].boot, c)
	}
	return nil
}

// skew corrects the times of rows that are not stored yet.
func (s *Store) skew(rows []row) {
	for i := range rows {
		r := &rows[i]
		if c, ok := s.dict.clockOf(r.boot); ok && r.lane != int64(buffer.Ingest) {
			r.skew = c.of(r.at, r.up)
			r.at -= r.skew
		}
	}
}

// correct corrects the stored times of a boot.
func (s *Store) correct(ctx context.Context, tx *sql.Tx, boot int64, c correction) error {
	if err := s.dialect.lockBlocks(ctx, tx); err != nil {
		return err
	}
	if err := saveClock(ctx, tx, boot, c); err != nil {
		return err
	}
	if err := s.correctBlocks(ctx, tx, boot, c); err != nil {
		return err
	}
	side := ">="
	if c.skew < 0 {
		side = "<"
	}
	for _, table := range rowTables {
		_, err := tx.ExecContext(ctx, `UPDATE `+table+` SET at = at + skew - ($1), skew = $1
			WHERE boot = $2 AND up < $3 AND lane <> $4 AND at + skew - up `+side+` $5`, c.skew, boot, c.up, int64(buffer.Ingest), c.middle)
		if err != nil {
			return err
		}
	}
	return nil
}

// correctBlocks corrects the blocks of a boot: as a whole, or unpacked where only a part of one is concerned.
func (s *Store) correctBlocks(ctx context.Context, tx *sql.Tx, boot int64, c correction) error {
	blocks, err := readBlocks(ctx, tx, `WHERE boot = $1 AND first_up < $2`, boot, c.up)
	if err != nil {
		return err
	}
	for i := range blocks {
		b := &blocks[i]
		some := c.skews(b.zeroMin) || c.skews(b.zeroMax)
		all := c.skews(b.zeroMin) && c.skews(b.zeroMax) && b.lastUp < c.up
		switch {
		case !some:
		case all:
			if err = b.move(ctx, tx, s, b.firstAt+b.skew-c.skew); err == nil {
				_, err = tx.ExecContext(ctx, `UPDATE block SET first_at = first_at + skew - ($1), last_at = last_at + skew - ($1), skew = $1, parts = NULL, month = $2 WHERE id = $3`, c.skew, b.month, b.id)
			}
		default:
			err = s.unpack(ctx, tx, b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
