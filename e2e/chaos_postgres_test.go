//go:build e2e

package e2e

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// postgresTemplate makes the files of a small database server, for each lab to begin with.
func postgresTemplate(t *testing.T) string {
	t.Helper()
	dir := sharedDir(t)
	own(t, dir)
	data := filepath.Join(dir, "data")
	initdb := exec.Command(postgresBin(t, "initdb"), "-D", data, "-U", "edge", "--auth=trust", "-E", "UTF8", "--no-sync", "--wal-segsize=1")
	initdb.Dir = dir
	initdb.SysProcAttr = asPostgres(t)
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	settings := "listen_addresses=''\nshared_buffers=8MB\nmax_connections=20\nmin_wal_size=2MB\nmax_wal_size=8MB\n"
	f, err := os.OpenFile(filepath.Join(data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(settings); err != nil {
		t.Fatal(err)
	}
	return data
}

func postgresBin(t *testing.T, name string) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		t.Fatal("PostgreSQL is not installed: Debian package postgresql")
	}
	return found[len(found)-1]
}

func postgresUser(t *testing.T) (uid, gid int) {
	t.Helper()
	u, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ = strconv.Atoi(u.Uid)
	gid, _ = strconv.Atoi(u.Gid)
	return uid, gid
}

// asPostgres is as the database server must run: it refuses to be root.
func asPostgres(t *testing.T) *syscall.SysProcAttr {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	uid, gid := postgresUser(t)
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

// own gives a folder to the database server, unless that runs as whoever tests.
func own(t *testing.T, dir string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	uid, gid := postgresUser(t)
	if err := os.Chown(dir, uid, gid); err != nil {
		t.Fatal(err)
	}
}

// addPostgres starts a database server of this lab's own, on a unix socket, with its files on the store's disk.
func (l *lab) addPostgres(template string) {
	l.Helper()
	socket := filepath.Join(l.dir, "socket")
	l.copyDatabase(template)
	if err := os.Mkdir(socket, 0o755); err != nil {
		l.Fatal(err)
	}
	own(l.T, socket)
	l.add(&service{name: "postgres", family: true, mayEnd: true, prepare: func() *process {
		p := &process{Cmd: exec.Command(postgresBin(l.T, "postgres"), "-D", l.databaseDir(), "-k", socket)}
		p.Dir, p.SysProcAttr = socket, asPostgres(l.T)
		return p
	}})
}

func (l *lab) databaseDir() string { return filepath.Join(l.store.dir, "data") }

// copyDatabase gives the server its first files.
func (l *lab) copyDatabase(template string) {
	l.Helper()
	l.template = template
	if out, err := exec.Command("cp", "-a", template, l.databaseDir()).CombinedOutput(); err != nil {
		l.Fatalf("cp: %v\n%s", err, out)
	}
}

func (l *lab) postgresURL() string {
	return "postgres:///postgres?user=edge&host=" + url.QueryEscape(filepath.Join(l.dir, "socket"))
}

// childrenOf are the processes that a process has started: of a database server, all of it.
func childrenOf(pid int) (all []int) {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for word := range strings.FieldsSeq(string(text)) {
		if child, err := strconv.Atoi(word); err == nil {
			all = append(all, child)
		}
	}
	return all
}
