package main

import (
	"bytes"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/store"
)

// testViewer is a viewer whose store, link and time a test moves by hand.
type testViewer struct {
	*Viewer
	link  *link
	clock clock
	alarm *standing
}

func newTestViewer(t *testing.T, where string) *testViewer {
	t.Helper()
	v := &testViewer{clock: clock{zero}}
	config := defaults()
	config.Store = where
	v.Viewer = &Viewer{config: config, boot: "viewer1", started: zero, now: v.clock.now, fleet: newFleet(v.clock.now),
		lanes: buffer.NewLanes(100, 100, 10), history: newHistory(where, v.clock.now, slog.New(slog.DiscardHandler))}
	v.listen = func() string { return "127.0.0.1:9120" }
	v.absent = func() map[laneKey]string { return nil }
	v.copied = v.absent
	var err error
	if v.link, err = newLink(&config, nil, nil, v.history, newLive(v.lanes, v.fleet), slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	v.Viewer.link = v.link.status
	v.history.opened = func(s *store.Store) { v.link.open(s, v.now) }
	v.history.report = v.record
	v.alarm = &standing{alarm: "store failing", record: v.record}
	t.Cleanup(func() { v.history.close() })
	return v
}

// pass lets seconds pass, one after the other.
func (v *testViewer) pass(t *testing.T, seconds int) {
	for range seconds {
		v.clock.at = v.clock.at.Add(time.Second)
		v.alarm.update(v.clock.at, v.storeFailing(v.clock.at))
		v.history.tend(t.Context())
	}
}

// publish has messages handled as those of the broker's session.
func (v *testViewer) publish(t *testing.T, events ...buffer.Event) error {
	t.Helper()
	var batch []uplink.Message
	for _, e := range events {
		batch = append(batch, uplink.Message{Kind: uplink.EventMessage, Prefix: "pychron", Agent: e.Source, Event: e})
	}
	if err := v.history.fails(); err != nil { // as the subscriber does
		return err
	}
	return v.link.handle(t.Context(), batch)
}

// unstored has messages handled as those of the second connection.
func (v *testViewer) unstored(t *testing.T, events ...buffer.Event) {
	t.Helper()
	batch := []uplink.Message{{Kind: uplink.StatusMessage, Prefix: "pychron", Agent: "line1", Payload: status(t, "online", "b1")}}
	for _, e := range events {
		batch = append(batch, uplink.Message{Kind: uplink.EventMessage, Prefix: "pychron", Agent: e.Source, Event: e})
	}
	if err := v.link.handleUnstored(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}

func (v *testViewer) service(t *testing.T, name string) telemetry.ServiceStatus {
	t.Helper()
	st, err := v.Status("")
	if err != nil {
		t.Fatalf("Status: %v; trouble of the store must not end it", err)
	}
	for _, s := range st.Services {
		if s.Service == name {
			return s
		}
	}
	t.Fatalf("no service %s among %+v", name, st.Services)
	return telemetry.ServiceStatus{}
}

// stored returns how many of an agent's readings are stored, and the metrics of the viewer's own events.
func (v *testViewer) stored(t *testing.T) (readings int, own string) {
	t.Helper()
	events, err := v.history.Events(t.Context(), buffer.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for e, err := range events {
		switch {
		case err != nil:
			t.Fatal(err)
		case e.Source == "line1":
			readings++
		default:
			own += e.Metric + " "
		}
	}
	return readings, own
}

// troubles are the ways in which a SQLite file stops being written at run time, and how that ends.
var troubles = map[string]struct {
	begin, end func(t *testing.T, where string)
	says       string
	keeps      bool // what was stored before
}{
	"cannot be written": {
		begin: func(t *testing.T, where string) {
			for _, table := range []string{"event", "reading"} {
				execute(t, where, `CREATE TRIGGER full_`+table+` BEFORE INSERT ON `+table+` BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END`)
			}
		},
		end: func(t *testing.T, where string) {
			execute(t, where, `DROP TRIGGER full_event`, `DROP TRIGGER full_reading`)
		},
		says: "database or disk is full", keeps: true,
	},
	"deleted": {begin: remove, says: "deleted"},
	"damaged": {begin: damage, says: "malformed"},
}

// execute executes statements as another program would.
func execute(t *testing.T, where string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", where)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func remove(t *testing.T, where string) {
	t.Helper()
	for _, part := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(where + part); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
}

// damage overwrites all pages but the first, after a write that makes every connection read them again.
func damage(t *testing.T, where string) {
	t.Helper()
	execute(t, where, `CREATE TABLE other (x)`, `PRAGMA wal_checkpoint(TRUNCATE)`)
	f, err := os.OpenFile(where, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	is, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xff}, int(is.Size()-4096)), 4096); err != nil {
		t.Fatal(err)
	}
}

func TestTroubleOfTheStoreLeavesTheLiveView(t *testing.T) {
	for name, trouble := range troubles {
		t.Run(name, func(t *testing.T) {
			where := filepath.Join(t.TempDir(), "events.db")
			v := newTestViewer(t, where)
			v.pass(t, 1)
			if err := v.publish(t, reading("b1", 1), reading("b1", 2)); err != nil {
				t.Fatal(err)
			}
			trouble.begin(t, where)
			if err := v.publish(t, reading("b1", 3)); err == nil {
				t.Fatal("handling a message = nil, want an error: it must not be acknowledged")
			}
			v.unstored(t, reading("b1", 3), reading("b1", 4))
			if s := v.service(t, "store"); trouble.end != nil && (s.Health != 3 || !strings.Contains(s.Text, trouble.says)) {
				t.Errorf("service store %+v, want unavailable because of %q", s, trouble.says)
			}
			if n := v.lanes.Readings.Stats().Position; n != 4 {
				t.Errorf("%d readings are shown, want 4", n)
			}
			v.pass(t, 40)
			if trouble.end != nil {
				if v.history.fails() == nil {
					t.Fatal("the trouble ended by itself")
				}
				trouble.end(t, where)
				v.pass(t, 40)
			}
			if err := v.publish(t, reading("b1", 3), reading("b1", 4), reading("b1", 5)); err != nil {
				t.Fatalf("after the trouble: %v", err)
			}
			v.pass(t, 60)
			want := 3
			if trouble.keeps {
				want = 5
			}
			got, own := v.stored(t)
			if got != want || v.lanes.Readings.Stats().Position != 5 {
				t.Errorf("%d readings stored and %d shown, want %d and 5, none twice", got, v.lanes.Readings.Stats().Position, want)
			}
			if !strings.Contains(own, "viewer_store_failures_total") || strings.Count(own, "alarm_active") != 2 {
				t.Errorf("of the viewer itself are stored %q, want the failure, and the alarm's begin and end", own)
			}
			if s := v.service(t, "store"); trouble.keeps != (s.Health == 1) {
				t.Errorf("service store %+v afterwards", s)
			}
		})
	}
}

// What an earlier file had is requested again of the agents.
func TestNewStoreRequestsWhatTheAgentsStillHave(t *testing.T) {
	where := filepath.Join(t.TempDir(), "events.db")
	v := newTestViewer(t, where)
	v.pass(t, 1)
	if err := v.publish(t, reading("b1", 1), reading("b1", 2)); err != nil {
		t.Fatal(err)
	}
	remove(t, where)
	v.pass(t, 5)
	m := uplink.Message{Kind: uplink.StatusMessage, Prefix: "pychron", Agent: "line1", Payload: []byte(`{"state":"online","boot":"b1","through":{"readings":2}}`)}
	if err := v.link.handle(t.Context(), []uplink.Message{m}); err != nil {
		t.Fatal(err)
	}
	select {
	case g := <-v.link.requests:
		if g.First != 1 || g.Last != 2 {
			t.Errorf("requested %d to %d, want 1 to 2", g.First, g.Last)
		}
	default:
		t.Error("nothing is requested")
	}
}

func TestViewerStartsWithoutItsStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "later")
	v := newTestViewer(t, filepath.Join(dir, "events.db"))
	v.pass(t, 3)
	v.unstored(t, reading("b1", 1))
	if s := v.service(t, "store"); s.Health != 3 {
		t.Errorf("service store %+v, want unavailable", s)
	}
	if got := only(t, v.fleet, v.clock.at).Points[0]; got.Value == nil || *got.Value != 1 {
		t.Errorf("point %+v, want it live", got)
	}
	if _, err := v.history.Events(t.Context(), buffer.Filter{}); !errors.Is(err, telemetry.ErrNoHistory) {
		t.Errorf("Events = %v, want ErrNoHistory", err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	v.pass(t, 60)
	if err := v.publish(t, reading("b1", 1)); err != nil {
		t.Fatal(err)
	}
	if n, own := v.stored(t); n != 1 || strings.Count(own, "alarm_active") != 2 {
		t.Errorf("%d readings and %q stored, want 1, and the alarm's begin and end", n, own)
	}
}

// The events of the viewer that waited too long are a gap.
func TestWaitingEventsAreBounded(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "later")
	v := newTestViewer(t, filepath.Join(dir, "events.db"))
	for range maxWaiting + 5 {
		v.record(&buffer.Event{Time: zero, Kind: buffer.System, Type: buffer.Counter, Metric: "x_total", Status: "success"})
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	v.pass(t, 2)
	gaps, err := v.history.Gaps(t.Context(), "", 10)
	if err != nil || len(gaps) != 1 || gaps[0].First != 1 || gaps[0].Last != 5 || !gaps[0].Declared {
		t.Errorf("gaps %+v, %v, want 1 to 5, declared", gaps, err)
	}
}
