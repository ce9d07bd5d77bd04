package store

import (
	"context"
	"database/sql"
	"fmt"

	"pychron-edge/buffer"
)

// Append stores events in one transaction and returns how many were new; those stored before are not changed. When it returns without
// an error the events are on disk.
func (s *Store) Append(ctx context.Context, events []buffer.Event) (added int64, err error) {
	if len(events) == 0 {
		return 0, nil
	}
	err = s.transact(ctx, fmt.Sprintf("storing %d events", len(events)), func(tx *sql.Tx) error {
		rows := make([]row, len(events))
		now := s.now().UnixMicro()
		for i := range events {
			if rows[i], err = s.row(ctx, tx, &events[i], now); err != nil {
				return err
			}
		}
		if added, err = s.dialect.insert(ctx, tx, rows); err != nil {
			return err
		}
		return correctClocks(ctx, tx, events, rows)
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

func (s *Store) row(ctx context.Context, tx *sql.Tx, e *buffer.Event, now int64) (r row, err error) {
	if r.boot, err = s.dict.bootOf(ctx, tx, e, now); err != nil {
		return r, err
	}
	if r.series, err = s.dict.seriesOf(ctx, tx, e); err != nil {
		return r, err
	}
	r.lane, r.severity, r.seq = int64(e.Lane), int64(e.Severity), int64(e.Seq)
	r.at, r.up = e.Time.UnixMicro(), e.Up.Microseconds()
	r.value, r.bound = e.Value, int64(e.Bound)
	if e.Missing != "" {
		r.bound = missingBound
	}
	r.missing, r.note = text(e.Missing), text(e.Note)
	if e.Status != "success" {
		r.status = new(clean(e.Status))
	}
	return r, nil
}

// correctClocks corrects the times of events that were made before the clock of their boot was set: the value of a clock event is the
// correction in seconds. Ingested events came with their own time and are not corrected.
func correctClocks(ctx context.Context, tx *sql.Tx, events []buffer.Event, rows []row) error {
	for i := range events {
		e := &events[i]
		if e.Kind != buffer.Clock || e.Value == 0 {
			continue
		}
		_, err := tx.ExecContext(ctx,
			`UPDATE event SET at = at + skew + $1, skew = -($1) WHERE boot = $2 AND up < $3 AND lane <> $4`,
			int64(e.Value*1e6), rows[i].boot, e.Up.Microseconds(), int64(buffer.Ingest))
		if err != nil {
			return fmt.Errorf("correcting the times of boot %s of %s: %w", e.Boot, e.Source, err)
		}
	}
	return nil
}

// text returns nil for "": a NULL takes no space in a row.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return new(clean(s))
}
