//go:build e2e

package store

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"pychron-edge/buffer"
)

// storer is one of several viewers that store in one database at the same time.
type storer struct {
	store  *Store
	random *rand.Rand
	added  int64
	here   map[string]map[int64]bool // by boot: numbers that it has stored, or that were there
}

// run stores batches of the same few boots, of numbers in any order. Some are rolled back, and now and then it learns that numbers exist.
func (w *storer) run(t *testing.T) {
	for step := range 120 {
		var batch []buffer.Event
		for range 1 + w.random.IntN(25) {
			e := reading(fmt.Sprint("b", 1+w.random.IntN(6)), 1+w.random.Uint64N(uint64(20+step)), 1)
			e.Source = fmt.Sprint("line", 1+w.random.IntN(3))
			batch = append(batch, e)
		}
		switch w.random.IntN(6) {
		case 0:
			undone(t, w.store, batch...)
			continue
		case 1:
			e := &batch[0]
			if err := w.store.NoteGap(t.Context(), Gap{Source: e.Source, Boot: e.Boot, Lane: e.Lane, First: 1, Last: e.Seq, Noticed: zero}); err != nil {
				t.Errorf("NoteGap: %v", err)
			}
		}
		n, err := w.store.Append(t.Context(), batch)
		if err != nil {
			t.Errorf("Append: %v", err)
			return
		}
		w.added += n
		for i := range batch {
			k := batch[i].Source + " " + batch[i].Boot
			if w.here[k] == nil {
				w.here[k] = map[int64]bool{}
			}
			w.here[k][int64(batch[i].Seq)] = true
		}
	}
}

// twoAtOnce: whatever two viewers store at the same time, in whatever order, is stored once, and the spans say what is there.
func twoAtOnce(t *testing.T, stores []*Store) {
	var all []*storer
	done := make(chan struct{})
	for i, s := range stores {
		w := &storer{store: s, random: rand.New(rand.NewPCG(3, uint64(i))), here: map[string]map[int64]bool{}}
		all = append(all, w)
		go func() {
			defer func() { done <- struct{}{} }()
			w.run(t)
		}()
	}
	for range all {
		<-done
	}
	here, count := map[string]*numbering{}, 0
	var added int64
	for _, w := range all {
		added += w.added
		for k, seqs := range w.here {
			if here[k] == nil {
				here[k] = &numbering{here: map[int64]bool{}}
			}
			for seq := range seqs {
				if !here[k].here[seq] {
					here[k].here[seq] = true
					count++
				}
			}
		}
	}
	if stored := len(collect(t, stores[0], buffer.Filter{})); added != int64(count) || stored != count {
		t.Errorf("%d were new to one of two viewers and %d are stored, want %d of each", added, stored, count)
	}
	for k, n := range here {
		var source, boot string
		fmt.Sscan(k, &source, &boot)
		if source != "line1" { // spanRuns reads those of line1
			continue
		}
		_, known, err := stores[0].spansOf(t.Context(), source, boot, buffer.Readings)
		if err != nil {
			t.Fatal(err)
		}
		n.through = known.through
		if got, want := spanRuns(t, stores[1], boot), n.runs(); got != want {
			t.Errorf("%s: spans %s, want %s", k, got, want)
		}
	}
}

// twoWithNewNames: two viewers that meet the same new agents at the same time, each in another order, have one id for each.
func twoWithNewNames(t *testing.T, stores []*Store) {
	const agents = 300
	done := make(chan int64)
	for i, s := range stores {
		go func() {
			var batch []buffer.Event
			for n := range agents {
				if i > 0 {
					n = agents - 1 - n
				}
				e := reading("b1", 1, 1)
				e.Source, e.Point, e.Labels = fmt.Sprint("line", n), fmt.Sprint("p", n%3), buffer.MakeLabels("device", "ion1", "channel", fmt.Sprint("p", n%3))
				batch = append(batch, e)
			}
			n, err := s.Append(t.Context(), batch)
			if err != nil {
				t.Errorf("Append: %v", err)
			}
			done <- n
		}()
	}
	if got := <-done + <-done; got != agents {
		t.Errorf("%d events are new, want %d", got, agents)
	}
	for _, table := range []string{"boot", "series"} {
		var n int
		if err := stores[0].read.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil || n != agents {
			t.Errorf("%d rows in %s, %v; want %d", n, table, err, agents)
		}
	}
}

// of is an event of another boot.
func of(boot string, seq uint64) buffer.Event { return reading(boot, seq, 1) }

// waiting waits until a session of the database waits for another one.
func waiting(t *testing.T, s *Store) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < time.Minute; runtime.Gosched() {
		var n int
		if err := s.read.QueryRow(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&n); err != nil {
			t.Error(err)
			return
		}
		if n > 0 {
			return
		}
	}
	t.Error("nobody waits for the other")
}

