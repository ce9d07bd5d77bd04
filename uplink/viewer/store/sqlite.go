package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	driver "modernc.org/sqlite" // SQLite without cgo
)

type sqlite struct {
	prepared map[string]*sql.Stmt // of many rows, by their text
}

// cacheSize is the cache of one connection, in KiB. Each keeps what it has got for as long as it is open, and there are five. What is not in it is
// in the system's cache of the file: four times as much saved 0.3 ms of a plot of a day, and took up to 48 MB.
const cacheSize = 4000

// openSQLite opens one connection that writes and a few that read. With the write-ahead log they do not block each other;
// synchronous=FULL makes a commit one fsync.
func openSQLite(path string) (*Store, error) {
	if path == "" {
		return nil, fmt.Errorf("it must be a path or a postgres:// URL")
	}
	file := "file:" + (&url.URL{Path: path}).EscapedPath() + "?"
	both := []string{"busy_timeout(10000)", fmt.Sprintf("cache_size(-%d)", cacheSize), "temp_store(MEMORY)"}
	writes := url.Values{"_txlock": {"immediate"},
		"_pragma": append([]string{"auto_vacuum(INCREMENTAL)", "journal_mode(WAL)", "synchronous(FULL)", "wal_autocheckpoint(4000)"}, both...)}
	write, err := sql.Open("sqlite", file+writes.Encode())
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	if err := write.Ping(); err != nil { // creates the file before a reader opens it
		write.Close()
		return nil, unopened(path, err)
	}
	reads := url.Values{"_pragma": append([]string{"query_only(1)"}, both...)}
	read, err := sql.Open("sqlite", file+reads.Encode())
	if err != nil {
		write.Close()
		return nil, err
	}
	read.SetMaxOpenConns(4)
	return &Store{dialect: &sqlite{}, write: write, read: read, tails: tails{}}, nil
}

// unopened says what SQLite's error of a file that cannot be opened means.
func unopened(path string, err error) error {
	if e := (*driver.Error)(nil); !errors.As(err, &e) || e.Code() != 14 { // SQLITE_CANTOPEN
		return err
	}
	dir := filepath.Dir(path)
	if _, is := os.Stat(dir); errors.Is(is, fs.ErrNotExist) {
		return fmt.Errorf("the folder %s is not there; it must be, and this program must be allowed to write to it: %w", dir, err)
	}
	return fmt.Errorf("the file or its folder %s cannot be written; this program must be allowed to: %w", dir, err)
}

func (*sqlite) schema() []string {
	return statements(fmt.Sprintf(tables, "INTEGER PRIMARY KEY", "REAL", "BLOB", "WITHOUT ROWID", ""))
}

func (*sqlite) hasIndex(ctx context.Context, db queryer, name string) (has bool) {
	err := each(ctx, db, `SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name = $1`, func(rows *sql.Rows) error { return rows.Scan(&has) }, name)
	return err == nil && has
}

func (*sqlite) addColumn() string { return `ALTER TABLE %s ADD COLUMN %s` }

// Only one process writes, in one transaction at a time, which no other changes under it.
func (*sqlite) lockBlocks(context.Context, *sql.Tx) error { return nil }
func (*sqlite) repeatable() *sql.TxOptions                { return nil }
func (*sqlite) conflict(error) bool                       { return false }

func (*sqlite) contains() string { return `instr(lower(%s), %s) > 0` }

func (*sqlite) size(ctx context.Context, q queryer) (int64, error) {
	var pages, free, page int64
	for pragma, into := range map[string]*int64{"page_count": &pages, "freelist_count": &free, "page_size": &page} {
		if err := each(ctx, q, "PRAGMA "+pragma, func(rows *sql.Rows) error { return rows.Scan(into) }); err != nil {
			return 0, err
		}
	}
	return (pages - free) * page, nil
}

// measures: the file says how many pages it has.
func (*sqlite) measures() bool { return true }

// SQLite has one month.
func (*sqlite) divides() bool                                  { return false }
func (*sqlite) addMonth(context.Context, *sql.Tx, int64) error { return nil }

