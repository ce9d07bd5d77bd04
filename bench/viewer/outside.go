package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

// outside is what a viewer has beside it. Without any of it its broker and its store are inside.
type outside struct {
	postgres  string // URL of a database of the server in which each viewer gets a database of its own; "" = SQLite
	mosquitto bool   // the broker is mosquitto, with the in-flight window of firmware-cfg/mosquitto.conf
}

// store makes a new store for a viewer of a folder: where it is, how to look into it, and how to remove it.
func (o outside) store(dir string) (where string, db *sql.DB, remove func() error, err error) {
	if o.postgres == "" {
		where = filepath.Join(dir, "viewer.db")
		db, err = sql.Open("sqlite", "file:"+where+"?mode=ro&_pragma=busy_timeout(10000)")
		return where, db, func() error { return nil }, err
	}
	server, err := sql.Open("pgx", o.postgres)
	if err != nil {
		return "", nil, nil, err
	}
	name := fmt.Sprintf("edge_bench_%d_%d", os.Getpid(), time.Now().UnixNano())
	remove = func() error {
		_, err := server.ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)")
		return errors.Join(err, server.Close())
	}
	u, err := url.Parse(o.postgres)
	if err == nil {
		_, err = server.ExecContext(context.Background(), "CREATE DATABASE "+name)
	}
	if err != nil {
		return "", nil, nil, errors.Join(err, server.Close())
	}
	u.Path = "/" + name
	db, err = sql.Open("pgx", u.String())
	return u.String(), db, remove, err
}

// ofDatabase is the time of the processor that PostgreSQL has used for the sessions of a database, where it runs on this machine.
func ofDatabase(db *sql.DB) (sum time.Duration) {
	rows, err := db.Query(`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	if err != nil { // SQLite
		return 0
	}
	defer rows.Close()
	for rows.Next() {
		var pid int
		if rows.Scan(&pid) == nil {
			sum += processor(pid)
		}
	}
	return sum
}

// startMosquitto starts a broker of its own on an address.
func startMosquitto(address, dir string) (*exec.Cmd, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	conf := filepath.Join(dir, "mosquitto.conf")
	text := fmt.Sprintf("listener %s %s\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 1000\n", port, host)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		return nil, err
	}
	path, err := exec.LookPath("mosquitto")
	if err != nil {
		path = "/usr/sbin/mosquitto"
	}
	cmd := exec.Command(path, "-c", conf)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("mosquitto (Debian package mosquitto): %w", err)
	}
	return cmd, nil
}
