package store

import (
	"context"
	"database/sql"
	"time"

	"pychron-edge/buffer"
)

// rows are the rows of events, whose times are not corrected yet. Boots and series of the events are added to the dictionary if they are new.
func (s *Store) rows(ctx context.Context, tx *sql.Tx, events []buffer.Event, now int64) ([]row, error) {
	rows := make([]row, len(events))
	for i := range events {
		if err := checkSeq(&events[i]); err != nil {
			return nil, err
		}
		rows[i].take(&events[i])
		rows[i].received = now
	}
	return rows, s.number(ctx, tx, events, rows, now)
}

// take takes what is the event's own.
func (r *row) take(e *buffer.Event) {
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
}

// event is the event of a row.
func (s *Store) event(ctx context.Context, q queryer, r *row) (e buffer.Event, err error) {
	common, err := s.dict.common(ctx, q, r.boot, r.series)
	if err != nil {
		return e, err
	}
	e = common.event()
	e.Lane, e.Severity, e.Seq = buffer.Lane(r.lane), buffer.Severity(r.severity), uint64(r.seq)
	e.Time, e.Up = time.UnixMicro(r.at+r.skew).UTC(), time.Duration(r.up)*time.Microsecond
	e.Value, e.Bound = r.value, buffer.Bound(r.bound)
	if r.bound == missingBound {
		e.Bound = buffer.Exact
	}
	e.Status = "success"
	for _, t := range [...]struct {
		from *string
		to   *string
	}{{r.missing, &e.Missing}, {r.status, &e.Status}, {r.note, &e.Note}} {
		if t.from != nil {
			*t.to = *t.from
		}
	}
	return e, nil
}
