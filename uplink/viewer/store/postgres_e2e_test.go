//go:build e2e

package store

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// TestPostgres runs the same suite against a cluster of its own, from the distribution's packages, on a unix socket.
func TestPostgres(t *testing.T) {
	where := cluster(t)
	n := 0
	fresh := func(t *testing.T) (*Store, string) {
		n++
		name := fmt.Sprintf("suite%d", n)
		admin := open(t, where("postgres"))
		if _, err := admin.write.Exec("CREATE DATABASE " + name); err != nil {
			t.Fatal(err)
		}
		admin.Close()
		return open(t, where(name)), where(name)
	}
	suite(t, fresh)
	t.Run("retention", func(t *testing.T) { retains(t, fresh) })
	t.Run("months", func(t *testing.T) { months(t, fresh) })
	two := func(t *testing.T) []*Store {
		a, url := fresh(t)
		return []*Store{a, open(t, url)}
	}
	t.Run("two viewers take turns", func(t *testing.T) { identities(t, two) })
	t.Run("two viewers at once", func(t *testing.T) { twoAtOnce(t, two(t)) })
	t.Run("two viewers of the same new agents", func(t *testing.T) { twoWithNewNames(t, two(t)) })
	t.Run("what was waited for is seen", func(t *testing.T) { seenAfterWaiting(t, two(t)) })
	t.Run("streams are locked in one order", func(t *testing.T) { lockedInOrder(t, two(t)) })
	t.Run("names are added in one order", func(t *testing.T) { namesInOrder(t, two(t)) })
	t.Run("statements of a batch", func(t *testing.T) {
		_, url := fresh(t)
		fewStatements(t, url)
	})
}

// BenchmarkIngestPostgres stores batches of 1000 readings of 10 agents; the budget is 10 000 events/s.
func BenchmarkIngestPostgres(b *testing.B) { ingest(b, open(b, cluster(b)("postgres")), 10, 1000) }

func BenchmarkIngest1000Postgres(b *testing.B) {
	ingest(b, open(b, cluster(b)("postgres")), 1000, 500)
}

// BenchmarkHistoryPostgres is BenchmarkHistory.
func BenchmarkHistoryPostgres(b *testing.B) { history20(b, open(b, cluster(b)("postgres"))) }

// TestPostgresBytesAReading stores 100 000 readings of 20 gauges with deadband 0 and counts what the database has on its disk for them: all
// tables and indexes but the rows that were packed, whose space is used again. At most 16 bytes a reading; docs/blocks.md has the number.
func TestPostgresBytesAReading(t *testing.T) {
	const readings = 100_000
	s := open(t, cluster(t)("postgres"))
	for f := newGenerator(1); f.seq[0] < readings; {
		appendAll(t, s, f.batch(5000)...)
	}
	if n, err := s.Pack(t.Context(), zero.Add(1000*time.Hour)); n != readings || err != nil {
		t.Fatalf("Pack = %d, %v", n, err)
	}
	each, err := packedOnDisk(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	each /= readings
	if t.Logf("%.1f bytes a reading on the disk, with all indexes", each); each > 16 {
		t.Errorf("%.1f bytes a reading, want at most 16", each)
	}
}

// packedOnDisk is what PostgreSQL has on its disk for blocks and identity, in bytes, with all indexes.
func packedOnDisk(ctx context.Context, s *Store) (n float64, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT sum(pg_total_relation_size(oid)) FROM pg_class
		WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT IN ('reading', 'event')`).Scan(&n)
	return n, err
}

// cluster starts PostgreSQL in a folder of its own and gives the URL of a database by name.
func cluster(t testing.TB) func(database string) string {
	t.Helper()
	binaries, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(binaries) == 0 {
		t.Fatal("PostgreSQL is not installed: Debian package postgresql")
	}
	bin := binaries[len(binaries)-1]
	dir, err := os.MkdirTemp("", "edge-pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	run := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.Dir = dir
		if os.Getuid() == 0 { // it refuses to run as root
			u, err := user.Lookup("postgres")
			if err != nil {
				t.Fatal(err)
			}
			uid, _ := strconv.Atoi(u.Uid)
			gid, _ := strconv.Atoi(u.Gid)
			if err := os.Chown(dir, uid, gid); err != nil {
				t.Fatal(err)
			}
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
		}
		return cmd
	}
	data := filepath.Join(dir, "data")
	if out, err := run("initdb", "-D", data, "-U", "edge", "--auth=trust", "-E", "UTF8", "--no-sync").CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	if out, err := run("pg_ctl", "-D", data, "-w", "-l", filepath.Join(dir, "log"), "-o", "-k "+dir+" -c listen_addresses=''", "start").CombinedOutput(); err != nil {
		t.Fatalf("pg_ctl start: %v\n%s", err, out)
	}
	t.Cleanup(func() { run("pg_ctl", "-D", data, "-m", "immediate", "stop").Run() })
	return func(database string) string {
		return "postgres:///" + database + "?user=edge&host=" + url.QueryEscape(dir)
	}
}
