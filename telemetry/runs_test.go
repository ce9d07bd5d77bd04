package telemetry

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
	"pychron-edge/telemetry/runs"
)

// runLab is a day of runs as an agent holds it, and as a store does.
type runLab struct {
	lanes   buffer.Lanes
	history *History
	packer  *block.Packer
	store   store
	seq     map[buffer.Lane]uint64
}

func newRunLab() *runLab {
	l := &runLab{lanes: buffer.NewLanes(500, 32, 500), seq: map[buffer.Lane]uint64{}}
	l.history = &History{Trend: NewTrend(), Long: block.NewRing(1 << 20), Readings: l.lanes.Readings, Silence: func() time.Duration { return 150 * time.Second }}
	l.packer = block.NewPacker(l.lanes.Readings, l.history.Long)
	return l
}

// add records an event that happened s seconds after the start.
func (l *runLab) add(s float64, e buffer.Event, labels ...string) {
	e.Source, e.Boot, e.Up = "line1", boot, time.Duration(s*float64(time.Second))
	e.Time = start.Add(e.Up)
	if e.Labels == "" {
		e.Labels = buffer.MakeLabels(labels...)
	}
	if e.Severity == 0 {
		e.Severity = buffer.Info
	}
	if e.Status == "" {
		e.Status = "success"
	}
	e.Lane = buffer.For(&e)
	l.seq[e.Lane]++
	e.Seq = l.seq[e.Lane]
	l.lanes.Append(&e)
	l.packer.Pack()
	l.store.events = append(l.store.events, e)
}

func (l *runLab) post(s float64, metric string, labels ...string) {
	e := buffer.Event{Lane: buffer.Ingest, Kind: buffer.Lifecycle, Type: buffer.Counter, Metric: metric, Value: 1}
	l.add(s, e, labels...)
}

// run plays one run from s on: a laser at so many watts for 10 s, a pressure, and V6 that opens for 30 s.
func (l *runLab) run(id string, s, watts float64, status string) {
	l.post(s, "run_started", "run_id", id, "queue", "A", "run_type", "air")
	l.post(s+1, "extraction_started", "run_id", id)
	for i := range 60 {
		l.add(s+float64(i), buffer.Event{Kind: buffer.Reading, Type: buffer.Gauge, Device: "ion1", Point: "ig", Unit: buffer.Pascals, Metric: "pressure_pascals", Value: 1e-6 * float64(1+i)})
	}
	laser := func(at float64, kind buffer.Kind, metric, point string, v float64) {
		l.add(s+at, buffer.Event{Kind: kind, Type: buffer.Gauge, Device: "laser", Point: point, Metric: metric, Unit: buffer.UnitNamed(metric), Value: v})
	}
	laser(2, buffer.Reading, "laser_output_watts", "output", watts)
	laser(5, buffer.State, "laser_is_enabled", "enabled", 1)
	laser(15, buffer.State, "laser_is_enabled", "enabled", 0)
	for i, at := range []float64{20, 50} {
		l.add(s+at, buffer.Event{Kind: buffer.State, Type: buffer.Gauge, Device: "V6", Point: "open", Metric: "valve_is_open", Value: float64(1 - i)})
		l.add(s+at+.01, buffer.Event{Kind: buffer.Command, Type: buffer.Counter, Device: "V6", Metric: "commands_total", Value: 1, Note: fmt.Sprintf("who=pychron took=%dms", 240+i)},
			"device", "V6", "control", "open", "result", "success")
	}
	l.post(s+59, "extraction_completed", "run_id", id, "status", status)
	l.post(s+60, "run_completed", "run_id", id, "queue", "A", "status", status)
}

func (l *runLab) server(archive Archive, now float64) *Server {
	s, b := newTestServer(func(o *ServerOptions) {
		o.Archive, o.Lanes = archive, l.lanes
		o.Now = func() time.Time { return start.Add(time.Duration(now * float64(time.Second))) }
	})
	b.lanes = l.lanes
	return s
}

