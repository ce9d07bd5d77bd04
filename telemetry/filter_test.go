package telemetry

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"pychron-edge/buffer"
)

// TestFilterVectors picks what the page's filter picks from the same events: web/test/filter.test.js reads the same file.
func TestFilterVectors(t *testing.T) {
	data, err := os.ReadFile("web/test/filter_vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Events  []json.RawMessage
		Vectors []struct {
			Query string
			Picks []int
		}
	}
	if err := json.Unmarshal(data, &file); err != nil || len(file.Vectors) < 30 {
		t.Fatalf("%v, %d vectors", err, len(file.Vectors))
	}
	s, bench := newTestServer()
	bench.boots = []string{boot, "00000002"}
	var events []buffer.Event
	for _, raw := range file.Events {
		var e buffer.Event
		if err := buffer.ParseJSON(raw, &e); err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		events = append(events, e)
		bench.lanes.Append(&e)
	}
	for _, v := range file.Vectors {
		q := buffer.ParseQuery(v.Query, buffer.FilterParameters...)
		f := buffer.ParseFilter(q)
		got := []int{}
		for i := range events {
			if f.Match(&events[i]) {
				got = append(got, int(events[i].Seq))
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(v.Picks) || q.Err() != nil {
			t.Errorf("%s picks %v, %v, want %v", v.Query, got, q.Err(), v.Picks)
		}
		var want []string
		for _, seq := range v.Picks {
			want = append(want, fmt.Sprintf("%s%d", events[seq-1].Lane.String()[:1], seq))
		}
		if got := seqs(t, s.ask(t, "GET", "/events?"+v.Query, "").Body.String()); got != strings.Join(want, " ") {
			t.Errorf("GET /events?%s = %s, want %s", v.Query, got, want)
		}
	}
}
