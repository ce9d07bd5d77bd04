package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"pychron-edge/buffer"
)

// Gap is a run of consecutive events of one boot and lane that are not stored: First to Last. Last 0 means that the end is not known:
// the boot did not stop cleanly. A declared gap will not be filled; any other may be, by a resend.
type Gap struct {
	Source, Boot string
	Lane         buffer.Lane
	First, Last  uint64
	Noticed      time.Time
	Declared     bool
}

// NoteGap stores a gap. It replaces a gap with the same boot, lane and First, but a declared one stays declared. What is declared is cut
// out of gaps that may still be filled, so that their other events are still waited for, and those alone.
func (s *Store) NoteGap(ctx context.Context, g Gap) error {
	if g.First == 0 || g.First > math.MaxInt64 || g.Last > math.MaxInt64 {
		return fmt.Errorf("noting a gap of %s from %d to %d: from must be 1 to %d, to must be 0 to %d", g.Source, g.First, g.Last, int64(math.MaxInt64), int64(math.MaxInt64))
	}
	return s.transact(ctx, "noting a gap of "+g.Source, func(tx *sql.Tx) error {
		boot, err := s.dict.bootOf(ctx, tx, &buffer.Event{Source: g.Source, Boot: g.Boot}, s.now().UnixMicro())
		if err != nil {
			return err
		}
		if g.Last == 0 {
			return putGap(ctx, tx, boot, g)
		}
		if g.Declared {
			if err := cutOut(ctx, tx, boot, g); err != nil {
				return err
			}
			return putGap(ctx, tx, boot, g)
		}
		return putOpen(ctx, tx, boot, g)
	})
}

// putOpen stores a gap that may still be filled, without what of it is declared.
func putOpen(ctx context.Context, tx *sql.Tx, boot int64, g Gap) error {
	if err := passDeclared(ctx, tx, boot, &g); err != nil || g.First > g.Last {
		return err
	}
	if err := putGap(ctx, tx, boot, g); err != nil {
		return err
	}
	declared, err := overlapped(ctx, tx, boot, g, true)
	if err != nil {
		return err
	}
	for _, d := range declared {
		if err := cutOut(ctx, tx, boot, d); err != nil {
			return err
		}
	}
	return nil
}

func putGap(ctx context.Context, tx *sql.Tx, boot int64, g Gap) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO gap (boot, lane, first, last, noticed, declared) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (boot, lane, first) DO UPDATE SET last = excluded.last,
		declared = CASE WHEN gap.declared > excluded.declared THEN gap.declared ELSE excluded.declared END`,
		boot, int64(g.Lane), int64(g.First), int64(g.Last), g.Noticed.UnixMicro(), flag(g.Declared))
	return err
}

// cutOut replaces the gaps that g, a declared one, overlaps by what is left of them on either side.
func cutOut(ctx context.Context, tx *sql.Tx, boot int64, g Gap) error {
	open, err := overlapped(ctx, tx, boot, g, false)
	if err != nil {
		return err
	}
	for _, old := range open {
		if _, err := tx.ExecContext(ctx, `DELETE FROM gap WHERE boot = $1 AND lane = $2 AND first = $3`, boot, int64(g.Lane), int64(old.First)); err != nil {
			return err
		}
		for _, left := range []Gap{{First: old.First, Last: g.First - 1}, {First: g.Last + 1, Last: old.Last}} {
			left.Lane, left.Noticed = g.Lane, old.Noticed
			if left.First > left.Last {
				continue
			}
			if err := putGap(ctx, tx, boot, left); err != nil {
				return err
			}
		}
	}
	return nil
}

// overlapped returns the gaps of one sort, declared or not, that have events in common with g.
func overlapped(ctx context.Context, tx *sql.Tx, boot int64, g Gap, declared bool) (gaps []Gap, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT first, last, noticed FROM gap
		WHERE boot = $1 AND lane = $2 AND declared = $5 AND first <= $3 AND last >= $4`,
		boot, int64(g.Lane), int64(g.Last), int64(g.First), flag(declared))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		old := Gap{Lane: g.Lane}
		var noticed int64
		if err := rows.Scan(&old.First, &old.Last, &noticed); err != nil {
			return nil, err
		}
		old.Noticed = time.UnixMicro(noticed)
		gaps = append(gaps, old)
	}
	return gaps, rows.Err()
}

// passDeclared moves the begin of g past what is declared there.
func passDeclared(ctx context.Context, tx *sql.Tx, boot int64, g *Gap) error {
	var last uint64
	err := tx.QueryRowContext(ctx, `SELECT coalesce(max(last), 0) FROM gap
		WHERE boot = $1 AND lane = $2 AND declared = 1 AND first <= $3 AND last >= $3`, boot, int64(g.Lane), int64(g.First)).Scan(&last)
	g.First = max(g.First, last+1)
	return err
}

