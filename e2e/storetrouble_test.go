//go:build e2e

package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// storeTrouble is what happens to the store of a viewer that runs.
type storeTrouble struct {
	name       string
	sql        bool // to PostgreSQL, else to the SQLite file
	begin, end func(l *lab)
	says       string // what the service of the viewer says of it
}

var storeTroubles = []storeTrouble{
	{"SQLite, disk full", false, fillStore, emptyStore, "full"},
	{"SQLite, damaged", false, func(l *lab) {
		l.takeDown("viewer", syscall.SIGKILL)
		for _, part := range []string{"", "-wal"} { // what stands in the log alone would mend the file
			l.must(os.WriteFile(l.sqlite()+part, bytes.Repeat([]byte("no database "), 1000), 0o600))
		}
		l.bringUp("viewer")
	}, nil, "damaged"},
	{"SQLite, deleted", false, func(l *lab) {
		for _, part := range []string{"", "-wal", "-shm"} {
			if err := os.Remove(l.sqlite() + part); !errors.Is(err, os.ErrNotExist) {
				l.must(err)
			}
		}
	}, nil, "deleted"},
	{"PostgreSQL, disk full", true, fillStore, emptyStore, "No space left on device"},
	{"PostgreSQL, away", true, func(l *lab) { l.takeDown("postgres", syscall.SIGKILL) }, func(l *lab) { l.bringUp("postgres") }, "connection refused"},
	{"PostgreSQL, replaced", true, func(l *lab) { l.takeDown("postgres", syscall.SIGKILL) }, func(l *lab) {
		l.must(os.RemoveAll(l.databaseDir()))
		l.copyDatabase(l.template)
		l.bringUp("postgres")
	}, "connection refused"},
	{"PostgreSQL, all tables deleted", true, func(l *lab) {
		out, err := exec.Command("psql", l.postgresURL(), "-c", "DROP SCHEMA public CASCADE; CREATE SCHEMA public").CombinedOutput()
		if err != nil {
			l.Fatalf("psql: %v\n%s", err, out)
		}
	}, nil, ""},
}

func fillStore(l *lab)  { l.must(l.store.fill()) }
func emptyStore(l *lab) { l.must(l.store.empty()) }

func (l *lab) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

func (l *lab) sqlite() string { return filepath.Join(l.store.dir, "viewer.db") }

// Trouble of the store is told under its name, and leaves the live view and the alarms. Afterwards everything is stored that was
// handed out, what a store that is gone had included: the agent still has it.
func TestStoreTrouble(t *testing.T) {
	template := postgresTemplate(t)
	for _, trouble := range storeTroubles {
		t.Run(trouble.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, labKind{sql: trouble.sql}, template)
			defer l.shutDown()
			l.healthy()
			l.stored(20)
			trouble.begin(l)
			if trouble.says != "" {
				tells(t, l.viewerURL, "store", trouble.says)
			}
			l.live()
			if trouble.end != nil {
				trouble.end(l)
			}
			l.flows(rand.New(rand.NewPCG(1, 1)))
			for _, c := range l.counters {
				c.stand()
			}
			l.calls.Wait()
			if a := l.settle(); a.wrong != nil || a.gaps > 0 {
				t.Errorf("%v; %v, want everything stored", a.wrong, a)
			}
		})
	}
}

// stored waits until so many values of each counter are in the store.
func (l *lab) stored(n int) {
	l.Helper()
	eventually(l.T, 2*time.Minute, "values in the store", func() error {
		s, err := l.stock()
		if err != nil {
			return err
		}
		for name, values := range s.values {
			if len(values) < n {
				return fmt.Errorf("%d values of %s", len(values), name)
			}
		}
		return nil
	})
}

// live waits until the viewer shows values that were handed out after it began to wait.
func (l *lab) live() {
	l.Helper()
	all, _ := l.counters[0].record()
	eventually(l.T, 2*time.Minute, "live values", func() error {
		l.supervise()
		for _, e := range events(l.T, l.viewerURL, "limit=50&source="+chaosAgent) {
			if value, ok := e["value"].(float64); ok && e["device"] == l.counters[0].name && e["kind"] == "reading" && int(value) > len(all) {
				return nil
			}
		}
		return errors.New("none yet")
	})
}
