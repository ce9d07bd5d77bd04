package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// Events yields the stored events that match f, oldest first: the newest f.Limit of them, or all if that is 0.
func (s *Store) Events(ctx context.Context, f buffer.Filter) (iter.Seq2[buffer.Event, error], error) {
	q, err := s.question(f)
	if err != nil {
		return nil, err
	}
	if f.Limit == 0 {
		return s.all(ctx, q), nil
	}
	n := newest{limit: f.Limit}
	if err := s.snapshot(ctx, func(tx *sql.Tx) error { return s.findNewest(ctx, tx, q, &n) }); err != nil {
		return nil, fmt.Errorf("reading events: %w", err)
	}
	n.cut()
	return func(yield func(buffer.Event, error) bool) {
		for i := range n.found {
			if !yield(n.found[i].event, nil) {
				return
			}
		}
	}, nil
}

// found is an event and where it stands among all.
type found struct {
	position position
	event    buffer.Event
}

// newest gathers events in any order and keeps the newest.
type newest struct {
	limit int
	found []found
	full  bool  // from is known
	from  int64 // no event before this time is among the newest
}

func (n *newest) add(p position, e *buffer.Event) {
	if n.full && p.at < n.from {
		return
	}
	if n.found = append(n.found, found{p, *e}); len(n.found) >= 2*n.limit+100 {
		n.cut()
	}
}

// cut puts the events in order, oldest first, and forgets all but the newest.
func (n *newest) cut() {
	slices.SortFunc(n.found, func(a, b found) int { return a.position.compare(b.position) })
	if more := len(n.found) - n.limit; more > 0 {
		n.found = slices.Delete(n.found, 0, more)
	}
	if n.full = len(n.found) == n.limit; n.full {
		n.from = n.found[0].position.at
	}
}

func (s *Store) findNewest(ctx context.Context, tx *sql.Tx, q *question, n *newest) error {
	for _, table := range rowTables {
		if table == "reading" && !q.concerns(buffer.Readings) {
			continue
		}
		rows, err := readRows(ctx, tx, fmt.Sprintf(joined, table)+q.rows.String()+
			fmt.Sprintf(" ORDER BY e.at DESC, e.boot DESC, e.lane DESC, e.seq DESC LIMIT %d", n.limit), q.rows.args...)
		if err != nil {
			return err
		}
		for i := range rows {
			e, err := s.event(ctx, tx, &rows[i])
			if err != nil {
				return err
			}
			n.add(rows[i].position(), &e)
		}
	}
	n.cut()
	if !q.concerns(buffer.Readings) {
		return nil
	}
	return findNewestPacked(ctx, tx, q, n)
}

// blocksAtOnce is of how many blocks it is read at once what they are.
const blocksAtOnce = 500

// findNewestPacked reads blocks, newest first, until no older one can hold what is among the newest.
func findNewestPacked(ctx context.Context, tx *sql.Tx, q *question, n *newest) error {
	var it block.Iterator
	w := q.series.clone()
	w.add("e.last_at >= $", q.since)
	w.add("e.first_at < $", q.until)
	for last := (packed{lastAt: endOfTime}); ; {
		page := w.clone()
		page.add("(e.last_at, e.id) < ($, $)", last.lastAt, last.id)
		blocks, err := readBlocks(ctx, tx, "JOIN series s ON s.id = e.series JOIN boot b ON b.id = e.boot"+page.String()+
			fmt.Sprintf(" ORDER BY e.last_at DESC, e.id DESC LIMIT %d", blocksAtOnce), page.args...)
		if err != nil {
			return err
		}
		for i := range blocks {
			if last = blocks[i]; n.full && last.lastAt < n.from {
				return nil
			}
			if err := last.open(ctx, tx, &it); err != nil {
				return err
			}
			last.each(&it, q, n.add)
			if len(n.found) > n.limit {
				n.cut()
			}
		}
		if len(blocks) < blocksAtOnce {
			return nil
		}
	}
}

// each gives f the events of an open block that a question picks.
func (b *packed) each(it *block.Iterator, q *question, f func(position, *buffer.Event)) {
	for it.Next() {
		e := &it.Event
		if at := e.Time.UnixMicro() - b.skew; q.picks(at, e) {
			f(position{at, b.boot, int64(e.Lane), int64(e.Seq)}, e)
		}
	}
}