// FillGaps removes the gaps of one boot and lane whose events are all stored by now.
func (s *Store) FillGaps(ctx context.Context, source, boot string, lane buffer.Lane) error {
	return s.transact(ctx, "removing filled gaps of "+source, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM gap WHERE lane = $1 AND last > 0
			AND boot = (SELECT id FROM boot WHERE source = $2 AND boot = $3)
			AND (SELECT count(*) FROM event e WHERE e.boot = gap.boot AND e.lane = gap.lane AND e.seq BETWEEN gap.first AND gap.last)
			    = last - first + 1`, int64(lane), source, boot)
		return err
	})
}

// Gaps returns the newest gaps of source ("" = all), newest last, at most limit.
func (s *Store) Gaps(ctx context.Context, source string, limit int) ([]Gap, error) {
	var w where
	w.add("g.first > 0 AND g.last >= 0") // an earlier version stored numbers beyond what the database holds
	if source != "" {
		w.add("b.source = $", source)
	}
	var gaps []Gap
	err := each(ctx, s.read, `SELECT * FROM (SELECT b.source, b.boot, g.lane, g.first, g.last, g.noticed, g.declared
		FROM gap g JOIN boot b ON b.id = g.boot`+w.String()+
		fmt.Sprintf(` ORDER BY g.noticed DESC LIMIT %d) newest ORDER BY noticed`, max(limit, 1)), func(rows *sql.Rows) error {
		var g Gap
		var noticed, declared int64
		if err := rows.Scan(&g.Source, &g.Boot, &g.Lane, &g.First, &g.Last, &noticed, &declared); err != nil {
			return err
		}
		g.Noticed, g.Declared = time.UnixMicro(noticed).UTC(), declared != 0
		gaps = append(gaps, g)
		return nil
	}, w.args...)
	if err != nil {
		return nil, fmt.Errorf("reading gaps: %w", err)
	}
	return gaps, nil
}

// FirstMissing returns the first Seq of one boot and lane that is missing and not declared lost, 0 if there is none.
func (s *Store) FirstMissing(ctx context.Context, source, boot string, lane buffer.Lane) (uint64, error) {
	var id int64
	var first, stored uint64
	err := s.read.QueryRowContext(ctx, `SELECT boot, first FROM gap
		WHERE boot = (SELECT id FROM boot WHERE source = $1 AND boot = $2) AND lane = $3 AND declared = 0 AND first > 0 ORDER BY first LIMIT 1`,
		source, boot, int64(lane)).Scan(&id, &first)
	if err == nil { // a gap stands as a whole until it is filled: pass over what has arrived of it
		err = s.read.QueryRowContext(ctx, `SELECT e.seq FROM event e WHERE e.boot = $1 AND e.lane = $2 AND e.seq >= $3
			AND EXISTS (SELECT 1 FROM event f WHERE f.boot = $1 AND f.lane = $2 AND f.seq = $3)
			AND NOT EXISTS (SELECT 1 FROM event n WHERE n.boot = e.boot AND n.lane = e.lane AND n.seq = e.seq + 1) ORDER BY e.seq LIMIT 1`,
			id, int64(lane), int64(first)).Scan(&stored)
		if err == nil {
			return stored + 1, nil
		}
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("first missing event of %s: %w", source, err)
	}
	return first, nil
}

// Last returns the greatest Seq stored of one boot and lane, 0 if there is none.
func (s *Store) Last(ctx context.Context, source, boot string, lane buffer.Lane) (uint64, error) {
	var last uint64
	err := s.read.QueryRowContext(ctx, `SELECT coalesce(max(e.seq), 0) FROM event e
		WHERE e.boot = (SELECT id FROM boot WHERE source = $1 AND boot = $2) AND e.lane = $3`,
		source, boot, int64(lane)).Scan(&last)
	if err != nil {
		return 0, fmt.Errorf("last event of %s: %w", source, err)
	}
	return last, nil
}

// Boots returns the boots of one agent, or of all if source is "", in order of arrival.
func (s *Store) Boots(source string) []string { return s.dict.bootsOf(source) }

// Ended reports whether a boot stopped cleanly: its last system event is that of a clean stop.
func (s *Store) Ended(ctx context.Context, source, boot string) (bool, error) {
	f := buffer.Filter{Sources: []string{source}, Boot: boot, Lanes: []buffer.Lane{buffer.Audit}, Kinds: []buffer.Kind{buffer.System}, Limit: 1}
	events, err := s.Events(ctx, f)
	if err != nil {
		return false, err
	}
	for e := range events {
		return e.Metric == "agent_stops_total", nil
	}
	return false, nil
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
