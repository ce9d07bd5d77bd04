package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"

	"pychron-edge/buffer"
)

// known is what is known of a stream beyond its spans.
type known struct {
	through int64 // numbers up to this one exist
	noticed int64 // when a gap behind all spans was noticed; 0: there is none
}

// identity is the part of a stream's spans that a change may touch, as it was read.
type identity struct {
	stream
	spans spans
	old   spans
	known known
	was   known
	end   bool // no span of the stream follows those that were read
}

// openIdentity reads what the numbers low to high may touch: the spans among them and one on either side. No other writer changes the
// stream until tx ends.
func (s *Store) openIdentity(ctx context.Context, tx *sql.Tx, k stream, low, high int64) (*identity, error) {
	if id := s.tails.of(k, low); id != nil {
		id.old, id.was = slices.Clone(id.spans), id.known
		return id, nil
	}
	if err := s.dialect.lock(ctx, tx, k); err != nil {
		return nil, err
	}
	id := &identity{stream: k}
	err := tx.QueryRowContext(ctx, `SELECT through, noticed FROM stream WHERE boot = $1 AND lane = $2`, k.boot, int64(k.lane)).
		Scan(&id.known.through, &id.known.noticed)
	if err != nil && err != sql.ErrNoRows {
		return nil, err
	}
	id.spans, err = readSpans(ctx, tx, `WHERE boot = $1 AND lane = $2
		AND first >= coalesce((SELECT max(first) FROM span WHERE boot = $1 AND lane = $2 AND first < $3), 0)
		AND first <= coalesce((SELECT min(first) FROM span WHERE boot = $1 AND lane = $2 AND first > $4), $4)`,
		k.boot, int64(k.lane), low, high+1)
	id.old, id.was = slices.Clone(id.spans), id.known
	id.end = len(id.old) == 0 || id.old[len(id.old)-1].first <= high+1
	return id, err
}

// readSpans reads the spans that a condition picks, in order.
func readSpans(ctx context.Context, q queryer, where string, args ...any) (all spans, err error) {
	err = each(ctx, q, `SELECT first, last, noticed, declared FROM span `+where+` ORDER BY first`, func(rows *sql.Rows) error {
		var s span
		err := rows.Scan(&s.first, &s.last, &s.noticed, &s.declared)
		all = append(all, s)
		return err
	}, args...)
	return all, err
}

// add marks the numbers as here and reports for each whether it was new. They may stand in any order, and again.
func (id *identity) add(seqs []int64, now int64) (fresh []bool) {
	fresh = make([]bool, len(seqs))
	order := make([]int, len(seqs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(seqs[a], seqs[b]) })
	var first, last int64 // the run that is being gathered
	add := func() {
		if first > 0 {
			id.spans = id.spans.store(first, last, id.known.noticed, now)
		}
	}
	for _, i := range order {
		n := seqs[i]
		if n == last || id.spans.has(n) {
			continue
		}
		if fresh[i] = true; n != last+1 || first == 0 {
			add()
			first = n
		}
		last = n
	}
	add()
	id.closed()
	return fresh
}

// closed forgets the gap behind all spans if there is none any more.
func (id *identity) closed() {
	if id.spans.last() >= id.known.through {
		id.known.noticed = 0
	}
}

// exists notes that the numbers up to one exist.
func (id *identity) exists(through, now int64) {
	if through > id.spans.last() && through > id.known.through {
		id.known.through = through
		if id.known.noticed == 0 {
			id.known.noticed = now
		}
	}
}

// streamSpan is a span and its stream.
type streamSpan struct {
	stream
	span
}

// saveIdentities writes what has changed in identities, each of another stream.
func (s *Store) saveIdentities(ctx context.Context, tx *sql.Tx, all ...*identity) error {
	var changed []streamSpan
	for _, id := range all {
		if err := id.save(ctx, tx); err != nil {
			return err
		}
		changed = id.changed(changed)
		s.tails.keep(id)
	}
	if err := s.dialect.putSpans(ctx, tx, changed); err != nil {
		return fmt.Errorf("spans: %w", err)
	}
	return nil
}

// save deletes spans that are no more, and writes what is known beyond them.
func (id *identity) save(ctx context.Context, tx *sql.Tx) error {
	if err := id.deleteSpans(ctx, tx); err != nil {
		return fmt.Errorf("spans: %w", err)
	}
	if id.known == id.was {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO stream (boot, lane, through, noticed, lost_from, lost_noticed) VALUES ($1, $2, $3, $4, 0, 0)
		ON CONFLICT (boot, lane) DO UPDATE SET through = excluded.through, noticed = excluded.noticed`,
		id.boot, int64(id.lane), id.known.through, id.known.noticed)
	return err
}

func (id *identity) deleteSpans(ctx context.Context, tx *sql.Tx) error {
	for _, old := range id.old {
		if _, found := slices.BinarySearchFunc(id.spans, old.first, byFirst); found {
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM span WHERE boot = $1 AND lane = $2 AND first = $3`, id.boot, int64(id.lane), old.first); err != nil {
			return err
		}
	}
	return nil
}

// changed appends the spans that are new or not as they were.
func (id *identity) changed(to []streamSpan) []streamSpan {
	for _, s := range id.spans {
		if i, found := slices.BinarySearchFunc(id.old, s.first, byFirst); !found || id.old[i] != s {
			to = append(to, streamSpan{id.stream, s})
		}
	}
	return to
}

func byFirst(s span, first int64) int { return cmp.Compare(s.first, first) }

// checkSeq is an error for a number that no agent gives.
func checkSeq(e *buffer.Event) error {
	if e.Seq == 0 || e.Seq > math.MaxInt64-2 {
		return fmt.Errorf("event of %s with seq %d; must be 1 to %d", e.Source, e.Seq, int64(math.MaxInt64-2))
	}
	return nil
}
