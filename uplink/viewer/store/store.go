package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"pychron-edge/telemetry"
	"pychron-edge/uplink/viewer/held"
)

// Store stores events. Its methods may be called from any goroutine; one writes at a time.
type Store struct {
	dialect dialect
	write   *sql.DB
	read    *sql.DB

	now    func() time.Time
	aside  string     // see MovedAside
	held   *held.Lock // of a SQLite file that is written; nil for others
	limits limits

	writeLock chan struct{} // full while a transaction writes; readers do not take it
	dict      dictionary    // the ids of boots and series
	tails     tails         // the ends of streams
	migrated  sync.Map      // ids of boots of which no reading stands in the table event
}

// limits are sizes of steps.
type limits struct {
	packed int // rows packed by one transaction
	parts  int // readings of a block from which it has summaries
	moved  int // blocks moved to their months by one transaction
}

// dialect is what SQLite and PostgreSQL do differently.
type dialect interface {
	schema() []string
	addColumn() string // SQL that adds a column to a table of an older store: "ALTER TABLE %s ADD COLUMN %s"
	prepare(ctx context.Context, db *sql.DB) error
	insert(ctx context.Context, tx *sql.Tx, table string, rows []row) error
	nameTables
	numberTables
	lockBlocks(ctx context.Context, tx *sql.Tx) error
	repeatable() *sql.TxOptions
	conflict(err error) bool
	reclaim(ctx context.Context, db *sql.DB) error

	hasIndex(ctx context.Context, db queryer, name string) bool // false also where the database does not say

	unitless(ctx context.Context, db queryer) (bool, error) // whether an earlier version made a table of series that has one of each whatever its point and unit
	addUnits(ctx context.Context, tx *sql.Tx) error         // makes it as it is now

	divides() bool                                               // whether the bytes of blocks are divided by months
	divided(ctx context.Context, db *sql.DB) bool                // whether the tables are those of this version
	divide(ctx context.Context, tx *sql.Tx) error                // makes them so
	addMonth(ctx context.Context, tx *sql.Tx, month int64) error // makes a month's partition, unless it is there
	size(ctx context.Context, q queryer) (int64, error)          // bytes in use
	measures() bool                                              // size is exact at once, and takes no time
	contains() string                                            // SQL that finds text case-insensitively: "%s LIKE %s"
}

// nameTables are what a dictionary is made of. Each method adds what is not there, and returns the ids of all.
type nameTables interface {
	addBoots(ctx context.Context, tx *sql.Tx, all []bootKey, now int64) (ids []int64, err error)
	addSeries(ctx context.Context, tx *sql.Tx, all []seriesNames) (ids []int64, err error)
}

// numberTables are what is known of streams. Each method is for any number of them.
type numberTables interface {
	identities(ctx context.Context, tx *sql.Tx, all []extent) ([]*identity, error) // spans and what is known beyond; no other writer changes them until tx ends
	deleteSpans(ctx context.Context, tx *sql.Tx, all []streamSpan) error
	putSpans(ctx context.Context, tx *sql.Tx, all []streamSpan) error
	putKnown(ctx context.Context, tx *sql.Tx, all []*identity) error
}

// transact runs f in a transaction under the write lock. If it fails, the dictionary is read again, without what f added to it, and the ends of
// streams are forgotten.
func (s *Store) transact(ctx context.Context, what string, f func(*sql.Tx) error) error {
	return s.transactAs(ctx, what, nil, f)
}

func (s *Store) transactAs(ctx context.Context, what string, options *sql.TxOptions, f func(*sql.Tx) error) error {
	select {
	case s.writeLock <- struct{}{}:
		defer func() { <-s.writeLock }()
	case <-ctx.Done():
		return fmt.Errorf("%s: waiting for the store: %w", what, ctx.Err())
	}
	if err := s.dict.sure(ctx, s.read); err != nil {
		return fmt.Errorf("%s: reading the names of boots and series: %w", what, err)
	}
	tx, err := s.write.BeginTx(ctx, options)
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
		s.tails.forget()
		return errors.Join(err, s.dict.reload(context.WithoutCancel(ctx), s.read))
	}
	return nil
}

// snapshot runs f in a transaction that reads the store as it was when the transaction began.
func (s *Store) snapshot(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.read.BeginTx(ctx, s.dialect.repeatable())
	if err != nil {
		return err
	}
	defer tx.Rollback() // nothing was written
	return f(tx)
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
	s.held.Release()
	return err
}

// Ping returns an error if the database does not answer.
func (s *Store) Ping(ctx context.Context) error { return s.read.PingContext(ctx) }

// Size returns the space in use, in bytes.
func (s *Store) Size(ctx context.Context) (int64, error) { return s.dialect.size(ctx, s.read) }

var _ telemetry.Archive = (*Store)(nil)
