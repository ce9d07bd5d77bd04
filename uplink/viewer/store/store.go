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

// Store keeps events. Its methods may be called from any goroutine; those that write take turns.
type Store struct {
	dialect dialect
	write   *sql.DB
	read    *sql.DB

	now func() time.Time

	turn chan struct{} // one writer at a time; no reader waits for it
	dict dictionary    // what has an id already
}

// dialect is what SQLite and PostgreSQL do differently.
type dialect interface {
	schema() []string
	addUnit() string // SQL that adds the column unit to the series of an older store
	insert(ctx context.Context, tx *sql.Tx, rows []row) (added int64, err error)
	size(ctx context.Context, db *sql.DB) (int64, error) // bytes in use
	contains() string                                    // SQL that finds the second text, in lower case, in the first; of A to Z alone, upper and lower case are alike
}

// row is one event as it stands in the table.
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

// Open opens the store that where names: a postgres:// URL, or the path of a SQLite file, which is made if it is absent.
func Open(ctx context.Context, where string) (*Store, error) {
	var s *Store
	var err error
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		s, err = openPostgres(where)
	} else {
		s, err = openSQLite(where)
	}
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", Redact(where), err)
	}
	s.now = time.Now
	s.turn = make(chan struct{}, 1)
	for _, statement := range s.dialect.schema() {
		if _, err := s.write.ExecContext(ctx, statement); err != nil {
			s.Close()
			return nil, fmt.Errorf("store %s: making the schema: %w", Redact(where), err)
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

// transact runs f in a transaction, alone among the writers. What f put in the dictionary is taken back if it fails.
func (s *Store) transact(ctx context.Context, what string, f func(*sql.Tx) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
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

// Redact is where without a password, for people to read.
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

// Close ends all use of the store.
func (s *Store) Close() error {
	err := s.write.Close()
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	return err
}

// Ping says whether the store answers.
func (s *Store) Ping(ctx context.Context) error { return s.read.PingContext(ctx) }

// Size is the space in use, in bytes.
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
