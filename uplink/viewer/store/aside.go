package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	driver "modernc.org/sqlite"
	code "modernc.org/sqlite/lib"
)

// openOrMoveAside opens a SQLite file. One that is damaged is moved aside, with the time in its name, and a new one is begun: the events
// to come are worth more than none. Nothing is deleted.
func openOrMoveAside(ctx context.Context, path string, now time.Time) (*Store, error) {
	s, err := openWhole(ctx, path, openSQLite)
	if !damaged(err) {
		return s, err
	}
	aside := path + ".damaged-" + now.UTC().Format("20060102T150405Z")
	for _, part := range []string{"", "-wal", "-shm"} {
		if e := os.Rename(path+part, aside+part); e != nil && !(part != "" && errors.Is(e, fs.ErrNotExist)) {
			return nil, fmt.Errorf("%w; moving the damaged file aside: %w", err, e)
		}
	}
	s, again := openWhole(ctx, path, openSQLite)
	if again != nil {
		return nil, again
	}
	s.aside = fmt.Sprintf("the database was damaged (%v); it was moved to %s, and a new one was begun", err, aside)
	return s, nil
}

// OpenExisting opens a store that is there already, beside a viewer that may use it. It creates nothing, and moves nothing aside.
func OpenExisting(ctx context.Context, where string) (*Store, error) {
	if isURL(where) {
		return Open(ctx, where)
	}
	if _, err := os.Stat(where); err != nil {
		return nil, fmt.Errorf("store %s: %w", where, err)
	}
	return openWhole(ctx, where, openSQLite)
}

// damaged reports whether err says that a file is no SQLite database, or one with wrong content.
func damaged(err error) bool {
	var e *driver.Error
	if !errors.As(err, &e) {
		return false
	}
	primary := e.Code() & 0xff
	return primary == code.SQLITE_CORRUPT || primary == code.SQLITE_NOTADB
}

// MovedAside says that Open found the database damaged, and where it is now; "" if it did not.
func (s *Store) MovedAside() string { return s.aside }
