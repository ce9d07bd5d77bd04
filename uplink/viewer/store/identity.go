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

// extent is a stream, and the numbers of it that a change is about.
type extent struct {
	stream
	low, high int64
}

// openIdentities reads what changes of streams may touch: the spans among the numbers of each and one on either side. The streams stand in the order of
// [stream.compare]: so two writers do not wait for each other. No other writer changes them until tx ends.
func (s *Store) openIdentities(ctx context.Context, tx *sql.Tx, all []extent) ([]*identity, error) {
	ids := make([]*identity, len(all))
	unknown, at := make([]extent, 0, len(all)), make([]int, 0, len(all))
	for i, x := range all {
		if ids[i] = s.tails.of(x.stream, x.low); ids[i] == nil {
			unknown, at = append(unknown, x), append(at, i)
		}
	}
	read, err := s.dialect.identities(ctx, tx, unknown)
	if err != nil {
		return nil, fmt.Errorf("reading numbers: %w", err)
	}
	for i, id := range read {
		ids[at[i]] = id
		id.end = len(id.spans) == 0 || id.spans[len(id.spans)-1].first <= unknown[i].high+1
	}
	for _, id := range ids {
		id.old, id.was = slices.Clone(id.spans), id.known
	}
	return ids, nil
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
	var gone, changed []streamSpan
	var known []*identity
	for _, id := range all {
		gone, changed = id.gone(gone), id.changed(changed)
		if id.known != id.was {
			known = append(known, id)
		}
		s.tails.keep(id)
	}
	if err := s.dialect.deleteSpans(ctx, tx, gone); err != nil {
		return fmt.Errorf("spans that are no more: %w", err)
	}
	if err := s.dialect.putSpans(ctx, tx, changed); err != nil {
		return fmt.Errorf("spans: %w", err)
	}
	if err := s.dialect.putKnown(ctx, tx, known); err != nil {
		return fmt.Errorf("what is known beyond the spans: %w", err)
	}
	return nil
}

// gone appends the spans that are no more.
func (id *identity) gone(to []streamSpan) []streamSpan {
	for _, old := range id.old {
		if _, found := slices.BinarySearchFunc(id.spans, old.first, byFirst); !found {
			to = append(to, streamSpan{id.stream, old})
		}
	}
	return to
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