func TestPassportOfAnAgentAndOfAStore(t *testing.T) {
	l := newRunLab()
	for i := range 6 {
		l.run(fmt.Sprint("r", i), float64(100*i), 2+float64(i)/10, "success")
	}
	l.run("bad", 600, 9, "failed")
	l.post(650, "database_save", "run_id", "bad", "status", "failed")
	l.add(655, buffer.Event{Kind: buffer.Trip, Severity: buffer.Error, Type: buffer.Gauge, Metric: "interlock_tripped", Value: 1, Status: "tripped", Note: "why=\"high\""}, "rule", "overpressure")
	l.post(700, "run_started", "run_id", "now", "queue", "A", "run_type", "air")
	want, err := os.ReadFile("testdata/passport.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, archive := range map[string]Archive{"agent": l.history, "store": &l.store} {
		t.Run(name, func(t *testing.T) {
			s := l.server(archive, 730)
			var pretty bytes.Buffer
			if err := json.Indent(&pretty, s.ask(t, "GET", "/runs/bad", "").Body.Bytes(), "", " "); err != nil {
				t.Fatal(err)
			}
			if strings.TrimSpace(pretty.String()) != strings.TrimSpace(string(want)) {
				t.Errorf("GET /runs/bad = %s, want testdata/passport.json", pretty.String())
			}
		})
	}
}

func TestRunsAreListed(t *testing.T) {
	l := newRunLab()
	for i := range 6 {
		l.run(fmt.Sprint("r", i), float64(100*i), 2, "success")
	}
	l.run("bad", 600, 9, "failed")
	l.post(700, "run_started", "run_id", "now", "queue", "A", "run_type", "air")
	l.post(705, "run_started", "run_id", "other spectrometer", "queue", "B")
	for name, archive := range map[string]Archive{"agent": l.history, "store": &l.store} {
		s := l.server(archive, 730)
		for query, want := range map[string]string{
			"":                       "other spectrometer,now,bad,r5,r4,r3,r2,r1,r0",
			"?limit=2":               "other spectrometer,now +",
			"?state=running":         "other spectrometer,now",
			"?state=lost":            "",
			"?faulty=yes":            "bad",
			"?q=R3":                  "r3",
			"?q=FAILED":              "bad",
			"?source=line2":          "",
			"?until=" + at(150):      "r1,r0",
			"?since=" + at(645):      "other spectrometer,now,bad",
			"?source=line1&q=spectr": "other spectrometer",
		} {
			var got runsAnswer
			if err := json.Unmarshal(s.ask(t, "GET", "/runs"+query, "").Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, r := range got.Runs {
				names = append(names, r.ID)
			}
			if text := strings.Join(names, ",") + map[bool]string{true: " +"}[got.More]; text != want {
				t.Errorf("%s: GET /runs%s = %q, want %q", name, query, text, want)
			}
		}
		var got runsAnswer
		_ = json.Unmarshal(s.ask(t, "GET", "/runs?state=running&q=now", "").Body.Bytes(), &got)
		if p := got.Runs[0].Progress; p == nil || *p != (runs.Progress{Elapsed: 30, Expected: 60, Of: 6}) {
			t.Errorf("%s: progress %+v, want 30 of 60 s by 6", name, p)
		}
	}
}

func at(s float64) string {
	return start.Add(time.Duration(s * float64(time.Second))).Format(time.RFC3339)
}

func TestRunsAreRefused(t *testing.T) {
	l := newRunLab()
	s := l.server(l.history, 10)
	for query, says := range map[string]string{
		"/runs?state=odd": "running, ended, lost",
		"/runs?faulty=no": "must be yes",
		"/runs?limit=501": "1 to 500",
		"/runs?x=1":       `"x"`,
		"/runs?since=" + at(10) + "&until=" + at(5): "until is before since",
		"/runs/nobody":         "must be one of GET /runs",
		"/runs/nobody?limit=3": `"limit"`,
		"/runs/" + strings.Repeat("x", 150) + "?source=": "not among",
	} {
		w := s.ask(t, "GET", query, "")
		if got := reply(t, w.Body.String()); w.Code != 400 && w.Code != 404 || !strings.Contains(got, says) {
			t.Errorf("GET %s: %d %q, want %q", query, w.Code, got, says)
		}
	}
}

// What was cleared is shown in no run either.
func TestClearedRunsAreNotListed(t *testing.T) {
	l := newRunLab()
	l.run("old", 0, 2, "success")
	s := l.server(l.history, 730)
	s.log.cleared.set(l.lanes.Now(), start.Add(100*time.Second))
	l.run("new", 200, 2, "success")
	if body := s.ask(t, "GET", "/runs", "").Body.String(); strings.Contains(body, `"old"`) || !strings.Contains(body, `"new"`) {
		t.Errorf("runs %s, want the new one alone", body)
	}
}
