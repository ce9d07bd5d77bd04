package store

import (
	"container/heap"
	"context"
	"database/sql"
	"fmt"
	"iter"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// all yields all events that a question picks, in order, as they were stored when it began.
func (s *Store) all(ctx context.Context, q *question) iter.Seq2[buffer.Event, error] {
	return func(yield func(buffer.Event, error) bool) {
		goOn := true
		err := s.snapshot(ctx, func(tx *sql.Tx) error {
			sources := s.sources(tx, q)
			for goOn {
				first, err := earliest(ctx, sources)
				if err != nil || first == nil {
					return err
				}
				goOn = yield(first.event, nil)
			}
			return nil
		})
		if err != nil && goOn {
			yield(buffer.Event{}, fmt.Errorf("reading events: %w", err))
		}
	}
}

// source gives events in order.
type source interface {
	// peek is the next event, nil at the end.
	peek(ctx context.Context) (*found, error)
	// skip passes over the event that peek gave.
	skip()
}

func (s *Store) sources(tx *sql.Tx, q *question) []source {
	all := []source{&rowSource{store: s, tx: tx, q: q, table: "event", last: position{at: beginOfTime}}}
	if q.concerns(buffer.Readings) {
		all = append(all, &rowSource{store: s, tx: tx, q: q, table: "reading", last: position{at: beginOfTime}},
			&blockSource{tx: tx, q: q, last: packed{firstAt: beginOfTime}})
	}
	return all
}

// earliest takes the earliest event of all sources, nil when there is none.
func earliest(ctx context.Context, sources []source) (first *found, err error) {
	var from source
	for _, s := range sources {
		f, err := s.peek(ctx)
		if err != nil {
			return nil, err
		}
		if f != nil && (first == nil || f.position.compare(first.position) < 0) {
			first, from = f, s
		}
	}
	if first == nil {
		return nil, nil
	}
	out := *first
	from.skip()
	return &out, nil
}

// rowsAtOnce is how many rows are read at once.
const rowsAtOnce = 2000

// rowSource gives the events of a table of rows.
type rowSource struct {
	store *Store
	tx    *sql.Tx
	q     *question
	table string
	last  position // of the last row that was read
	found []found
	done  bool
}

func (r *rowSource) peek(ctx context.Context) (*found, error) {
	if len(r.found) == 0 && !r.done {
		if err := r.read(ctx); err != nil {
			return nil, err
		}
	}
	if len(r.found) == 0 {
		return nil, nil
	}
	return &r.found[0], nil
}

func (r *rowSource) skip() {
	r.found = r.found[1:]
}

func (r *rowSource) read(ctx context.Context) error {
	w := r.q.rows.clone()
	w.add("e.at >= $", r.last.at)
	w.add("(e.at, e.boot, e.lane, e.seq) > ($, $, $, $)", r.last.at, r.last.boot, r.last.lane, r.last.seq)
	rows, err := readRows(ctx, r.tx, fmt.Sprintf(joined, r.table)+w.String()+
		fmt.Sprintf(" ORDER BY e.at, e.boot, e.lane, e.seq LIMIT %d", rowsAtOnce), w.args...)
	if err != nil {
		return err
	}
	r.done = len(rows) < rowsAtOnce
	for i := range rows {
		e, err := r.store.event(ctx, r.tx, &rows[i])
		if err != nil {
			return err
		}
		r.last = rows[i].position()
		r.found = append(r.found, found{r.last, e})
	}
	return nil
}

// blockSource gives the events of blocks. It has those open at once that overlap.
type blockSource struct {
	tx      *sql.Tx
	q       *question
	pending []packed // not open yet, in the order of their first times
	last    packed   // the last that was read
	done    bool
	open    openBlocks
	free    []*block.Iterator
}

// openBlock is a block and its next event.
type openBlock struct {
	packed
	it   *block.Iterator
	next found
}

// openBlocks is a heap: the block with the earliest event comes first.
type openBlocks []*openBlock

func (o openBlocks) Len() int           { return len(o) }
func (o openBlocks) Less(i, j int) bool { return o[i].next.position.compare(o[j].next.position) < 0 }
func (o openBlocks) Swap(i, j int)      { o[i], o[j] = o[j], o[i] }
func (o *openBlocks) Push(b any)        { *o = append(*o, b.(*openBlock)) }
func (o *openBlocks) Pop() any {
	last := (*o)[len(*o)-1]
	*o = (*o)[:len(*o)-1]
	return last
}

func (s *blockSource) peek(ctx context.Context) (*found, error) {
	for {
		if len(s.pending) == 0 && !s.done {
			if err := s.read(ctx); err != nil {
				return nil, err
			}
		}
		if len(s.pending) == 0 || len(s.open) > 0 && s.open[0].next.position.at < s.pending[0].firstAt {
			break
		}
		if err := s.openNext(ctx); err != nil {
			return nil, err
		}
	}
	if len(s.open) == 0 {
		return nil, nil
	}
	return &s.open[0].next, nil
}

// read reads what the next blocks are.
func (s *blockSource) read(ctx context.Context) (err error) {
	w := s.q.series.clone()
	w.add("e.last_at >= $", s.q.since)
	w.add("e.first_at < $", s.q.until)
	w.add("(e.first_at, e.id) > ($, $)", s.last.firstAt, s.last.id)
	s.pending, err = readBlocks(ctx, s.tx, "JOIN series s ON s.id = e.series JOIN boot b ON b.id = e.boot"+w.String()+
		fmt.Sprintf(" ORDER BY e.first_at, e.id LIMIT %d", blocksAtOnce), w.args...)
	if n := len(s.pending); n > 0 {
		s.last = s.pending[n-1]
	}
	s.done = len(s.pending) < blocksAtOnce
	return err
}

func (s *blockSource) openNext(ctx context.Context) error {
	b := &openBlock{packed: s.pending[0]}
	s.pending = s.pending[1:]
	if n := len(s.free); n > 0 {
		b.it, s.free = s.free[n-1], s.free[:n-1]
	} else {
		b.it = &block.Iterator{}
	}
	if err := b.packed.open(ctx, s.tx, b.it); err != nil {
		return err
	}
	if b.advance(s.q) {
		heap.Push(&s.open, b)
	} else {
		s.free = append(s.free, b.it)
	}
	return nil
}

// advance goes to the next event that the question picks; false at the end.
func (b *openBlock) advance(q *question) bool {
	for b.it.Next() {
		e := &b.it.Event
		if at := e.Time.UnixMicro() - b.skew; q.picks(at, e) {
			b.next = found{position{at, b.boot, int64(e.Lane), int64(e.Seq)}, *e}
			return true
		}
	}
	return false
}

func (s *blockSource) skip() {
	if b := s.open[0]; b.advance(s.q) {
		heap.Fix(&s.open, 0)
	} else {
		heap.Pop(&s.open)
		s.free = append(s.free, b.it)
	}
}
