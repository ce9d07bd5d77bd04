package telemetry

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// seqs is lane and number of the events in an answer: "a1 r1 r2".
func seqs(t *testing.T, body string) string {
	t.Helper()
	var all []struct {
		Lane string `json:"lane"`
		Seq  int    `json:"seq"`
	}
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		t.Fatalf("answer is no JSON array: %v: %.200s", err, body)
	}
	var out []string
	for _, e := range all {
		if e.Lane == "" { // what is left out
			continue
		}
		out = append(out, fmt.Sprintf("%s%d", e.Lane[:1], e.Seq))
	}
	return strings.Join(out, " ")
}

// fill gives the bench a small history: a1 r1 r2 a2 r3 i1 a3.
func fill(b *bench) {
	for _, e := range []*buffer.Event{
		event(buffer.Command, "commands_total", 1, 1, func(e *buffer.Event) {
			e.Type, e.Device, e.Labels, e.Note = buffer.Counter, "V1", buffer.MakeLabels("device", "V1", "control", "open", "result", "success"), `who=jr via=http why="Blank run"`
		}),
		event(buffer.Reading, "pressure_pascals", 1.2e-7, 2),
		event(buffer.Reading, "pressure_pascals", 1.3e-7, 3, func(e *buffer.Event) { e.Device = "ion2" }),
		event(buffer.Failure, "device_up", 0, 4, func(e *buffer.Event) { e.Severity, e.Status = buffer.Error, "timeout" }),
		event(buffer.Reading, "io", 0, 5, func(e *buffer.Event) { e.Severity = buffer.Debug }),
		event(buffer.Lifecycle, "run_started", 1, 6, func(e *buffer.Event) { e.Lane, e.Type, e.Device = buffer.Ingest, buffer.Counter, "" }),
		event(buffer.Recovery, "device_up", 1, 7, func(e *buffer.Event) { e.Boot, e.Source = "00000002", "line2" }),
	} {
		b.lanes.Append(e)
	}
}

func TestFilters(t *testing.T) {
	s, bench := newTestServer()
	fill(bench)
	for query, want := range map[string]string{
		"":                                  "a1 r1 r2 a2 r3 i1 a3",
		"type=counter":                      "a1 i1",
		"kind=command,failure":              "a1 a2",
		"kind=command&kind=failure":         "a1 a2",
		"severity=info":                     "a1 r1 r2 a2 i1 a3",
		"severity=error":                    "a2",
		"device=ion2":                       "r2",
		"source=line2":                      "a3",
		"lane=audit":                        "a1 a2 a3",
		"q=BLANK":                           "a1",
		"q=TimeOut":                         "a2",
		"q=ion2":                            "r2",
		"boot=00000002":                     "a3",
		"since=2026-11-22T18:00:04Z":        "a2 r3 i1 a3",
		"until=1795370403":                  "a1 r1",
		"limit=2":                           "i1 a3",
		"limit=1&kind=reading":              "r3",
		"limit=0":                           "a1 r1 r2 a2 r3 i1 a3",
		"limit=3&lane=audit":                "a1 a2 a3",
		"after=9f2c61aa.1.2.0":              "a2 r3 i1 a3",
		"after=9f2c61aa.1.2.0&limit=2":      "a2 r3",
		"after=9f2c61aa.3.3.1":              "",
		"after=00000000.3.3.1":              "a1 r1 r2 a2 r3 i1 a3", // another boot: from the beginning
		"after=9f2c61aa.99.3.1":             "a1 r1 r2 a2 r3 i1 a3", // a cursor that never was
		"after=9f2c61aa.0.0.0&kind=reading": "r1 r2 r3",
	} {
		w := s.ask(t, "GET", "/events?"+query, "")
		if w.Code != 200 {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
			continue
		}
		if got := seqs(t, w.Body.String()); got != want {
			t.Errorf("GET /events?%s = %s, want %s", query, got, want)
		}
	}
}

func TestGoingOnWhereOneLeftOff(t *testing.T) {
	s, bench := newTestServer()
	fill(bench)
	w := s.ask(t, "GET", "/events?limit=1", "")
	cursor := w.Header().Get(nextCursor)
	if cursor != "9f2c61aa.3.3.1" {
		t.Fatalf("cursor after the newest = %q, want 9f2c61aa.3.3.1", cursor)
	}
	bench.lanes.Append(event(buffer.Reading, "pressure_pascals", 2, 8))
	if got := seqs(t, s.ask(t, "GET", "/events?after="+cursor, "").Body.String()); got != "r4" {
		t.Errorf("events after %s = %s, want r4", cursor, got)
	}
	got, cursor := "", "9f2c61aa.0.0.0"
	for range 8 { // page by page
		w := s.ask(t, "GET", "/events?limit=1&kind=reading&after="+cursor, "")
		got += seqs(t, w.Body.String()) + " "
		cursor = w.Header().Get(nextCursor)
	}
	if strings.Join(strings.Fields(got), " ") != "r1 r2 r3 r4" || cursor != "9f2c61aa.3.4.1" {
		t.Errorf("page by page %q to %s, want r1 r2 r3 r4 to 9f2c61aa.3.4.1", got, cursor)
	}
	if w := s.ask(t, "GET", "/events?after=deadbeef.1.1.1", ""); w.Header().Get("X-Pychron-Edge-Reset") != "true" {
		t.Error("a cursor of another boot must be said to start over")
	}
}

