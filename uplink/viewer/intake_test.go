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
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/store"
)

var zero = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

func reading(boot string, seq uint64) buffer.Event {
	return buffer.Event{Source: "line1", Boot: boot, Lane: buffer.Readings, Seq: seq, Time: zero.Add(time.Duration(seq) * time.Second),
		Up: time.Duration(seq) * time.Second, Device: "ion1", Point: "ig", Unit: buffer.Pascals, Kind: buffer.Reading, Severity: buffer.Info, Type: buffer.Gauge,
		Metric: "pressure_pascals", Value: float64(seq), Labels: buffer.MakeLabels("device", "ion1", "channel", "ig"), Status: "success"}
}

// testIntake is an intake with a store of its own that keeps its resend requests.
type testIntake struct {
	*intake
	requested []store.Gap
}

func newTestIntake(t *testing.T) *testIntake {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "events.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	now := func() time.Time { return zero }
	in := &testIntake{}
	in.intake = newIntake(s, newLive(buffer.NewLanes(10, 100, 10), newFleet(now)), now, func(g store.Gap) { in.requested = append(in.requested, g) }, slog.New(slog.DiscardHandler))
	return in
}

func (in *testIntake) add(t *testing.T, events ...buffer.Event) {
	t.Helper()
	if err := in.events(t.Context(), events); err != nil {
		t.Fatal(err)
	}
}

func (in *testIntake) gaps(t *testing.T) string {
	t.Helper()
	all, err := in.store.(*store.Store).Gaps(t.Context(), "", 100)
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
	in := newTestIntake(t)
	in.add(t, reading("b1", 1), reading("b1", 2), reading("b1", 6))
	if got, want := in.gaps(t), "b1/readings 3-5 declared=false;"; got != want {
		t.Errorf("gaps %q, want %q", got, want)
	}
	if len(in.requested) != 1 || in.requested[0].First != 3 || in.requested[0].Last != 5 {
		t.Errorf("requested %+v, want 3-5 once", in.requested)
	}
	in.add(t, reading("b1", 3), reading("b1", 4))
	if got := in.gaps(t); got == "" {
		t.Error("the gap is gone although 5 is missing")
	}
	in.add(t, reading("b1", 5), reading("b1", 7))
	if got := in.gaps(t); got != "" {
		t.Errorf("gaps %q after all arrived, want none", got)
	}
	if n := in.live.lanes.Readings.Stats().Position; n != 7 {
		t.Errorf("%d events shown, want 7: an open page has what came late, too", n)
	}
	in.add(t, reading("b1", 3), reading("b1", 5))
	if n := in.live.lanes.Readings.Stats().Position; n != 7 {
		t.Errorf("%d events shown, want 7: none twice", n)
	}
}

func TestDuplicatesAreNeitherShownNorStored(t *testing.T) {
	in := newTestIntake(t)
	in.add(t, reading("b1", 1), reading("b1", 2))
	in.add(t, reading("b1", 1), reading("b1", 2), reading("b1", 3))
	if n := in.live.lanes.Readings.Stats().Position; n != 3 {
		t.Errorf("%d events shown, want 3", n)
	}
	again := newIntake(in.store, in.live, in.now, in.request, in.log) // the viewer starts again
	if err := again.events(t.Context(), []buffer.Event{reading("b1", 3), reading("b1", 4)}); err != nil {
		t.Fatal(err)
	}
	if n := in.live.lanes.Readings.Stats().Position; n != 4 {
		t.Errorf("%d events shown after a restart, want 4", n)
	}
}

func TestDeclaredGapIsNotRequested(t *testing.T) {
	in := newTestIntake(t)
	in.add(t, reading("b1", 1))
	if err := in.declared(t.Context(), store.Gap{Source: "line1", Boot: "b1", Lane: buffer.Readings, First: 2, Last: 900}); err != nil {
		t.Fatal(err)
	}
	in.add(t, reading("b1", 901))
	if len(in.requested) != 0 {
		t.Errorf("requested %+v, want nothing", in.requested)
	}
	if got, want := in.gaps(t), "b1/readings 2-900 declared=true;"; got != want {
		t.Errorf("gaps %q, want %q", got, want)
	}
}

