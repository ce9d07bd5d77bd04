package store

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Open opens a store. where is a postgres:// URL, or the path of a SQLite file, which is created if it does not exist, and moved aside if
// it is damaged; see MovedAside.
func Open(ctx context.Context, where string) (*Store, error) {
	if isURL(where) {
		return openWhole(ctx, where, openPostgres)
	}
	return openOrMoveAside(ctx, where, time.Now())
}

func isURL(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

// openWhole opens a store and prepares it: its schema and its dictionary.
func openWhole(ctx context.Context, where string, open func(string) (*Store, error)) (*Store, error) {
	s, err := open(where)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", Redact(where), err)
	}
	s.now, s.limits = time.Now, limits{maxPacked, minParts, maxMoved}
	s.writeLock = make(chan struct{}, 1)
	for _, statement := range s.dialect.schema() {
		if _, err := s.write.ExecContext(ctx, statement); err != nil {
			s.Close()
			return nil, fmt.Errorf("store %s: creating the schema: %w", Redact(where), err)
		}
	}
	if err := s.migrate(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("store %s: %w", Redact(where), err)
	}
	if err := s.dict.load(ctx, s.read); err != nil {
		s.Close()
		return nil, fmt.Errorf("store %s: reading the dictionary: %w", Redact(where), err)
	}
	if err := s.dialect.prepare(ctx, s.write); err != nil {
		s.Close()
		return nil, fmt.Errorf("store %s: %w", Redact(where), err)
	}
	return s, nil
}