// Who goes on from a cursor is told what was overwritten meanwhile, of the lanes that were asked for; the stream declares the same as a gap.
func TestGoingOnAfterEventsWereOverwritten(t *testing.T) {
	lanes := buffer.NewLanes(10, 4, 10)
	s, bench := newTestServer(func(o *ServerOptions) { o.Lanes = lanes })
	bench.lanes = lanes
	for n := range 7 {
		lanes.Append(event(buffer.Reading, "m", float64(n), float64(n)))
	}
	lanes.Append(event(buffer.Command, "m", 1, 9))
	const says = "overwritten before they were read, by position: readings 3 to 3"
	for query, want := range map[string]struct{ seqs, cut string }{
		"after=9f2c61aa.0.2.0":            {"r4 r5 r6 r7 a1", says},
		"after=9f2c61aa.0.2.0&limit=1":    {"r4", says},
		"after=9f2c61aa.0.2.0&lane=audit": {"a1", ""},
		"after=9f2c61aa.0.3.0":            {"r4 r5 r6 r7 a1", ""},
		"after=9f2c61aa.0.7.0":            {"a1", ""},
		"after=deadbeef.0.2.0":            {"r4 r5 r6 r7 a1", ""}, // it is told to begin anew
	} {
		w := s.ask(t, "GET", "/events?format=ndjson&"+query, "")
		first, rest, _ := strings.Cut(w.Body.String(), "\n")
		cut, isCut := strings.CutPrefix(first, `{"cut":"`)
		if !isCut {
			rest = w.Body.String()
		}
		if got := w.Header().Get(cutHeader); got != want.cut || isCut != (want.cut != "") || isCut && cut != want.cut+`"}` {
			t.Errorf("%s: cut %q in the header, %q first, want %q", query, got, first, want.cut)
		}
		if got := seqs(t, "["+strings.ReplaceAll(strings.TrimSpace(rest), "\n", ",")+"]"); got != want.seqs {
			t.Errorf("%s: %s, want %s", query, got, want.seqs)
		}
	}
}

func TestBootsAreMergedByArrival(t *testing.T) {
	s, bench := newTestServer()
	bench.boots = []string{"ffff", boot}
	old := func(e *buffer.Event) { e.Boot = "ffff" }
	for _, e := range []*buffer.Event{
		event(buffer.Command, "m", 1, 9000, old), event(buffer.Command, "m", 2, 1),
		event(buffer.Reading, "m", 3, 8000, old), event(buffer.Reading, "m", 4, 9500, old), event(buffer.Reading, "m", 5, .5),
	} {
		bench.lanes.Append(e)
	}
	if got := seqs(t, s.ask(t, "GET", "/events", "").Body.String()); got != "r1 a1 r2 r3 a2" {
		t.Errorf("merged %s, want r1 a1 r2 r3 a2: up within a boot, and boots as they came", got)
	}
}

func TestBadQuestions(t *testing.T) {
	s, _ := newTestServer()
	for query, says := range map[string]string{
		"colour=red":                         `"colour" is unknown; must be one of: format, units, separator, decimal, ` + strings.Join(buffer.FilterParameters, ", "),
		"kind=reeding":                       "reading, command",
		"type=summary":                       "counter, gauge, histogram",
		"severity=loud":                      "debug, info",
		"lane=fast":                          "audit, readings, ingest",
		"limit=-1":                           "from 0 to 50000",
		"limit=many":                         "whole number",
		"limit=1&limit=2":                    "once",
		"since=yesterday":                    "RFC 3339",
		"since=1e300":                        "RFC 3339",
		"since=NaN":                          "RFC 3339",
		"since=200&until=100":                "before since",
		"after=1.2.3":                        "<boot>.<audit>.<readings>.<ingest>",
		"after=a.b.c.d":                      "whole numbers",
		"format=xml":                         "json, ndjson, csv, spreadsheet, export, export-csv",
		"separator=pipe":                     "comma, semicolon, tab",
		"decimal=colon":                      "point, comma",
		"decimal=comma":                      "separator must be semicolon or tab",
		"units=psi":                          "torr, mbar, pa",
		"q=" + strings.Repeat("x", 201):      "must be at most 200",
		"device=" + strings.Repeat("a,", 65): "64",
		"q=%zz":                              "query",
		"a;b":                                "query",
	} {
		w := s.ask(t, "GET", "/events?"+query, "")
		if got := reply(t, w.Body.String()); w.Code != 400 || !strings.Contains(got, says) {
			t.Errorf("GET /events?%.40s = %d %q, want 400 and %q", query, w.Code, got, says)
		}
	}
}

