package blackbox

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// scene is a box of an agent that started when the scene did, with one gauge that is read every second.
type scene struct {
	t         *testing.T
	box       *Box
	lanes     buffer.Lanes
	start     time.Time
	published []string
	exchanges []telemetry.ShownExchange
	asked     atomic.Int64 // how often for them
}

// play runs f in a bubble, while the box runs and the gauge is read.
func play(t *testing.T, f func(s *scene)) {
	synctest.Test(t, func(t *testing.T) {
		s := &scene{t: t, lanes: buffer.NewLanes(1000, 1000, 1000), start: time.Now()}
		s.box = New(Env{Source: "line1", Boot: "b1", Up: s.up, ZeroWall: func() time.Time { return s.start }, Lanes: s.lanes,
			Publish: func(packed []byte) { s.published = append(s.published, packedID(t, packed)) }, Log: slog.New(slog.DiscardHandler)})
		s.box.watched = func(device string) bool { return device == "ion1" }
		s.box.exchanges = func() []telemetry.ShownExchange {
			s.asked.Add(1)
			return s.exchanges
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.box.Run(ctx) }()
		f(s)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// packedID is the id of what was published.
func packedID(t *testing.T, packed []byte) string {
	data, err := Unpack(packed)
	var one telemetry.TripSummary
	if err = errors.Join(err, json.Unmarshal(data, &one)); err != nil {
		t.Error(err)
	}
	return one.ID
}

func (s *scene) up() time.Duration { return time.Since(s.start) }

// pass reads the gauge at every half second past for so long: its value is that time.
func (s *scene) pass(d time.Duration) {
	for end := s.up() + d; s.up() < end; {
		time.Sleep(500 * time.Millisecond)
		one := sampleAt(s.up(), "ion1", s.up().Seconds(), "")
		s.box.Add([]buffer.Sample{one})
		time.Sleep(500 * time.Millisecond)
	}
	synctest.Wait()
}

// record records an event as the agent does, and gives its id.
func (s *scene) record(e buffer.Event) string {
	e.Source, e.Boot, e.Up, e.Time = "line1", "b1", s.up(), time.Now().UTC()
	s.lanes.Append(&e)
	s.box.Note(&e)
	synctest.Wait()
	return telemetry.TripID(&e)
}

func trip(rule string) buffer.Event {
	return buffer.Event{Kind: buffer.Trip, Severity: buffer.Critical, Type: buffer.Gauge, Metric: "interlock_tripped", Value: 1, Labels: buffer.MakeLabels("rule", rule), Status: "tripped"}
}

func failure(device string) buffer.Event {
	return buffer.Event{Kind: buffer.Failure, Severity: buffer.Error, Device: device, Metric: "device_up", Status: "no answer"}
}

// find is the frozen piece that an id names.
func (s *scene) find(id string) telemetry.Trip {
	s.t.Helper()
	data, err := s.box.Find(s.t.Context(), "", id)
	if err != nil {
		s.t.Fatal(err)
	}
	var t struct {
		telemetry.TripSummary
		Series []struct {
			telemetry.TripSeries
			V []*float64
		}
		Events    []json.RawMessage
		Exchanges []telemetry.ShownExchange
	}
	if err := json.Unmarshal(data, &t); err != nil {
		s.t.Fatal(err)
	}
	out := telemetry.Trip{TripSummary: t.TripSummary, Events: t.Events, Exchanges: t.Exchanges}
	for _, x := range t.Series {
		for _, v := range x.V {
			x.TripSeries.V = append(x.TripSeries.V, *v)
		}
		out.Series = append(out.Series, x.TripSeries)
	}
	return out
}

func (s *scene) list() []telemetry.TripSummary {
	s.t.Helper()
	all, err := s.box.List(s.t.Context(), "")
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// stretch is the first and the last time of the gauge's readings, in seconds after the trip.
func stretch(t telemetry.Trip) string {
	if len(t.Series) == 0 {
		return "nothing"
	}
	x := t.Series[0].T
	return fmt.Sprintf("%d to %d s, %d readings", x[0]/1000, x[len(x)-1]/1000, len(x))
}

func TestFrozenFromFiveMinutesBeforeToTwoAfter(t *testing.T) {
	play(t, func(s *scene) {
		s.pass(20 * time.Minute)
		s.record(buffer.Event{Kind: buffer.Command, Device: "V1", Metric: "commands_total", Note: "who=jr"})
		s.exchanges = []telemetry.ShownExchange{telemetry.Show(telemetry.Exchange{Time: time.Now(), Device: "ion1", Request: []byte("PR1\r"), Reply: []byte{6}})}
		id := s.record(trip("overpressure"))
		time.Sleep(haltsFirst)
		synctest.Wait()
		s.exchanges = nil // the line has forgotten it two minutes later
		s.pass(2*time.Minute - time.Second)
		if all := s.list(); len(all) != 1 || !all[0].Recording || len(s.published) != 0 {
			t.Fatalf("a second too early: %+v, published %v; want it recording", all, s.published)
		}
		if got := s.find(id); !got.Recording || stretch(got) != "-299 to 118 s, 419 readings" {
			t.Errorf("while it goes on: %+v, %s", got.TripSummary, stretch(got))
		}
		s.pass(10 * time.Minute)
		got := s.find(id)
		if stretch(got) != "-299 to 119 s, 420 readings" || !got.Complete || got.Recording || got.Why != "" || got.Thinned != 1 {
			t.Errorf("%s, %+v; want all of 7 min, complete", stretch(got), got.TripSummary)
		}
		if x := got.Series[0]; x.V[0] != 900.5 || x.Device != "ion1" || x.Point != "ig" || x.Unit != buffer.Pascals {
			t.Errorf("first reading %v of %s.%s, want 900.5 of ion1.ig", x.V[0], x.Device, x.Point)
		}
		if text := fmt.Sprintf("%s", got.Events); len(got.Events) != 2 || !strings.Contains(text, "who=jr") || !strings.Contains(text, "interlock_tripped") {
			t.Errorf("events %s, want the command and the trip", text)
		}
		if len(got.Exchanges) != 1 || got.Exchanges[0].RequestText != `PR1\r` {
			t.Errorf("exchanges %+v, want the one of the moment", got.Exchanges)
		}
		if len(s.published) != 1 || s.published[0] != id {
			t.Errorf("published %v, want %s once", s.published, id)
		}
	})
}

func TestTripBeforeFiveMinutesExist(t *testing.T) {
	play(t, func(s *scene) {
		s.pass(40 * time.Second)
		id := s.record(trip("overpressure"))
		s.pass(3 * time.Minute)
		if got := s.find(id); stretch(got) != "-39 to 119 s, 160 readings" || got.Complete || got.Why != "the agent had started 40s before" {
			t.Errorf("%s, %+v; want what there was, and why it is not all", stretch(got), got.TripSummary)
		}
	})
}

func TestTripsThatOverlap(t *testing.T) {
	play(t, func(s *scene) {
		s.pass(10 * time.Minute)
		first := s.record(trip("a"))
		s.pass(time.Minute)
		second := s.record(trip("b"))
		s.pass(119 * time.Second)
		third := s.record(trip("c")) // 179 s after the first: the last that joins
		s.pass(2 * time.Second)
		fourth := s.record(trip("d")) // 181 s after the first
		s.pass(10 * time.Minute)
		one, other := s.find(first), s.find(fourth)
		if got := s.find(third); len(one.Causes) != 3 || got.ID != first || s.find(second).ID != first {
			t.Errorf("causes %+v, want the first three in one", one.Causes)
		}
		if stretch(one) != "-299 to 298 s, 599 readings" || !one.Complete {
			t.Errorf("the first is %s, want until 2 min after its last cause", stretch(one))
		}
		if stretch(other) != "-299 to 119 s, 420 readings" || len(other.Causes) != 1 {
			t.Errorf("the fourth is %s with %d causes, want a piece of its own", stretch(other), len(other.Causes))
		}
		if all := s.list(); len(all) != 2 || all[0].ID != fourth || all[1].ID != first {
			t.Errorf("list %+v, want the newest first", all)
		}
	})
}

func TestStopFreezesWhatThereIs(t *testing.T) {
	play(t, func(s *scene) {
		s.pass(10 * time.Minute)
		id := s.record(trip("a"))
		s.pass(30 * time.Second)
		s.box.Close()
		if got := s.find(id); stretch(got) != "-299 to 29 s, 330 readings" || got.Complete || got.Recording || got.Why != "the agent stopped" {
			t.Errorf("%s, %+v; want 30 s after it and why there is no more", stretch(got), got.TripSummary)
		}
		if len(s.published) != 1 {
			t.Errorf("published %v, want it before the end", s.published)
		}
		s.pass(5 * time.Minute)
		if all := s.list(); len(all) != 1 {
			t.Errorf("%d pieces, want one: it was frozen already", len(all))
		}
	})
}

func TestWhatFreezesAndWhatDoesNot(t *testing.T) {
	post := func(status string, severity buffer.Severity) buffer.Event {
		return buffer.Event{Lane: buffer.Ingest, Kind: buffer.Lifecycle, Severity: severity, Metric: "run_completed", Labels: buffer.MakeLabels("run_id", "R"), Status: status}
	}
	cleared := trip("a")
	cleared.Value = 0
	earlier := trip("a")
	for state, c := range map[string]struct {
		event buffer.Event
		kind  string
		about string
	}{
		"a trip":                       {trip("a"), "trip", "a"},
		"a trip that is cleared":       {cleared, "", ""},
		"the failure of a watched one": {failure("ion1"), "failure", "ion1"},
		"the failure of another":       {failure("chiller"), "", ""},
		"a service that fails":         {failure(""), "", ""},
		"a failed run":                 {post("failed", buffer.Error), "run", "R"},
		"a canceled run":               {post("canceled", buffer.Warning), "", ""},
		"a run that ended well":        {post("success", buffer.Info), "", ""},
		"an alarm":                     {buffer.Event{Kind: buffer.Alarm, Value: 1, Severity: buffer.Error}, "", ""},
	} {
		play(t, func(s *scene) {
			id := s.record(c.event)
			all := s.list()
			if len(all) != map[bool]int{true: 1}[c.kind != ""] {
				t.Errorf("%s: %+v, want kind %q", state, all, c.kind)
			} else if c.kind != "" && (all[0].Causes[0].Kind != c.kind || all[0].Causes[0].About != c.about || all[0].ID != id) {
				t.Errorf("%s: %+v, want %s about %s", state, all[0], c.kind, c.about)
			}
			before := earlier
			before.Boot = "b0"
			s.box.Note(&before)
			if n := len(s.list()); n > 1 {
				t.Errorf("%s: an event of an earlier start froze something", state)
			}
		})
	}
}

// What the lines have is copied once the halts of the same trip had their time, or when the agent stops before.
func TestHaltsGoFirst(t *testing.T) {
	play(t, func(s *scene) {
		s.exchanges = []telemetry.ShownExchange{telemetry.Show(telemetry.Exchange{Time: time.Now(), Device: "ion1", Request: []byte("PR1\r")})}
		synctest.Wait() // the box runs
		s.record(trip("a"))
		time.Sleep(haltsFirst - time.Nanosecond)
		synctest.Wait()
		if asked := s.asked.Load(); asked != 0 {
			t.Errorf("lines were looked at %d times right after a trip, want later", asked)
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if asked := s.asked.Load(); asked != 1 {
			t.Errorf("after %v lines were looked at %d times, want once", haltsFirst, asked)
		}
		time.Sleep(time.Hour)
		id := s.record(trip("b"))
		s.box.Close()
		if got := s.find(id); len(got.Exchanges) != 1 {
			t.Errorf("exchanges of a trip at which the agent stopped: %+v, want the one", got.Exchanges)
		}
	})
}

func TestDeviceThatComesAndGoesPushesOutNoTrip(t *testing.T) {
	play(t, func(s *scene) {
		s.pass(time.Minute)
		id := s.record(trip("a"))
		s.pass(10 * time.Minute)
		for range 20 * 60 {
			s.record(failure("ion1"))
			time.Sleep(time.Minute)
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if all := s.list(); len(all) != 1+maxOthers {
			t.Errorf("%d pieces, want the trip and %d failures", len(all), maxOthers)
		}
		s.find(id)
	})
}

func TestOnlyTheLastAreKept(t *testing.T) {
	play(t, func(s *scene) {
		var ids []string
		for range maxFrozen + 3 {
			ids = append(ids, s.record(trip("a")))
			time.Sleep(10 * time.Minute)
			synctest.Wait()
		}
		if all := s.list(); len(all) != maxFrozen || all[0].ID != ids[len(ids)-1] {
			t.Errorf("%d pieces, want the newest %d", len(all), maxFrozen)
		}
		if _, err := s.box.Find(t.Context(), "", ids[0]); !errors.Is(err, buffer.ErrUnknown) {
			t.Errorf("Find(oldest) = %v, want unknown", err)
		}
		if _, err := s.box.Find(t.Context(), "line2", ids[len(ids)-1]); !errors.Is(err, buffer.ErrUnknown) {
			t.Errorf("Find of another agent = %v, want unknown", err)
		}
	})
}

// A payload that no broker would take is thinned, and says so; what changes is kept.
func TestPayloadIsBounded(t *testing.T) {
	x := telemetry.TripSeries{Device: "ion1", Point: "ig", Changes: []telemetry.TripCode{{Index: 0}, {Index: 77_777, Missing: "off"}, {Index: 77_778}}}
	v := uint64(88172645463325252)
	for i := range 100_000 { // numbers that do not compress
		v ^= v << 13
		v ^= v >> 7
		v ^= v << 17
		x.T, x.V = append(x.T, int64(i)), append(x.V, float64(v))
	}
	one := telemetry.Trip{TripSummary: telemetry.TripSummary{ID: "b.audit.1", Thinned: 1, Readings: 100_000}, Series: []telemetry.TripSeries{x}}
	packed, err := pack(&one)
	if err != nil || len(packed) > maxPayload {
		t.Fatalf("pack = %d bytes, %v; want at most %d", len(packed), err, maxPayload)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Thinned, Readings int
		Series            []struct {
			T       []int64
			Changes []telemetry.TripCode
		}
	}
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	s := got.Series[0]
	if got.Thinned < 2 || got.Readings != len(s.T) || s.T[s.Changes[1].Index] != 77_777 || s.T[s.Changes[2].Index] != 77_778 {
		t.Errorf("thinned %d, %d readings, changes %+v; want those of 77777 and 77778", got.Thinned, got.Readings, s.Changes)
	}
}

// A device that comes and goes after a trip is one cause of it, and does not make it longer again and again.
func TestDeviceThatComesAndGoesIsOneCause(t *testing.T) {
	play(t, func(s *scene) {
		s.pass(10 * time.Minute)
		id := s.record(trip("a"))
		for range 9 {
			s.record(failure("ion1"))
			s.pass(20 * time.Second)
		}
		s.pass(5 * time.Minute)
		if got := s.find(id); len(got.Causes) != 2 || stretch(got) != "-299 to 119 s, 420 readings" {
			t.Errorf("%s with causes %+v, want the trip and one failure", stretch(got), got.Causes)
		}
	})
}
