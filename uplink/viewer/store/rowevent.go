package store

import (
	"context"
	"database/sql"
	"time"

	"pychron-edge/buffer"
)

// row is the row of an event whose time is not corrected yet. Boot and series of the event are added to the dictionary if they are new.
func (s *Store) row(ctx context.Context, tx *sql.Tx, e *buffer.Event, now int64) (r row, err error) {
	if err := checkSeq(e); err != nil {
		return r, err
	}
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
