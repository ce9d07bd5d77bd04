package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink/viewer/store"
)

var zero = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

func reading(boot string, seq uint64) buffer.Event {
	return buffer.Event{Source: "line1", Boot: boot, Lane: buffer.Readings, Seq: seq, Time: zero.Add(time.Duration(seq) * time.Second),
		Up: time.Duration(seq) * time.Second, Device: "ion1", Point: "ig", Unit: buffer.Pascals, Kind: buffer.Reading, Severity: buffer.Info, Type: buffer.Gauge,
		Metric: "pressure_pascals", Value: float64(seq), Labels: buffer.MakeLabels("device", "ion1", "channel", "ig"), Status: "success"}
}

// desk is an intake on a store of its own that keeps what it would ask for.
type desk struct {
	*intake
	asked []store.Gap
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "events.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	now := func() time.Time { return zero }
	d := &desk{}
	d.intake = newIntake(s, buffer.NewLanes(10, 100, 10), newFleet(now), now, func(g store.Gap) { d.asked = append(d.asked, g) }, slog.New(slog.DiscardHandler))
	return d
}

func (d *desk) take(t *testing.T, events ...buffer.Event) {
	t.Helper()
	if err := d.events(t.Context(), events); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) gaps(t *testing.T) string {
	t.Helper()
	all, err := d.store.Gaps(t.Context(), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	var out string
	for _, g := range all {
		out += fmt.Sprintf("%s/%s %d-%d declared=%v;", g.Boot, g.Lane, g.First, g.Last, g.Declared)
	}
	return out
}

func TestJumpIsAGapUntilItIsFilled(t *testing.T) {
	d := newDesk(t)
	d.take(t, reading("b1", 1), reading("b1", 2), reading("b1", 6))
	if got, want := d.gaps(t), "b1/readings 3-5 declared=false;"; got != want {
		t.Errorf("gaps %q, want %q", got, want)
	}
	if len(d.asked) != 1 || d.asked[0].First != 3 || d.asked[0].Last != 5 {
		t.Errorf("asked for %+v, want 3-5 once", d.asked)
	}
	d.take(t, reading("b1", 3), reading("b1", 4))
	if got := d.gaps(t); got == "" {
		t.Error("the gap is gone although 5 is missing")
	}
	d.take(t, reading("b1", 5), reading("b1", 7))
	if got := d.gaps(t); got != "" {
		t.Errorf("gaps %q after all arrived, want none", got)
	}
	if n := d.lanes.Readings.Stats().Position; n != 4 {
		t.Errorf("%d events shown live, want 4: what came late is history", n)
	}
}

func TestDuplicatesAreNeitherShownNorStored(t *testing.T) {
	d := newDesk(t)
	d.take(t, reading("b1", 1), reading("b1", 2))
	d.take(t, reading("b1", 1), reading("b1", 2), reading("b1", 3))
	if n := d.lanes.Readings.Stats().Position; n != 3 {
		t.Errorf("%d events shown, want 3", n)
	}
	again := newIntake(d.store, d.lanes, d.fleet, d.now, d.ask, d.log) // the viewer starts again
	if err := again.events(t.Context(), []buffer.Event{reading("b1", 3), reading("b1", 4)}); err != nil {
		t.Fatal(err)
	}
	if n := d.lanes.Readings.Stats().Position; n != 4 {
		t.Errorf("%d events shown after a restart, want 4", n)
	}
}

func TestDeclaredGapIsNotAskedFor(t *testing.T) {
	d := newDesk(t)
	d.take(t, reading("b1", 1))
	if err := d.declared(t.Context(), store.Gap{Source: "line1", Boot: "b1", Lane: buffer.Readings, First: 2, Last: 900}); err != nil {
		t.Fatal(err)
	}
	d.take(t, reading("b1", 901))
	if len(d.asked) != 0 {
		t.Errorf("asked for %+v, want nothing", d.asked)
	}
	if got, want := d.gaps(t), "b1/readings 2-900 declared=true;"; got != want {
		t.Errorf("gaps %q, want %q", got, want)
	}
}

func TestFirstContactAsksForWhatCameBefore(t *testing.T) {
	d := newDesk(t)
	d.take(t, reading("b1", 40))
	if len(d.asked) != 1 || d.asked[0].First != 1 || d.asked[0].Last != 39 {
		t.Errorf("asked for %+v, want 1-39", d.asked)
	}
}

func status(t *testing.T, state, boot string) []byte {
	t.Helper()
	b, err := json.Marshal(map[string]any{"state": state, "boot": boot, "heartbeat": 60, "http": "http://10.0.0.7:9119",
		"devices": []telemetry.DeviceStatus{{Name: "ion1", Health: "healthy", Points: []telemetry.PointStatus{{Point: "ig", Channel: "ig", Name: "pressure", Unit: buffer.Pascals}}}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBootWithoutGoodByeLeavesAGapOfUnknownEnd(t *testing.T) {
	for _, clean := range []bool{false, true} {
		d := newDesk(t)
		d.take(t, reading("b1", 1), reading("b1", 2))
		if clean {
			d.take(t, buffer.Event{Source: "line1", Boot: "b1", Lane: buffer.Audit, Seq: 1, Time: zero, Kind: buffer.System,
				Type: buffer.Counter, Metric: "agent_stops_total", Value: 1, Status: "success"})
		}
		if err := d.status(t.Context(), "line1", status(t, "online", "b2")); err != nil {
			t.Fatal(err)
		}
		want := "b1/readings 3-0 declared=true;"
		if clean {
			want = ""
		}
		if got := d.gaps(t); got != want {
			t.Errorf("clean stop %v: gaps %q, want %q", clean, got, want)
		}
	}
}

func TestAgentOnlineAgainIsAskedForItsGaps(t *testing.T) {
	d := newDesk(t)
	d.take(t, reading("b1", 1), reading("b1", 5))
	d.asked = nil
	if err := d.status(t.Context(), "line1", status(t, "online", "b1")); err != nil {
		t.Fatal(err)
	}
	if len(d.asked) != 1 || d.asked[0].First != 2 {
		t.Errorf("asked for %+v, want 2-4 again", d.asked)
	}
}

func TestBrokenStatusIsLeftOut(t *testing.T) {
	d := newDesk(t)
	if err := d.status(t.Context(), "line1", []byte(`{"state":7}`)); err != nil {
		t.Errorf("status = %v, want nil: an error would make the broker send it for ever", err)
	}
}

func TestStoreThatFailsIsNotAcknowledged(t *testing.T) {
	d := newDesk(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.events(ctx, []buffer.Event{reading("b1", 1)}); err == nil {
		t.Error("events stored with a done context = nil, want an error")
	}
	d.take(t, reading("b1", 1))
	if n := d.lanes.Readings.Stats().Position; n != 1 {
		t.Errorf("%d events shown, want 1", n)
	}
}

// The broker was killed; the agent was back before the viewer, and what it sent then nobody heard.
func TestWhatNobodyHeardIsAskedFor(t *testing.T) {
	d := newDesk(t)
	d.take(t, reading("b1", 1))
	word := []byte(`{"state":"online","boot":"b1","through":{"readings":3}}`)
	if err := d.status(t.Context(), "line1", word); err != nil {
		t.Fatal(err)
	}
	if len(d.asked) != 1 || d.asked[0].First != 2 || d.asked[0].Last != 3 {
		t.Fatalf("asked for %+v, want 2-3", d.asked)
	}
	d.take(t, reading("b1", 2))
	if d.gaps(t) == "" {
		t.Error("the gap is gone although 3 is missing")
	}
	d.take(t, reading("b1", 3))
	if got := d.gaps(t); got != "" {
		t.Errorf("gaps %q after all arrived, want none", got)
	}
	if n := d.lanes.Readings.Stats().Position; n != 3 {
		t.Errorf("%d events shown, want 3: the newest are news", n)
	}
	if err := d.status(t.Context(), "line1", word); err != nil {
		t.Fatal(err)
	}
	if len(d.asked) != 1 {
		t.Errorf("asked for %+v after all arrived, want nothing more", d.asked)
	}
}
