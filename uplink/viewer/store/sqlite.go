package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strings"

	_ "modernc.org/sqlite" // SQLite without cgo
)

type sqlite struct{}

// openSQLite opens one connection that writes and a few that read. With the write-ahead log they do not block each other;
// synchronous=FULL makes a commit one fsync.
func openSQLite(path string) (*Store, error) {
	if path == "" {
		return nil, fmt.Errorf("it must be a path or a postgres:// URL")
	}
	file := "file:" + (&url.URL{Path: path}).EscapedPath() + "?"
	both := []string{"busy_timeout(10000)", "cache_size(-16000)", "temp_store(MEMORY)"}
	writes := url.Values{"_txlock": {"immediate"},
		"_pragma": append([]string{"journal_mode(WAL)", "synchronous(FULL)", "wal_autocheckpoint(4000)"}, both...)}
	write, err := sql.Open("sqlite", file+writes.Encode())
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	if err := write.Ping(); err != nil { // creates the file before a reader opens it
		write.Close()
		return nil, err
	}
	reads := url.Values{"_pragma": append([]string{"query_only(1)"}, both...)}
	read, err := sql.Open("sqlite", file+reads.Encode())
	if err != nil {
		write.Close()
		return nil, err
	}
	read.SetMaxOpenConns(4)
	return &Store{dialect: sqlite{}, write: write, read: read}, nil
}

func (sqlite) schema() []string {
	return statements(fmt.Sprintf(tables, "INTEGER PRIMARY KEY", "REAL", "BLOB"))
}

func (sqlite) addUnit() string { return `ALTER TABLE series ADD COLUMN unit TEXT NOT NULL DEFAULT ''` }

func (sqlite) contains() string { return `instr(lower(%s), %s) > 0` }

func (sqlite) size(ctx context.Context, db *sql.DB) (int64, error) {
	var pages, free, page int64
	for _, q := range []struct {
		pragma string
		into   *int64
	}{{"page_count", &pages}, {"freelist_count", &free}, {"page_size", &page}} {
		if err := db.QueryRowContext(ctx, "PRAGMA "+q.pragma).Scan(q.into); err != nil {
			return 0, err
		}
	}
	return (pages - free) * page, nil
}

// rowsPerInsert is how many rows one INSERT has: beyond some tens the time is spent on the rows, not on the statement.
const rowsPerInsert = 50

const insertColumns = `INSERT INTO event (boot, lane, seq, at, skew, up, series, severity, value, bound, missing, status, note) VALUES `

var (
	oneRow   = "(" + strings.TrimSuffix(strings.Repeat("?,", 13), ",") + ")"
	manyRows = strings.TrimSuffix(strings.Repeat(oneRow+",", rowsPerInsert), ",")
	ignore   = " ON CONFLICT DO NOTHING"
)

func (sqlite) insert(ctx context.Context, tx *sql.Tx, rows []row) (int64, error) {
	var added int64
	args := make([]any, 0, 13*rowsPerInsert)
	for len(rows) > 0 {
		n, query := 1, insertColumns+oneRow+ignore
		if len(rows) >= rowsPerInsert {
			n, query = rowsPerInsert, insertColumns+manyRows+ignore
		}
		args = args[:0]
		for i := range rows[:n] {
			args = rows[i].args(args)
		}
		result, err := tx.ExecContext(ctx, query, args...)
		if err != nil {
			return added, err
		}
		k, err := result.RowsAffected()
		if err != nil {
			return added, err
		}
		added += k
		rows = rows[n:]
	}
	return added, nil
}

func (r *row) args(to []any) []any {
	null := func(s *string) any {
		if s == nil {
			return nil
		}
		return *s
	}
	return append(to, r.boot, r.lane, r.seq, r.at, r.skew, r.up, r.series, r.severity, r.value, r.bound,
		null(r.missing), null(r.status), null(r.note))
}

// statements splits a script at its semicolons.
func statements(script string) []string {
	var all []string
	for s := range strings.SplitSeq(script, ";") {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}
