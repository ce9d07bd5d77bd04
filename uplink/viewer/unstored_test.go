package main

import (
	"fmt"
	"path/filepath"
	"testing"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
)

// What was shown while nothing was stored, and lost by the broker before it could be, is accounted for: also that of a start that is over by
// then and that the agent could not write down.
func TestWhatWasShownUnstoredIsAccountedFor(t *testing.T) {
	v := newTestViewer(t, filepath.Join(t.TempDir(), "events.db"))
	v.history.tend(t.Context())
	event := func(e buffer.Event) uplink.Message {
		return uplink.Message{Kind: uplink.EventMessage, Prefix: "pychron", Agent: "line1", Event: e}
	}
	status := func(payload string) uplink.Message {
		return uplink.Message{Kind: uplink.StatusMessage, Prefix: "pychron", Agent: "line1", Payload: []byte(payload)}
	}
	handle := func(batch ...uplink.Message) {
		t.Helper()
		if err := v.link.handle(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	handle(event(reading("b1", 1)))
	unstored := []uplink.Message{event(reading("b1", 2)), event(reading("b2", 3)), event(reading("b2", 5)), status(`{"state":"online","boot":"b2","through":{"readings":6,"audit":2}}`)}
	if err := v.link.handleUnstored(t.Context(), unstored); err != nil {
		t.Fatal(err)
	}
	handle(event(reading("b3", 1)), status(`{"state":"online","boot":"b3","through":{"readings":1}}`))
	db, err := v.history.get()
	if err != nil {
		t.Fatal(err)
	}
	gaps := func() (out string) {
		t.Helper()
		all, err := db.Gaps(t.Context(), "line1", 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range all {
			out += fmt.Sprintf("%s/%s %d-%d declared=%v;", g.Boot, g.Lane, g.First, g.Last, g.Declared)
		}
		return out
	}
	want := "b1/audit 1-0 declared=true;b1/readings 2-2 declared=false;b1/readings 3-0 declared=true;b1/ingest 1-0 declared=true;" +
		"b2/audit 1-2 declared=false;b2/audit 3-0 declared=true;b2/readings 1-6 declared=false;b2/readings 7-0 declared=true;b2/ingest 1-0 declared=true;"
	if got := gaps(); got != want {
		t.Errorf("gaps  %s\nwant %s", got, want)
	}
	if n := len(v.link.heard.gaps(zero)); n != 0 {
		t.Errorf("%d lanes are still remembered once they are noted, want none", n)
	}
}
