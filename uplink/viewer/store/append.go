package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"pychron-edge/buffer"
)

// Append stores events in one transaction and returns how many were new; those stored before are not changed. What is missing before them
// is a gap from then on. When it returns without an error the events are on disk.
func (s *Store) Append(ctx context.Context, events []buffer.Event) (added int64, err error) {
	if len(events) == 0 {
		return 0, nil
	}
	err = s.transact(ctx, fmt.Sprintf("storing %d events", len(events)), func(tx *sql.Tx) error {
		now := s.now().UnixMicro()
		rows, err := s.rows(ctx, tx, events, now)
		if err != nil {
			return err
		}
		fresh, err := s.identify(ctx, tx, rows, now)
		if err != nil {
			return err
		}
		added = int64(len(fresh))
		if err := s.correctClocks(ctx, tx, events, rows); err != nil {
			return err
		}
		s.skew(fresh)
		return s.insertRows(ctx, tx, fresh)
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

// identify marks the numbers of the rows as here, and returns the rows whose numbers are new.
func (s *Store) identify(ctx context.Context, tx *sql.Tx, rows []row, now int64) (fresh []row, err error) {
	of := map[stream][]int{}
	for i := range rows {
		k := rows[i].stream()
		of[k] = append(of[k], i)
	}
	extents := make([]extent, 0, len(of))
	for k, some := range of {
		x := extent{stream: k, low: rows[some[0]].seq, high: rows[some[0]].seq}
		for _, i := range some[1:] {
			x.low, x.high = min(x.low, rows[i].seq), max(x.high, rows[i].seq)
		}
		extents = append(extents, x)
	}
	slices.SortFunc(extents, func(a, b extent) int { return a.compare(b.stream) })
	identities, err := s.openIdentities(ctx, tx, extents)
	if err != nil {
		return nil, err
	}
	isNew := make([]bool, len(rows))
	for _, id := range identities {
		some := of[id.stream]
		seqs := make([]int64, len(some))
		for i, at := range some {
			seqs[i] = rows[at].seq
		}
		for i, fresh := range id.add(seqs, now) {
			isNew[some[i]] = fresh
		}
	}
	if err := s.saveIdentities(ctx, tx, identities...); err != nil {
		return nil, err
	}
	fresh = make([]row, 0, len(rows))
	for i := range rows {
		if isNew[i] {
			fresh = append(fresh, rows[i])
		}
	}
	return fresh, nil
}

// insertRows inserts rows into their tables.
func (s *Store) insertRows(ctx context.Context, tx *sql.Tx, rows []row) error {
	readings := make([]row, 0, len(rows))
	var others []row
	for i := range rows {
		if rows[i].lane == int64(buffer.Readings) {
			readings = append(readings, rows[i])
		} else {
			others = append(others, rows[i])
		}
	}
	if err := s.dialect.insert(ctx, tx, "reading", readings); err != nil {
		return err
	}
	return s.dialect.insert(ctx, tx, "event", others)
}
