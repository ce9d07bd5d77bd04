package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Space that is not used any more is used again, so a file of SQLite only has to shrink where much was deleted at once.
const (
	maxRewritten  = 512 << 20 // bytes in use, up to which a whole file is written anew: it takes seconds, in which nothing is stored
	freedAtOnce   = 2000      // pages that one step gives back
	freedFraction = 2         // a file shrinks when more than one half of it is free
)

// reclaim gives space that is not used back to the system. It may be stopped at any moment.
func (s *Store) reclaim(ctx context.Context) error {
	select {
	case s.writeLock <- struct{}{}:
		defer func() { <-s.writeLock }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := s.dialect.reclaim(ctx, s.write); err != nil {
		return fmt.Errorf("giving space back: %w", err)
	}
	return nil
}

// reclaim cuts free pages off the file. One that earlier versions made cannot shrink: it is written anew, once.
func (*sqlite) reclaim(ctx context.Context, db *sql.DB) error {
	var pages, free, page, shrinks int64
	for pragma, into := range map[string]*int64{"page_count": &pages, "freelist_count": &free, "page_size": &page, "auto_vacuum": &shrinks} {
		if err := db.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(into); err != nil {
			return err
		}
	}
	if free <= pages/freedFraction || free <= freedAtOnce {
		return nil
	}
	statements := []string{fmt.Sprintf("PRAGMA incremental_vacuum(%d)", freedAtOnce)}
	if shrinks == 0 {
		if (pages-free)*page > maxRewritten {
			return nil
		}
		statements = []string{"PRAGMA temp_store = FILE", "PRAGMA auto_vacuum = INCREMENTAL", "VACUUM", "PRAGMA temp_store = MEMORY"}
	}
	for _, statement := range append(statements, "PRAGMA wal_checkpoint(PASSIVE)") {
		if err := each(ctx, db, statement, func(*sql.Rows) error { return nil }); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
