package store

import (
	"cmp"
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
		rows := make([]row, len(events))
		now := s.now().UnixMicro()
		for i := range events {
			if rows[i], err = s.row(ctx, tx, &events[i], now); err != nil {
				return err
			}
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

// identify marks the numbers of the rows as here, and returns the rows whose numbers are new. Streams are taken in one order, so that two
// viewers do not wait for each other.
func (s *Store) identify(ctx context.Context, tx *sql.Tx, rows []row, now int64) (fresh []row, err error) {
	of := map[stream][]int{}
	for i := range rows {
		k := rows[i].stream()
		of[k] = append(of[k], i)
	}
	keys := make([]stream, 0, len(of))
	for k := range of {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b stream) int { return cmp.Or(cmp.Compare(a.boot, b.boot), cmp.Compare(a.lane, b.lane)) })
	isNew := make([]bool, len(rows))
	identities := make([]*identity, len(keys))
	for i, k := range keys {
		if identities[i], err = s.identifyStream(ctx, tx, k, rows, of[k], isNew, now); err != nil {
			return nil, fmt.Errorf("numbers of lane %s: %w", k.lane, err)
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

// identifyStream marks the numbers of one stream, and reports in isNew which rows are new. What it returns is to be saved.
func (s *Store) identifyStream(ctx context.Context, tx *sql.Tx, k stream, rows []row, of []int, isNew []bool, now int64) (*identity, error) {
	seqs := make([]int64, len(of))
	for i, at := range of {
		seqs[i] = rows[at].seq
	}
	id, err := s.openIdentity(ctx, tx, k, slices.Min(seqs), slices.Max(seqs))
	if err != nil {
		return nil, err
	}
	for i, fresh := range id.add(seqs, now) {
		isNew[of[i]] = fresh
	}
	return id, nil
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
