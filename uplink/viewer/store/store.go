package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// Store stores events. Its methods may be called from any goroutine; one writes at a time.
type Store struct {
	dialect dialect
	write   *sql.DB
	read    *sql.DB

	now   func() time.Time
	aside string // see MovedAside

	writeLock chan struct{} // full while a transaction writes; readers do not take it
	dict      dictionary    // the ids of boots and series
}

// dialect is what SQLite and PostgreSQL do differently.
type dialect interface {
	schema() []string
	addUnit() string // SQL that adds the column unit to the series of an older store
	insert(ctx context.Context, tx *sql.Tx, rows []row) (added int64, err error)
	size(ctx context.Context, db *sql.DB) (int64, error) // bytes in use
	contains() string                                    // SQL that finds text case-insensitively: "%s LIKE %s"
}

// row is one event as it is stored in the table.
type row struct {
	boot, series   int64
	lane, severity int64
	seq            int64
	at, skew, up   int64 // microseconds: corrected wall time, what to add to it for the event's own time, monotonic
	value          float64
	bound          int64
	missing        *string
	status, note   *string
}

// Open opens a store. where is a postgres:// URL, or the path of a SQLite file, which is created if it does not exist, and moved aside if
// it is damaged; see MovedAside.
func Open(ctx context.Context, where string) (*Store, error) {
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		return openWhole(ctx, where, openPostgres)
	}
	return openOrMoveAside(ctx, where, time.Now())
}

// openWhole opens a store and prepares it: its schema and its dictionary.
func openWhole(ctx context.Context, where string, open func(string) (*Store, error)) (*Store, error) {
	s, err := open(where)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", Redact(where), err)
	}
	s.now = time.Now
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
	return s, nil
}

// transact runs f in a transaction under the write lock. If it fails, the dictionary is read again, without what f added to it.
func (s *Store) transact(ctx context.Context, what string, f func(*sql.Tx) error) error {
	select {
	case s.writeLock <- struct{}{}:
		defer func() { <-s.writeLock }()
	case <-ctx.Done():
		return fmt.Errorf("%s: waiting for the store: %w", what, ctx.Err())
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err = f(tx); err == nil {
		err = tx.Commit()
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", what, err)
		if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			err = errors.Join(err, undo)
		}
		return errors.Join(err, s.dict.load(context.WithoutCancel(ctx), s.read))
	}
	return nil
}

// Redact returns where without the password, for logs and the page.
func Redact(where string) string {
	scheme, rest, ok := strings.Cut(where, "://")
	if !ok {
		return where
	}
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		user, _, _ := strings.Cut(rest[:at], ":")
		rest = user + "@" + rest[at+1:]
	}
	return scheme + "://" + rest
}

// Close closes the store.
func (s *Store) Close() error {
	err := s.write.Close()
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	return err
}

// Ping returns an error if the database does not answer.
func (s *Store) Ping(ctx context.Context) error { return s.read.PingContext(ctx) }

// Size returns the space in use, in bytes.
func (s *Store) Size(ctx context.Context) (int64, error) { return s.dialect.size(ctx, s.read) }

var _ telemetry.Archive = (*Store)(nil)

// Events yields the stored events that match f, oldest first: the newest f.Limit of them, or all if that is 0.
func (s *Store) Events(ctx context.Context, f buffer.Filter) (iter.Seq2[buffer.Event, error], error) {
	query, args, err := s.selectEvents(f)
	if err != nil {
		return nil, err
	}
	if f.Limit > 0 {
		return s.newest(ctx, query, args)
	}
	return s.stream(ctx, query, args), nil
}
