package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	driver "modernc.org/sqlite"
	code "modernc.org/sqlite/lib"

	"pychron-edge/uplink/viewer/held"
)

// openOrMoveAside opens a SQLite file, for this process alone. One that is damaged is moved aside, with the time in its name, and a new one
// is begun: the events to come are worth more than none. Nothing is deleted.
func openOrMoveAside(ctx context.Context, path string, now time.Time) (*Store, error) {
	return openAlone(path, func() (*Store, error) {
		s, err := openWhole(ctx, path, openSQLite)
		if !Damaged(err) {
			return s, err
		}
		return anew(ctx, path, err, now)
	})
}

// OpenAnew moves a SQLite file aside that is damaged, as why says, and begins a new one. No store of the path may be open.
func OpenAnew(ctx context.Context, path string, why error, now time.Time) (*Store, error) {
	return openAlone(path, func() (*Store, error) { return anew(ctx, path, why, now) })
}

// openAlone opens a SQLite file unless another process has opened it so: two that write would each go by a dictionary of ids that the
// other changes, and would move the file from under each other.
func openAlone(path string, open func() (*Store, error)) (*Store, error) {
	lock, err := held.Take(path + ".lock")
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	s, err := open()
	if err != nil {
		lock.Release()
		return nil, err
	}
	s.held = lock
	return s, nil
}

func anew(ctx context.Context, path string, why error, now time.Time) (*Store, error) {
	aside := path + ".damaged-" + now.UTC().Format("20060102T150405Z")
	for _, part := range []string{"", "-wal", "-shm"} {
		if e := os.Rename(path+part, aside+part); e != nil && !(part != "" && errors.Is(e, fs.ErrNotExist)) {
			return nil, fmt.Errorf("%w; moving the damaged file aside: %w", why, e)
		}
	}
	s, err := openWhole(ctx, path, openSQLite)
	if err != nil {
		return nil, err
	}
	s.aside = fmt.Sprintf("the database was damaged (%v); it was moved to %s, and a new one was begun", why, aside)
	return s, nil
}

// OpenExisting opens a store that is there already, beside a viewer that may use it. It creates nothing, and moves nothing aside.
func OpenExisting(ctx context.Context, where string) (*Store, error) {
	if isURL(where) {
		return Open(ctx, where)
	}
	switch about, err := os.Stat(where); {
	case err != nil:
		return nil, fmt.Errorf("store %s: %w; must be a SQLite file that a viewer has written, or a postgres:// URL", where, err)
	case about.IsDir():
		return nil, fmt.Errorf("store %s is a directory; must be a SQLite file that a viewer has written, or a postgres:// URL", where)
	}
	return openWhole(ctx, where, openSQLite)
}

// Damaged reports whether err says that a file is no SQLite database, or one with wrong content.
func Damaged(err error) bool { return hasCode(err, code.SQLITE_CORRUPT, code.SQLITE_NOTADB) }

// Full reports whether err says that there is no space left for a SQLite file: what it has can still be read.
func Full(err error) bool { return hasCode(err, code.SQLITE_FULL) }

// hasCode reports whether err is an error of SQLite with one of the primary codes.
func hasCode(err error, codes ...int) bool {
	var e *driver.Error
	return errors.As(err, &e) && slices.Contains(codes, e.Code()&0xff)
}

// MovedAside says that the database was found damaged when it was opened, and where it is now; "" if it was not.
func (s *Store) MovedAside() string { return s.aside }