func (*sqlite) divided(ctx context.Context, db *sql.DB) bool {
	rows, err := db.QueryContext(ctx, `SELECT month FROM block_data LIMIT 0`)
	return err == nil && rows.Close() == nil
}

func (d *sqlite) divide(ctx context.Context, tx *sql.Tx) error {
	for _, table := range [...]string{"block", "block_data"} {
		if _, err := tx.ExecContext(ctx, fmt.Sprintf(d.addColumn(), table, monthColumn)); err != nil {
			return err
		}
	}
	return nil
}

// rowsPerInsert is how many rows one INSERT has: beyond some tens the time is spent on the rows, not on the statement.
const rowsPerInsert = 50

// Columns of a row: few events have texts, and those without are stored faster.
const (
	plainColumns = `boot, lane, seq, at, skew, up, series, severity, value, bound, received`
	allColumns   = plainColumns + `, missing, status, note`
)

// Columns of a span, and what is done where it is there.
const (
	spanColumns = `boot, lane, first, last, noticed, declared`
	spanChanged = ` ON CONFLICT (boot, lane, first) DO UPDATE SET last = excluded.last, noticed = excluded.noticed, declared = excluded.declared`
)

func insertSQL(table, columns string, rows int) string {
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", strings.Count(columns, ",")+1), ",") + ")"
	return "INSERT INTO " + table + " (" + columns + ") VALUES " + strings.TrimSuffix(strings.Repeat(one+",", rows), ",")
}

// prepare prepares the statements that insert many rows.
func (d *sqlite) prepare(ctx context.Context, db *sql.DB) error {
	d.prepared = map[string]*sql.Stmt{}
	queries := []string{insertSQL("span", spanColumns, rowsPerInsert) + spanChanged, insertSQL("span", spanColumns, 1) + spanChanged}
	for _, table := range rowTables {
		for _, columns := range []string{plainColumns, allColumns} {
			queries = append(queries, insertSQL(table, columns, rowsPerInsert))
		}
	}
	for _, query := range queries {
		statement, err := db.PrepareContext(ctx, query)
		if err != nil {
			return err
		}
		d.prepared[query] = statement
	}
	return nil
}

// exec executes a query, which may be one that is prepared.
func (d *sqlite) exec(ctx context.Context, tx *sql.Tx, query string, args []any) (err error) {
	if statement := d.prepared[query]; statement != nil {
		_, err = tx.StmtContext(ctx, statement).ExecContext(ctx, args...)
	} else {
		_, err = tx.ExecContext(ctx, query, args...)
	}
	return err
}

func (d *sqlite) insert(ctx context.Context, tx *sql.Tx, table string, rows []row) error {
	plain := make([]*row, 0, len(rows))
	var texts []*row
	for i := range rows {
		if r := &rows[i]; r.missing == nil && r.status == nil && r.note == nil {
			plain = append(plain, r)
		} else {
			texts = append(texts, r)
		}
	}
	if err := d.insertSort(ctx, tx, table, plainColumns, plain); err != nil {
		return err
	}
	return d.insertSort(ctx, tx, table, allColumns, texts)
}

func (d *sqlite) insertSort(ctx context.Context, tx *sql.Tx, table, columns string, rows []*row) (err error) {
	args := make([]any, 0, 14*rowsPerInsert)
	for len(rows) > 0 && err == nil {
		n := min(len(rows), rowsPerInsert)
		args = args[:0]
		for _, r := range rows[:n] {
			args = r.args(args, columns == allColumns)
		}
		err = d.exec(ctx, tx, insertSQL(table, columns, n), args)
		rows = rows[n:]
	}
	return err
}

func (r *row) args(to []any, texts bool) []any {
	to = append(to, r.boot, r.lane, r.seq, r.at, r.skew, r.up, r.series, r.severity, r.value, r.bound, r.received)
	if !texts {
		return to
	}
	for _, t := range [...]*string{r.missing, r.status, r.note} {
		if t == nil {
			to = append(to, nil)
		} else {
			to = append(to, *t)
		}
	}
	return to
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