// meanwhile has the first store begin a transaction with events, the second store others at the same time, which has to wait, and the first then store more and
// commit. It returns how many were new to the second.
func meanwhile(t *testing.T, stores []*Store, begin, others, more []buffer.Event) (added int64) {
	t.Helper()
	a, b := stores[0], stores[1]
	done := make(chan struct{})
	err := a.transact(t.Context(), "storing", func(tx *sql.Tx) error {
		for i, events := range [][]buffer.Event{begin, more} {
			rows, err := a.rows(t.Context(), tx, events, 1)
			if err == nil {
				rows, err = a.identify(t.Context(), tx, rows, 1)
			}
			if err == nil {
				err = a.insertRows(t.Context(), tx, rows)
			}
			if i == 0 {
				go func() {
					defer close(done)
					var err error
					if added, err = b.Append(t.Context(), others); err != nil {
						t.Errorf("the one that waits: %v", err)
					}
				}()
				waiting(t, a)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Errorf("the one that is waited for: %v", err)
	}
	<-done
	return added
}

// seenAfterWaiting: what another viewer commits while one waits for it is not stored again.
func seenAfterWaiting(t *testing.T, stores []*Store) {
	appendAll(t, stores[0], of("b1", 1), of("b2", 1))
	appendAll(t, stores[1], of("b1", 2), of("b2", 2))
	added := meanwhile(t, stores, []buffer.Event{of("b1", 3), of("b1", 4)}, []buffer.Event{of("b1", 3), of("b1", 5), of("b2", 3)}, []buffer.Event{of("b2", 3)})
	if added != 1 {
		t.Errorf("%d are new to the one that has waited, want one: number 5 of b1", added)
	}
}

// lockedInOrder: two viewers that store of the same streams do not wait for each other, in whatever order the events come.
func lockedInOrder(t *testing.T, stores []*Store) {
	appendAll(t, stores[0], of("b1", 1), of("b2", 1))
	appendAll(t, stores[1], of("b2", 2), of("b1", 2))
	if added := meanwhile(t, stores, []buffer.Event{of("b1", 3)}, []buffer.Event{of("b2", 4), of("b1", 4)}, []buffer.Event{of("b2", 3)}); added != 2 {
		t.Errorf("%d are new, want 2", added)
	}
}

// namesInOrder is lockedInOrder of series.
func namesInOrder(t *testing.T, stores []*Store) {
	series := func(device string, seq uint64) buffer.Event {
		e := of("b1", seq)
		e.Device = device
		return e
	}
	for _, s := range stores {
		appendAll(t, s, of("b1", 1))
	}
	if added := meanwhile(t, stores, []buffer.Event{series("a", 2)}, []buffer.Event{series("z", 3), series("a", 4)}, []buffer.Event{series("z", 5)}); added != 2 {
		t.Errorf("%d are new, want 2", added)
	}
}

// counter counts the statements that are sent to PostgreSQL.
type counter struct {
	n      atomic.Int64
	summed atomic.Int64 // those that add up the sizes of all blocks
}

func (c *counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	c.n.Add(1)
	if strings.Contains(data.SQL, "n_live_tup") {
		c.summed.Add(1)
	}
	return ctx
}

func (*counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// counted opens a store whose statements are counted.
func counted(t *testing.T, url string, c *counter) *Store {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.Tracer = c
	name := stdlib.RegisterConnConfig(config)
	t.Cleanup(func() { stdlib.UnregisterConnConfig(name) })
	s, err := openWhole(t.Context(), url, func(string) (*Store, error) { return openPostgres(name) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// fewStatements: a batch takes as many statements, and so as many waits for an answer, whatever the number of streams in it: 6 of those that are known, and 4 more
// where names are new.
func fewStatements(t *testing.T, url string) {
	var c counter
	s := counted(t, url, &c)
	batch := func(seq uint64) (all []buffer.Event) {
		for n := range 200 {
			e := of("b1", seq)
			e.Source = fmt.Sprint("line", n)
			all = append(all, e)
		}
		return all
	}
	for _, step := range []struct {
		what string
		seq  uint64
		want int64
	}{{"of new agents", 1, 10}, {"in order", 2, 6}, {"behind a gap", 5, 6}, {"that fills a part of a gap", 3, 6}, {"that comes again", 3, 4}} {
		c.n.Store(0)
		appendAll(t, s, batch(step.seq)...)
		if got := c.n.Load(); got != step.want {
			t.Errorf("a batch of 200 agents %s took %d statements, want %d", step.what, got, step.want)
		}
	}
	for what, ask := range map[string]func() error{
		"gaps":          func() error { _, err := s.OpenGaps(t.Context(), "line1", 100); return err },
		"first missing": func() error { _, err := s.FirstMissing(t.Context(), "line1", "b1", buffer.Readings); return err },
	} {
		c.n.Store(0)
		if err := ask(); err != nil || c.n.Load() != 1 {
			t.Errorf("%s: %d statements, %v; want one", what, c.n.Load(), err)
		}
	}
}
