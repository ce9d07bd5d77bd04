package store

import (
	"bytes"
	"database/sql"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
)

func TestSQLite(t *testing.T) {
	suite(t, func(t *testing.T) (*Store, string) {
		where := filepath.Join(t.TempDir(), "events with space.db")
		return open(t, where), where
	})
}

func open(t testing.TB, where string) *Store {
	t.Helper()
	s, err := Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestOpenOfABadStoreFails(t *testing.T) {
	for _, where := range []string{"", filepath.Join(t.TempDir(), "no", "such", "folder.db")} {
		s, err := Open(t.Context(), where)
		if err == nil {
			s.Close()
			t.Errorf("Open(%q) succeeded", where)
		} else if !strings.Contains(err.Error(), "store ") {
			t.Errorf("Open(%q): %v, want it to name the store", where, err)
		}
	}
}

func TestDamagedFileIsMovedAside(t *testing.T) {
	for name, spoil := range map[string]func(whole []byte) []byte{
		"no database": func([]byte) []byte { return []byte(strings.Repeat("not a database ", 100)) },
		"a spoilt schema": func(whole []byte) []byte {
			return append(whole[:100:100], bytes.Repeat([]byte{0xff}, len(whole)-100)...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			where := filepath.Join(dir, "events.db")
			s := open(t, where)
			appendAll(t, s, reading("b1", 1, 1))
			s.Close()
			whole, err := os.ReadFile(where)
			if err != nil {
				t.Fatal(err)
			}
			bad := spoil(whole)
			if err := os.WriteFile(where, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			s = open(t, where)
			found, _ := filepath.Glob(where + ".damaged-*Z")
			if len(found) != 1 || !strings.Contains(s.MovedAside(), found[0]) {
				t.Fatalf("moved to %q, said %q; want one file with the time in its name, and said", found, s.MovedAside())
			}
			if kept, err := os.ReadFile(found[0]); err != nil || !bytes.Equal(kept, bad) {
				t.Errorf("the file aside has other bytes than the damaged one (%v)", err)
			}
			if n := appendAll(t, s, reading("b1", 1, 1)); n != 1 {
				t.Errorf("%d events stored in the new file, want 1", n)
			}
			s.Close()
			if again := open(t, where); again.MovedAside() != "" {
				t.Errorf("the next start says %q, want nothing", again.MovedAside())
			}
		})
	}
}

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"/var/lib/events.db":                        "/var/lib/events.db",
		"postgres://lab:s3cr@t@db.lab/edge":         "postgres://lab@db.lab/edge",
		"postgres:///edge?host=/var/run/postgresql": "postgres:///edge?host=/var/run/postgresql",
	} {
		if got := Redact(in); got != want {
			t.Errorf("Redact(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSizePrunesSQLite(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "events.db"))
	for i := range uint64(300) {
		e := command("b1", i+1, strings.Repeat("x", 500))
		appendAll(t, s, e)
	}
	size, err := s.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Prune(t.Context(), Retain{Size: 2 * size}, zero.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if last, _ := s.Last(t.Context(), "line1", "b1", 1); last != 300 {
		t.Errorf("pruned although under the size")
	}
	if _, err := s.Prune(t.Context(), Retain{Size: size / 2}, zero.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if now, _ := s.Size(t.Context()); now > size/2 {
		t.Errorf("size %d after pruning to %d", now, size/2)
	}
}

// A boot that was added and not committed has an id that the next one gets: no event may be stored under it, even where the disk cannot be read
// just then, either.
func TestWhatWasNotCommittedIsForgottenThoughNothingCanBeRead(t *testing.T) {
	where := filepath.Join(t.TempDir(), "events.db")
	s := open(t, where)
	appendAll(t, s, reading("b1", 1, 1))
	other := open(t, filepath.Join(t.TempDir(), "closed.db"))
	other.Close()
	full, readable := errors.New("disk full"), s.read
	err := s.transact(t.Context(), "storing", func(tx *sql.Tx) error {
		if _, err := s.rows(t.Context(), tx, []buffer.Event{reading("b2", 1, 1)}, 1); err != nil {
			t.Fatal(err)
		}
		s.read = other.read
		return full
	})
	if !errors.Is(err, full) {
		t.Fatalf("error %v, want %v", err, full)
	}
	if _, err := s.Append(t.Context(), []buffer.Event{reading("b2", 1, 1)}); err == nil {
		t.Error("stored while what is in the store cannot be read")
	}
	s.read = readable
	appendAll(t, s, reading("b3", 1, 3), reading("b2", 1, 2))
	s.Close()
	again := open(t, where)
	got := map[string]float64{}
	for _, e := range collect(t, again, buffer.Filter{}) {
		got[e.Boot] = e.Value
	}
	if want := map[string]float64{"b1": 1, "b2": 2, "b3": 3}; !maps.Equal(got, want) {
		t.Errorf("values by boot %v, want %v", got, want)
	}
}
