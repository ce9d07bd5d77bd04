package store

import (
	"context"
	"database/sql"

	"pychron-edge/buffer"
)

// correction is what the last clock event of a boot says of the times before it: events recorded before up, whose clock still went as at
// the start of the boot, are to be skewed. Later the clock went right, or nearly so. Both are in microseconds.
type correction struct {
	up     int64
	skew   int64 // what to subtract from an event's own time; 0: no correction
	middle int64 // between the wall time at up 0 as the clock first had it, and as it is
}

func correctionOf(e *buffer.Event) correction {
	up, offset := e.Up.Microseconds(), int64(e.Value*1e6)
	return correction{up, -offset, e.Time.UnixMicro() - up - offset/2}
}

// skews reports whether a clock with this wall time at up 0 was the wrong one.
func (c *correction) skews(zero int64) bool { return (zero < c.middle) == (c.skew < 0) }

// of is the skew of an event that was recorded at up and has own as its own time.
func (c *correction) of(own, up int64) int64 {
	if up < c.up && c.skews(own-up) {
		return c.skew
	}
	return 0
}

func saveClock(ctx context.Context, tx *sql.Tx, boot int64, c correction) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO clock (boot, up, skew, middle) VALUES ($1, $2, $3, $4)
		ON CONFLICT (boot) DO UPDATE SET up = excluded.up, skew = excluded.skew, middle = excluded.middle`, boot, c.up, c.skew, c.middle)
	return err
}
