package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

const (
	againAtOnce = 16384 // numbers that are looked for at once: it bounds the memory
	maxMissing  = 16    // parts of a gap that are named one by one
)

// Again reads what is stored of a gap, in portions. give is called with the events of each, at most 16384, those of a series one after
// the other; nothing is locked meanwhile. It returns what of the gap is not stored, or was deleted: at most 16 parts, or one from the
// first to the last of these. An error of give ends it.
func (s *Store) Again(ctx context.Context, g Gap, give func([]buffer.Event) error) (missing []Gap, err error) {
	a := again{store: s, gap: g, next: int64(g.First), last: int64(g.Last)}
	if g.Last == 0 {
		a.last = math.MaxInt64
	}
	if g.First > math.MaxInt64 || g.Last > math.MaxInt64 {
		return []Gap{g}, nil
	}
	all, _, err := s.spansOf(ctx, g.Source, g.Boot, g.Lane)
	for i := 0; i < len(all) && err == nil; i++ {
		if all[i].declared == 0 {
			err = a.span(ctx, all[i], give)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("reading events %d to %d of %s again: %w", g.First, g.Last, g.Source, err)
	}
	a.miss(a.next, a.last)
	return a.parts(), nil
}

// again is a gap that is read again.
type again struct {
	store      *Store
	gap        Gap
	next, last int64 // numbers that are to be looked for
	missing    []Gap
}

// miss names numbers as missing.
func (a *again) miss(first, last int64) {
	if last < first {
		return
	}
	if n := len(a.missing); n > 0 && a.missing[n-1].Last == uint64(first-1) {
		a.missing[n-1].Last = uint64(last)
		return
	}
	g := a.gap
	g.First, g.Last = uint64(first), uint64(last)
	a.missing = append(a.missing, g)
	if n := len(a.missing); n > maxMissing+1 { // the first and the last are all that is needed then
		a.missing = append(a.missing[:maxMissing], a.missing[n-1])
	}
}

// parts are what is missing. Where the end of the gap is not known, neither is that of the last part.
func (a *again) parts() []Gap {
	n := len(a.missing)
	if n > 0 && a.missing[n-1].Last == math.MaxInt64 {
		a.missing[n-1].Last = 0
	}
	if n > maxMissing {
		a.missing[0].Last = a.missing[n-1].Last
		return a.missing[:1]
	}
	return a.missing
}

// span gives what is here of a span, which begins behind those before it.
func (a *again) span(ctx context.Context, sp span, give func([]buffer.Event) error) error {
	to := min(sp.last, a.last)
	if from := max(sp.first, a.next); from <= to {
		a.miss(a.next, from-1)
		a.next = from
	}
	for a.next <= to && sp.first <= a.next {
		p := portion{store: a.store, gap: a.gap, first: a.next, last: min(a.next+againAtOnce-1, to)}
		if err := p.read(ctx); err != nil {
			return err
		}
		p.each(a.miss)
		a.next = p.last + 1
		if len(p.events) > 0 {
			if err := give(p.events); err != nil {
				return err
			}
		}
	}
	return nil
}

// portion is a part of a gap, and what is here of it.
type portion struct {
	store       *Store
	gap         Gap
	first, last int64
	found       [againAtOnce / 64]uint64 // a bit for each number
	events      []buffer.Event
}

// add adds an event that is wanted and was not found before.
func (p *portion) add(e *buffer.Event) {
	seq := int64(e.Seq)
	if seq < p.first || seq > p.last {
		return
	}
	if i := seq - p.first; p.found[i/64]&(1<<(i%64)) == 0 {
		p.found[i/64] |= 1 << (i % 64)
		p.events = append(p.events, *e)
	}
}

// each calls miss for each run of numbers that were not found.
func (p *portion) each(miss func(first, last int64)) {
	next := p.first
	for seq := p.first; seq <= p.last; seq++ {
		if i := seq - p.first; p.found[i/64]&(1<<(i%64)) != 0 {
			miss(next, seq-1)
			next = seq + 1
		}
	}
	miss(next, p.last)
}

func (p *portion) read(ctx context.Context) error {
	return p.store.snapshot(ctx, func(tx *sql.Tx) error {
		if p.gap.Lane == buffer.Readings {
			if err := p.readBlocks(ctx, tx); err != nil || int64(len(p.events)) == p.last-p.first+1 {
				return err
			}
			// The table is in the order of series and times: without the series all of it would be read.
			if err := p.readRows(ctx, tx, "reading", ` AND e.series IN (SELECT id FROM series WHERE source = $3) ORDER BY e.series, e.at`, p.gap.Source); err != nil {
				return err
			}
		}
		return p.readRows(ctx, tx, "event", ` AND e.lane = $3 ORDER BY e.seq`, int64(p.gap.Lane))
	})
}

// ofBoot are the boots of a source and of a name: there is one.
const ofBoot = `e.boot = (SELECT id FROM boot WHERE source = $1 AND boot = $2)`

func (p *portion) readBlocks(ctx context.Context, tx *sql.Tx) error {
	blocks, err := readBlocks(ctx, tx, `WHERE `+ofBoot+` AND (e.first_seq IS NULL OR e.first_seq <= $3 AND e.last_seq >= $4) ORDER BY e.series, e.first_at`,
		p.gap.Source, p.gap.Boot, p.last, p.first)
	if err != nil {
		return err
	}
	var it block.Iterator
	for i := range blocks {
		if err := blocks[i].open(ctx, tx, &it); err != nil {
			return err
		}
		for it.Next() {
			p.add(&it.Event)
		}
	}
	return nil
}

func (p *portion) readRows(ctx context.Context, tx *sql.Tx, table, more string, arg any) error {
	rows, err := readRows(ctx, tx, table+` e WHERE `+ofBoot+` AND e.seq >= $4 AND e.seq <= $5`+more, p.gap.Source, p.gap.Boot, arg, p.first, p.last)
	if err != nil {
		return err
	}
	for i := range rows {
		e, err := p.store.event(ctx, tx, &rows[i])
		if err != nil {
			return err
		}
		p.add(&e)
	}
	return nil
}