func TestFirstContactRequestsEarlierEvents(t *testing.T) {
	in := newTestIntake(t)
	in.add(t, reading("b1", 40))
	if len(in.requested) != 1 || in.requested[0].First != 1 || in.requested[0].Last != 39 {
		t.Errorf("requested %+v, want 1-39", in.requested)
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

func TestBootWithoutCleanStopLeavesAGapOfUnknownEnd(t *testing.T) {
	for _, clean := range []bool{false, true} {
		in := newTestIntake(t)
		in.add(t, reading("b1", 1), reading("b1", 2))
		if clean {
			in.add(t, buffer.Event{Source: "line1", Boot: "b1", Lane: buffer.Audit, Seq: 1, Time: zero, Kind: buffer.System,
				Type: buffer.Counter, Metric: "agent_stops_total", Value: 1, Status: "success"})
		}
		if err := in.status(t.Context(), "line1", status(t, "online", "b2")); err != nil {
			t.Fatal(err)
		}
		want := "b1/audit 1-0 declared=true;b1/readings 3-0 declared=true;b1/ingest 1-0 declared=true;"
		if clean {
			want = ""
		}
		if got := in.gaps(t); got != want {
			t.Errorf("clean stop %v: gaps %q, want %q", clean, got, want)
		}
	}
}

func TestGapsAreRequestedWhenTheAgentIsOnlineAgain(t *testing.T) {
	in := newTestIntake(t)
	in.add(t, reading("b1", 1), reading("b1", 5))
	in.requested = nil
	if err := in.status(t.Context(), "line1", status(t, "online", "b1")); err != nil {
		t.Fatal(err)
	}
	if len(in.requested) != 1 || in.requested[0].First != 2 {
		t.Errorf("requested %+v, want 2-4 again", in.requested)
	}
}

// What is lost for good does not hide what may still come, however much of it there is.
func TestOldGapIsRequestedBehindManyThatAreDeclared(t *testing.T) {
	in := newTestIntake(t)
	in.add(t, reading("b1", 1), reading("b1", 5))
	for seq := uint64(10); seq < 410; seq += 2 {
		in.add(t, reading("b1", seq))
		if err := in.declared(t.Context(), store.Gap{Source: "line1", Boot: "b1", Lane: buffer.Readings, First: seq - 1, Last: seq - 1}); err != nil {
			t.Fatal(err)
		}
	}
	in.requested = nil
	if err := in.status(t.Context(), "line1", status(t, "online", "b1")); err != nil {
		t.Fatal(err)
	}
	if len(in.requested) == 0 || in.requested[0].First != 2 || in.requested[0].Last != 4 {
		t.Errorf("requested %+v, want 2-4", in.requested)
	}
}

func TestMalformedStatusIsLeftOut(t *testing.T) {
	in := newTestIntake(t)
	if err := in.status(t.Context(), "line1", []byte(`{"state":7}`)); err != nil {
		t.Errorf("status = %v, want nil: an error would make the broker send it for ever", err)
	}
}

func TestFailureOfTheStoreIsNotAcknowledged(t *testing.T) {
	in := newTestIntake(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := in.events(ctx, []buffer.Event{reading("b1", 1)}); err == nil {
		t.Error("events stored with a done context = nil, want an error")
	}
	in.add(t, reading("b1", 1))
	if n := in.live.lanes.Readings.Stats().Position; n != 1 {
		t.Errorf("%d events shown, want 1", n)
	}
}

// The broker was killed and the agent was back before the viewer: nobody received what it sent then.
func TestPublishedEventsThatWereNotSeenAreRequested(t *testing.T) {
	in := newTestIntake(t)
	in.add(t, reading("b1", 1))
	online := []byte(`{"state":"online","boot":"b1","through":{"readings":3}}`)
	if err := in.status(t.Context(), "line1", online); err != nil {
		t.Fatal(err)
	}
	if len(in.requested) != 1 || in.requested[0].First != 2 || in.requested[0].Last != 3 {
		t.Fatalf("requested %+v, want 2-3", in.requested)
	}
	in.add(t, reading("b1", 2))
	if in.gaps(t) == "" {
		t.Error("the gap is gone although 3 is missing")
	}
	in.add(t, reading("b1", 3))
	if got := in.gaps(t); got != "" {
		t.Errorf("gaps %q after all arrived, want none", got)
	}
	if n := in.live.lanes.Readings.Stats().Position; n != 3 {
		t.Errorf("%d events shown, want 3: they are new", n)
	}
	if err := in.status(t.Context(), "line1", online); err != nil {
		t.Fatal(err)
	}
	if len(in.requested) != 1 {
		t.Errorf("requested %+v after all arrived, want nothing more", in.requested)
	}
}

// A gap of exactly one event is a gap in each way it can arise.
func TestGapOfOneEvent(t *testing.T) {
	for name, c := range map[string]struct {
		happens   func(t *testing.T, in *testIntake)
		gaps      string
		requested string
	}{
		"a jump over one": {func(t *testing.T, in *testIntake) {
			in.add(t, reading("b1", 1), reading("b1", 3))
		}, "b1/readings 2-2 declared=false;", "2-2"},
		"the first event is missing": {func(t *testing.T, in *testIntake) {
			in.add(t, reading("b1", 2))
		}, "b1/readings 1-1 declared=false;", "1-1"},
		"the agent has published one more": {func(t *testing.T, in *testIntake) {
			in.add(t, reading("b1", 1))
			if err := in.status(t.Context(), "line1", []byte(`{"state":"online","boot":"b1","through":{"readings":2}}`)); err != nil {
				t.Fatal(err)
			}
		}, "b1/readings 2-2 declared=false;", "2-2"},
		"the agent declares one": {func(t *testing.T, in *testIntake) {
			in.add(t, reading("b1", 1))
			if err := in.declared(t.Context(), store.Gap{Source: "line1", Boot: "b1", Lane: buffer.Readings, First: 2, Last: 2}); err != nil {
				t.Fatal(err)
			}
			in.add(t, reading("b1", 3))
		}, "b1/readings 2-2 declared=true;", ""},
		"it is filled": {func(t *testing.T, in *testIntake) {
			in.add(t, reading("b1", 1), reading("b1", 3))
			in.add(t, reading("b1", 2))
		}, "", "2-2"},
		"no gap": {func(t *testing.T, in *testIntake) {
			in.add(t, reading("b1", 1), reading("b1", 2))
		}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := newTestIntake(t)
			c.happens(t, in)
			if got := in.gaps(t); got != c.gaps {
				t.Errorf("gaps %q, want %q", got, c.gaps)
			}
			var requested string
			for _, g := range in.requested {
				requested += fmt.Sprintf("%d-%d", g.First, g.Last)
			}
			if requested != c.requested {
				t.Errorf("requested %q, want %q", requested, c.requested)
			}
		})
	}
}

// A block of old readings is stored once, fills what was missing, and does not come to the live page.
func TestBlockOfReadings(t *testing.T) {
	in := newTestIntake(t)
	if err := in.events(t.Context(), []buffer.Event{reading("b1", 1), reading("b1", 50)}); err != nil {
		t.Fatal(err)
	}
	var old []buffer.Event
	for seq := uint64(2); seq < 50; seq++ {
		old = append(old, reading("b1", seq))
	}
	for range 2 {
		if err := handleMessages(t.Context(), in.intake, []uplink.Message{{Kind: uplink.BlockMessage, Prefix: "pychron", Agent: "line1", Events: old}}); err != nil {
			t.Fatal(err)
		}
	}
	if missing, err := in.store.FirstMissing(t.Context(), "line1", "b1", buffer.Readings); missing != 0 || err != nil {
		t.Errorf("FirstMissing = %d, %v, want nothing", missing, err)
	}
	events, err := in.store.(*store.Store).Events(t.Context(), buffer.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for range events {
		n++
	}
	if n != 50 || len(in.requested) != 1 {
		t.Errorf("%d events stored, %d requests, want 50 and that of the first jump", n, len(in.requested))
	}
	if s := in.live.lanes.Readings.Stats(); s.Position != 2 {
		t.Errorf("%d readings came to the live page, want the two that came alone", s.Position)
	}
}
