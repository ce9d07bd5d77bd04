package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // PostgreSQL
)

type postgres struct{}

// openPostgres opens a pool on where. Several viewers may share one database: identity removes their duplicates.
func openPostgres(where string) (*Store, error) {
	db, err := sql.Open("pgx", where)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(8)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return &Store{dialect: postgres{}, write: db, read: db}, nil
}

// schema is created under a lock, because CREATE ... IF NOT EXISTS of two viewers at once can fail.
func (postgres) schema() []string {
	return []string{"BEGIN; " + fmt.Sprintf("SELECT pg_advisory_xact_lock(%d);", lockSchema) +
		fmt.Sprintf(tables, "BIGSERIAL PRIMARY KEY", "DOUBLE PRECISION", "BYTEA", "", "PARTITION BY LIST (month)") + "COMMIT"}
}

func (postgres) hasIndex(ctx context.Context, db queryer, name string) (has bool) {
	err := each(ctx, db, `SELECT to_regclass($1) IS NOT NULL`, func(rows *sql.Rows) error { return rows.Scan(&has) }, name)
	return err == nil && has
}

// addColumn may run in two viewers at once: the second finds the column there.
func (postgres) addColumn() string { return `ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s` }

func (postgres) contains() string { return `strpos(lower(%s COLLATE "C"), %s) > 0` }

// What is in use, measured over 10 million readings: a row with its index entries, and a block with those of its bytes, which stand in pieces of 2 kB. PostgreSQL does
// not return the space of rows that are deleted one by one to the system, so the size of its files does not show whether enough was deleted.
const (
	bytesPerRow  = 310
	bytesOfBlock = `size + size / 11 + 800` // SQL
)

// sizeOfBlock is bytesOfBlock of a block with so many bytes.
func sizeOfBlock(bytes int64) int64 { return bytes + bytes/11 + 800 }

func (postgres) size(ctx context.Context, q queryer) (size int64, err error) {
	err = each(ctx, q, `SELECT (SELECT coalesce(sum(n_live_tup), 0) FROM pg_stat_user_tables WHERE relname IN ('event', 'reading')) * $1::bigint
		+ (SELECT coalesce(sum(`+bytesOfBlock+`), 0) FROM block)`, func(rows *sql.Rows) error { return rows.Scan(&size) }, int64(bytesPerRow))
	return size, err
}

// measures: it adds up the sizes of all blocks, and the statistics of rows are some seconds old.
func (postgres) measures() bool { return false }

// insert sends the rows as columns: one statement for any number of rows.
func (postgres) insert(ctx context.Context, tx *sql.Tx, table string, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	ints := make([][]int64, 10)
	for c := range ints {
		ints[c] = make([]int64, len(rows))
	}
	values := make([]float64, len(rows))
	texts := [3][]*string{make([]*string, len(rows)), make([]*string, len(rows)), make([]*string, len(rows))}
	for i := range rows {
		r := &rows[i]
		for c, v := range [...]int64{r.boot, r.lane, r.seq, r.at, r.skew, r.up, r.series, r.severity, r.bound, r.received} {
			ints[c][i] = v
		}
		values[i] = r.value
		texts[0][i], texts[1][i], texts[2][i] = r.missing, r.status, r.note
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO `+table+` (boot, lane, seq, at, skew, up, series, severity, bound, received, value, missing, status, note)
		SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
		$8::smallint[], $9::smallint[], $10::bigint[], $11::float8[], $12::text[], $13::text[], $14::text[])`,
		ints[0], ints[1], ints[2], ints[3], ints[4], ints[5], ints[6], ints[7], ints[8], ints[9], values, texts[0], texts[1], texts[2])
	return err
}

// prepare has nothing to do: the driver keeps statements.
func (postgres) prepare(context.Context, *sql.DB) error { return nil }

// Keys of locks: another viewer may work on the same database.
const (
	lockSchema = 9119
	lockPacked = 9120
)

// lockBlocks keeps other viewers from packing, until tx ends.
func (postgres) lockBlocks(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(lockPacked))
	return err
}

// repeatable is of transactions that see the database as it was when they began.
func (postgres) repeatable() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead}
}

// conflict reports whether a transaction failed because another one changed what it read: it may be tried again.
func (postgres) conflict(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}