func TestFormats(t *testing.T) {
	s, bench := newTestServer()
	fill(bench)
	bench.lanes.Append(event(buffer.Failure, "<script>alert(1)</script>", 0, 9, func(e *buffer.Event) {
		e.Note = "\"><img src=x onerror=alert(1)>\n=cmd|' /C calc'!A0"
	}))
	for _, empty := range []string{"", "&kind=clock"} {
		w := s.ask(t, "GET", "/events?format=json"+empty, "")
		var all []map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &all); err != nil || w.Header().Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("json%s: %v, %s", empty, err, w.Header().Get("Content-Type"))
		}
		n := len(all)
		lines := strings.Split(s.ask(t, "GET", "/events?format=ndjson"+empty, "").Body.String(), "\n")
		if len(lines) != n+1 || lines[n] != "" {
			t.Errorf("ndjson%s: %d lines, want %d", empty, len(lines)-1, n)
		}
		var export struct {
			Timestamp  *string
			Connection map[string]any
			Events     []map[string]any
		}
		w = s.ask(t, "GET", "/events?format=export"+empty, "")
		if err := json.Unmarshal(w.Body.Bytes(), &export); err != nil || export.Timestamp == nil || len(export.Events) != n || len(export.Connection) != 5 {
			t.Errorf("export%s: %v, %.200s", empty, err, w.Body)
		}
		for _, e := range export.Events {
			if len(e) != 6 {
				t.Errorf("an exported event has %d keys, want Pychron's six: %v", len(e), e)
			}
		}
		for format, columns := range map[string]int{"csv": 18, "export-csv": 6} {
			w := s.ask(t, "GET", "/events?format="+format+empty, "")
			rows, err := csv.NewReader(w.Body).ReadAll()
			if err != nil || len(rows) != n+1 || len(rows[0]) != columns || !strings.Contains(w.Header().Get("Content-Disposition"), ".csv") {
				t.Errorf("%s%s: %d rows, %v, want %d of %d columns", format, empty, len(rows), err, n+1, columns)
			}
		}
	}
	w := s.ask(t, "GET", "/events?format=csv&units=mbar&limit=7&kind=reading&device=ion2", "")
	if !strings.Contains(w.Body.String(), ",mbar,") || strings.Contains(s.ask(t, "GET", "/events?format=csv", "").Body.String(), ",mbar,") {
		t.Errorf("units: %s", w.Body)
	}
}

func TestClearHidesAndErasesNothing(t *testing.T) {
	s, bench := newTestServer()
	fill(bench)
	if w := s.ask(t, "DELETE", "/events", "", token("admin")); w.Code != 200 {
		t.Fatal(w.Body)
	}
	for _, query := range []string{"", "?after=9f2c61aa.0.0.0", "?after=old.1.1.1", "?limit=0", "?since=0"} {
		if got := seqs(t, s.ask(t, "GET", "/events"+query, "").Body.String()); got != "a4" {
			t.Errorf("GET /events%s after the clear = %s, want a4, which tells of it", query, got)
		}
	}
	if n := bench.lanes.Readings.Stats().Events; n != 3 {
		t.Errorf("the ring holds %d readings, want 3: nothing is erased", n)
	}
	bench.err = errors.New("journal full")
	bench.lanes.Append(event(buffer.Reading, "m", 1, 9))
	if w := s.ask(t, "DELETE", "/events", "", token("admin")); w.Code != 500 || seqs(t, s.ask(t, "GET", "/events?lane=readings", "").Body.String()) != "r4" {
		t.Errorf("a clear that failed moved the clear mark: %d", w.Code)
	}
}

// A clear is a place in the rings, not a time: what comes behind it is shown although the clock was set back since, or a client's is slow.
func TestClearHidesNothingThatCameLater(t *testing.T) {
	for name, archive := range map[string]Archive{"rings alone": nil, "with a store": &store{}} {
		s, bench := newTestServer(func(o *ServerOptions) { o.Archive = archive })
		fill(bench)
		if w := s.ask(t, "DELETE", "/events", "", token("admin")); w.Code != 200 {
			t.Fatal(w.Body)
		}
		bench.lanes.Append(event(buffer.Lifecycle, "run_started", 1, 9, func(e *buffer.Event) {
			e.Lane, e.Time, e.Labels = buffer.Ingest, start.Add(-time.Hour), buffer.MakeLabels("run_id", "behind")
		}))
		if got := seqs(t, s.ask(t, "GET", "/events?lane=ingest", "").Body.String()); !strings.HasPrefix(got, "i") {
			t.Errorf("%s: GET /events = %q after a clear and an event that is an hour older, want that event", name, got)
		}
		if body := s.ask(t, "GET", "/runs?since=0", "").Body.String(); archive == nil && !strings.Contains(body, "behind") {
			t.Errorf("%s: GET /runs = %s, want the run that began behind the clear", name, body)
		}
	}
}
