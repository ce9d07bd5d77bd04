package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

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
	return []string{"BEGIN; SELECT pg_advisory_xact_lock(9119);" +
		fmt.Sprintf(tables, "BIGSERIAL PRIMARY KEY", "DOUBLE PRECISION", "BYTEA") + "COMMIT"}
}

// addUnit may run in two viewers at once: the second finds the column there.
func (postgres) addUnit() string {
	return `ALTER TABLE series ADD COLUMN IF NOT EXISTS unit TEXT NOT NULL DEFAULT ''`
}

func (postgres) contains() string { return `strpos(lower(%s COLLATE "C"), %s) > 0` }

// bytesPerEvent is the size of a row with its index entries, measured over 10 million readings. PostgreSQL does not return the space of
// deleted rows to the system, so the size of its files does not show whether enough was deleted.
const bytesPerEvent = 240

func (postgres) size(ctx context.Context, db *sql.DB) (size int64, err error) {
	err = db.QueryRowContext(ctx, `SELECT coalesce(sum(n_live_tup), 0) * $1 FROM pg_stat_user_tables WHERE relname = 'event'`,
		bytesPerEvent).Scan(&size)
	return size, err
}

// insert sends the rows as columns: one statement for any number of rows.
func (postgres) insert(ctx context.Context, tx *sql.Tx, rows []row) (int64, error) {
	ints := make([][]int64, 9)
	for c := range ints {
		ints[c] = make([]int64, len(rows))
	}
	values := make([]float64, len(rows))
	texts := [3][]*string{make([]*string, len(rows)), make([]*string, len(rows)), make([]*string, len(rows))}
	for i := range rows {
		r := &rows[i]
		for c, v := range [...]int64{r.boot, r.lane, r.seq, r.at, r.skew, r.up, r.series, r.severity, r.bound} {
			ints[c][i] = v
		}
		values[i] = r.value
		texts[0][i], texts[1][i], texts[2][i] = r.missing, r.status, r.note
	}
	result, err := tx.ExecContext(ctx, `INSERT INTO event (boot, lane, seq, at, skew, up, series, severity, bound, value, missing, status, note)
		SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
		$8::smallint[], $9::smallint[], $10::float8[], $11::text[], $12::text[], $13::text[]) ON CONFLICT DO NOTHING`,
		ints[0], ints[1], ints[2], ints[3], ints[4], ints[5], ints[6], ints[7], ints[8], values, texts[0], texts[1], texts[2])
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
