package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

var zero = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

// reading is event number seq of one gauge, seq seconds after zero.
func reading(boot string, seq uint64, value float64) buffer.Event {
	return buffer.Event{Source: "line1", Boot: boot, Lane: buffer.Readings, Seq: seq, Time: zero.Add(time.Duration(seq) * time.Second),
		Up: time.Duration(seq) * time.Second, Device: "ion1", Point: "ig", Unit: buffer.Pascals, Kind: buffer.Reading, Severity: buffer.Info, Type: buffer.Gauge,
		Metric: "pressure_pascals", Value: value, Labels: buffer.MakeLabels("device", "ion1", "channel", "ig"), Status: "success"}
}

func command(boot string, seq uint64, note string) buffer.Event {
	return buffer.Event{Source: "line1", Boot: boot, Lane: buffer.Audit, Seq: seq, Time: zero.Add(time.Duration(seq) * time.Second),
		Up: time.Duration(seq) * time.Second, Device: "V1", Kind: buffer.Command, Severity: buffer.Warning, Type: buffer.Counter,
		Metric: "commands_total", Value: 1, Labels: buffer.MakeLabels("device", "V1", "control", "open", "result", "success"),
		Status: "success", Note: note}
}

func collect(t *testing.T, s *Store, f buffer.Filter) []buffer.Event {
	t.Helper()
	seq, err := s.Events(t.Context(), f)
	if err != nil {
		t.Fatalf("Events(%+v): %v", f, err)
	}
	var all []buffer.Event
	for e, err := range seq {
		if err != nil {
			t.Fatalf("Events(%+v): %v", f, err)
		}
		all = append(all, e)
	}
	return all
}

func appendAll(t *testing.T, s *Store, events ...buffer.Event) int64 {
	t.Helper()
	n, err := s.Append(t.Context(), events)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// suite tests a database. fresh returns an empty store, and where to open it again.
func suite(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	t.Run("every field comes back", func(t *testing.T) {
		s, _ := fresh(t)
		e := buffer.Event{Source: "line1", Boot: "b1", Lane: buffer.Ingest, Seq: 7, Time: zero.Add(123456 * time.Microsecond),
			Up: 8123551204 * time.Microsecond, Device: "d", Point: "p", Unit: "furlongs", Kind: buffer.Failure, Severity: buffer.Critical, Type: buffer.Histogram,
			Metric: "m", Value: -1.5e-12, Bound: buffer.AtMost, Labels: buffer.MakeLabels("a", "ü<b>", "z", ""), Status: "timeout", Note: "50 52 → ''"}
		gone := reading("b1", 1, 0)
		gone.Missing = "sensor off"
		appendAll(t, s, e, gone)
		got := collect(t, s, buffer.Filter{})
		if len(got) != 2 || got[0] != e || got[1] != gone {
			t.Errorf("Events = %+v, want %+v", got, []buffer.Event{e, gone})
		}
	})
	t.Run("a unit that changes", func(t *testing.T) { unitThatChanges(t, fresh) })
	t.Run("a gap again", func(t *testing.T) { again2000(t, fresh) })
	t.Run("a gap again of which some was deleted", func(t *testing.T) { againPruned(t, fresh) })
	t.Run("trips", func(t *testing.T) {
		s, where := fresh(t)
		trip := func(source, id string, hours int, causes ...string) *Trip {
			one := &Trip{TripSummary: telemetry.TripSummary{ID: id, Source: source, Boot: "b1", Time: zero.Add(time.Duration(hours) * time.Hour), Why: "a\x00b"}, Packed: []byte{0, 1, 255}}
			for _, c := range append([]string{id}, causes...) {
				one.Causes = append(one.Causes, telemetry.TripCause{ID: c})
			}
			return one
		}
		for _, one := range []*Trip{trip("line1", "t1", 1, "t2"), trip("line1", "t1", 1, "t2"), trip("line1", "t3", 2), trip("line2", "t1", 3)} {
			if err := s.KeepTrip(t.Context(), one); err != nil {
				t.Fatal(err)
			}
		}
		again, err := OpenExisting(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		list, err := again.Trips(t.Context(), "")
		if err != nil || len(list) != 3 || list[0].Source != "line2" || list[2].ID != "t1" || len(list[2].Causes) != 2 {
			t.Errorf("Trips = %+v, %v; want three, the newest first", list, err)
		}
		if packed, err := again.Trip(t.Context(), "line1", "t2"); string(packed) != "\x00\x01\xff" || err != nil {
			t.Errorf("Trip by its second cause = %x, %v; want 0001ff", packed, err)
		}
		if _, err := again.Trip(t.Context(), "line2", "t3"); !errors.Is(err, buffer.ErrUnknown) {
			t.Errorf("Trip of another agent = %v, want ErrUnknown", err)
		}
	})
	t.Run("stored before is not stored again", func(t *testing.T) {
		s, _ := fresh(t)
		if n := appendAll(t, s, reading("b1", 1, 1), reading("b1", 2, 2), reading("b1", 2, 2)); n != 2 {
			t.Errorf("Append of two and a duplicate = %d new, want 2", n)
		}
		changed := reading("b1", 2, 99)
		if n := appendAll(t, s, changed, reading("b1", 3, 3), reading("b2", 2, 4)); n != 2 {
			t.Errorf("Append with one known identity = %d new, want 2", n)
		}
		if got := collect(t, s, buffer.Filter{Boot: "b1"}); len(got) != 3 || got[1].Value != 2 {
			t.Errorf("Events of b1 = %v, want 1 2 3 with the first version of 2", got)
		}
	})
	t.Run("out of order and large batches", func(t *testing.T) {
		s, _ := fresh(t)
		var events []buffer.Event
		for i := range 1234 {
			events = append(events, reading("b1", uint64(i+1), float64(i)))
		}
		rand.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		appendAll(t, s, events[:700]...)
		appendAll(t, s, events[500:]...)
		got := collect(t, s, buffer.Filter{})
		if len(got) != 1234 {
			t.Fatalf("%d events, want 1234", len(got))
		}
		for i, e := range got {
			if e.Seq != uint64(i+1) {
				t.Fatalf("event %d has seq %d, want them in order of time", i, e.Seq)
			}
		}
	})
	t.Run("written before events had point and unit", func(t *testing.T) { older(t, fresh) })
	t.Run("filters", func(t *testing.T) { filters(t, fresh) })
	t.Run("what the ring's filter picks", func(t *testing.T) { filterProperty(t, fresh) })
	t.Run("what the page's filter picks", func(t *testing.T) { filterVectors(t, fresh) })
	t.Run("limits", func(t *testing.T) {
		s, _ := fresh(t)
		appendAll(t, s, reading("b1", 1, 1), reading("b1", 2, 2), reading("b1", 3, 3))
		got := collect(t, s, buffer.Filter{Limit: 2})
		if len(got) != 2 || got[0].Seq != 2 || got[1].Seq != 3 {
			t.Errorf("limit 2 gives %v, want the newest two, newest last", got)
		}
		if _, err := s.Events(t.Context(), buffer.Filter{Limit: buffer.MaxLimit + 1}); !errors.Is(err, buffer.ErrRange) {
			t.Errorf("limit %d: %v, want ErrRange", buffer.MaxLimit+1, err)
		}
	})
	t.Run("stopped while it migrates", func(t *testing.T) { stopped(t, fresh) })
	t.Run("stopped while its blocks are divided by months", func(t *testing.T) { undivided(t, fresh) })
	t.Run("rows and blocks answer alike", func(t *testing.T) { forms(t, fresh) })
	t.Run("gaps", func(t *testing.T) { gaps(t, fresh) })
	t.Run("identities", func(t *testing.T) {
		identities(t, func(t *testing.T) []*Store {
			s, _ := fresh(t)
			return []*Store{s}
		})
	})
	t.Run("answers about ends", func(t *testing.T) { answers(t, fresh) })
	t.Run("series", func(t *testing.T) { series(t, fresh) })
	t.Run("series of one point", func(t *testing.T) { seriesOfOnePoint(t, fresh) })
	t.Run("clock set later", func(t *testing.T) {
		s, _ := fresh(t)
		early, later := reading("b1", 1, 1), reading("b1", 3, 3)
		early.Time = early.Time.Add(-time.Hour)
		clock := buffer.Event{Source: "line1", Boot: "b1", Lane: buffer.Audit, Seq: 1, Kind: buffer.Clock, Type: buffer.Gauge,
			Metric: "clock_offset_seconds", Value: 3600, Up: 2 * time.Second, Time: zero.Add(2 * time.Second), Status: "success"}
		for range 2 { // a second delivery changes nothing
			appendAll(t, s, early, clock, later)
		}
		got := collect(t, s, buffer.Filter{Since: zero, Kinds: []buffer.Kind{buffer.Reading}})
		if len(got) != 2 || got[0] != early {
			t.Errorf("events since %s = %v, want the early one found by its true time, unchanged", zero, got)
		}
	})
	t.Run("open again", func(t *testing.T) {
		s, where := fresh(t)
		appendAll(t, s, reading("b1", 1, 1), reading("b2", 1, 1))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		again, err := Open(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		if n := appendAll(t, again, reading("b1", 1, 1), reading("b1", 2, 2)); n != 1 {
			t.Errorf("Append after opening again = %d new, want 1", n)
		}
		if got := fmt.Sprint(again.Boots("")); got != "[b1 b2]" {
			t.Errorf("Boots = %s, want [b1 b2]", got)
		}
		if last, err := again.Last(t.Context(), "line1", "b1", buffer.Readings); last != 2 || err != nil {
			t.Errorf("Last = %d, %v, want 2", last, err)
		}
	})
	t.Run("a cancelled append leaves nothing", func(t *testing.T) {
		s, _ := fresh(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Append(ctx, []buffer.Event{reading("b9", 1, 1)}); err == nil {
			t.Error("Append with a done context succeeded")
		}
		if n := appendAll(t, s, reading("b9", 1, 1)); n != 1 {
			t.Errorf("Append afterwards = %d new, want 1", n)
		}
	})
	t.Run("age prunes", func(t *testing.T) {
		s, _ := fresh(t)
		for i := range uint64(10) {
			appendAll(t, s, reading("b1", i+1, 1))
		}
		n, err := s.Prune(t.Context(), Retain{Age: 5 * time.Second}, zero.Add(11*time.Second))
		if n != 5 || err != nil {
			t.Errorf("Prune = %d, %v, want 5", n, err)
		}
		if got := collect(t, s, buffer.Filter{}); len(got) != 5 || got[0].Seq != 6 {
			t.Errorf("left are %v, want 6 to 10", got)
		}
	})
	t.Run("hostile strings stay strings", func(t *testing.T) {
		s, _ := fresh(t)
		e := command("b1", 1, "'); DROP TABLE event; -- <script>\x00\xff")
		e.Device, e.Labels = "d'\"%_", buffer.MakeLabels("k\x1f", "v'")
		appendAll(t, s, e)
		if got := collect(t, s, buffer.Filter{Text: "'); drop"}); len(got) != 1 || !strings.HasPrefix(got[0].Note, "'); DROP TABLE event; -- <script>") {
			t.Errorf("Events = %v, want the one", got)
		}
		if got := collect(t, s, buffer.Filter{Text: "%x"}); len(got) != 0 {
			t.Errorf("a percent sign in a search matched %v", got)
		}
	})
}

func filters(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	s, _ := fresh(t)
	other := command("b2", 1, "who=jr")
	other.Source = "line2"
	appendAll(t, s, reading("b1", 1, 1), reading("b1", 2, 2), command("b1", 3, "who=pychron via=tcp"), other)
	for _, c := range []struct {
		name string
		f    buffer.Filter
		want int
	}{
		{"all", buffer.Filter{}, 4},
		{"type", buffer.Filter{Types: []buffer.Type{buffer.Counter}}, 2},
		{"two kinds", buffer.Filter{Kinds: []buffer.Kind{buffer.Command, buffer.Reading}}, 4},
		{"severity", buffer.Filter{MinSeverity: buffer.Warning}, 2},
		{"device", buffer.Filter{Devices: []string{"ion1"}}, 2},
		{"source", buffer.Filter{Sources: []string{"line2"}}, 1},
		{"lane", buffer.Filter{Lanes: []buffer.Lane{buffer.Readings}}, 2},
		{"text in the note, any case", buffer.Filter{Text: "PYCHRON"}, 1},
		{"text in the metric", buffer.Filter{Text: "pressure_"}, 2},
		{"text in the point", buffer.Filter{Text: "ig"}, 2},
		{"text of a label", buffer.Filter{Text: "result"}, 0},
		{"since is inclusive", buffer.Filter{Since: zero.Add(2 * time.Second)}, 2},
		{"until is exclusive", buffer.Filter{Until: zero.Add(2 * time.Second)}, 2},
		{"boot", buffer.Filter{Boot: "b2"}, 1},
		{"both ends and a kind", buffer.Filter{Since: zero, Until: zero.Add(time.Hour), Kinds: []buffer.Kind{buffer.Command}}, 2},
		{"nothing", buffer.Filter{Devices: []string{"absent"}}, 0},
	} {
		if got := collect(t, s, c.f); len(got) != c.want {
			t.Errorf("%s: %d events, want %d", c.name, len(got), c.want)
		}
	}
}

// cutGaps declares a part of a gap: the other parts are still waited for.
func cutGaps(t *testing.T, s *Store, note func(Gap)) {
	t.Helper()
	note(Gap{Boot: "b2", Lane: buffer.Readings, First: 1, Last: 200})
	note(Gap{Boot: "b2", Lane: buffer.Readings, First: 1, Last: 99, Declared: true})
	note(Gap{Boot: "b2", Lane: buffer.Readings, First: 150, Last: 160, Declared: true})
	note(Gap{Boot: "b2", Lane: buffer.Readings, First: 1, Last: 201})   // as a viewer that started again would
	note(Gap{Boot: "b2", Lane: buffer.Readings, First: 150, Last: 155}) // declared already
	all, err := s.Gaps(t.Context(), "line1", 100)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, g := range all {
		if g.Boot == "b2" {
			got[fmt.Sprintf("%d-%d %v", g.First, g.Last, g.Declared)] = true
		}
	}
	want := map[string]bool{"1-99 true": true, "150-160 true": true, "100-149 false": true, "161-201 false": true}
	if !maps.Equal(got, want) {
		t.Errorf("gaps %v, want %v", got, want)
	}
	open, err := s.OpenGaps(t.Context(), "line1", 2)
	if err != nil || len(open) != 2 || open[0].First != 100 || open[1].First != 161 {
		t.Errorf("open gaps %+v, %v, want 100-149 and 161-201", open, err)
	}
	if first, err := s.FirstMissing(t.Context(), "line1", "b2", buffer.Readings); first != 100 || err != nil {
		t.Errorf("FirstMissing = %d, %v, want 100", first, err)
	}
}

func gaps(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	s, _ := fresh(t)
	note := func(g Gap) {
		t.Helper()
		g.Source, g.Noticed = "line1", zero
		if err := s.NoteGap(t.Context(), g); err != nil {
			t.Fatal(err)
		}
	}
	appendAll(t, s, reading("b1", 1, 1), reading("b1", 2, 2))
	note(Gap{Boot: "b1", Lane: buffer.Readings, First: 3, Last: 4})
	note(Gap{Boot: "b1", Lane: buffer.Audit, First: 1, Last: 9, Declared: true})
	note(Gap{Boot: "b0", Lane: buffer.Readings, First: 5})
	appendAll(t, s, reading("b1", 3, 3))
	fill := func() (left []Gap) {
		t.Helper()
		left, err := s.Gaps(t.Context(), "line1", 10)
		if err != nil {
			t.Fatal(err)
		}
		return left
	}
	if got := fill(); len(got) != 3 {
		t.Errorf("half filled: %d gaps, want 3: %+v", len(got), got)
	}
	appendAll(t, s, reading("b1", 4, 4))
	if got := fill(); len(got) != 2 {
		t.Errorf("filled: %d gaps, want 2: %+v", len(got), got)
	}
	note(Gap{Boot: "b1", Lane: buffer.Audit, First: 1, Last: 9})
	for _, g := range fill() {
		if g.Lane == buffer.Audit && !g.Declared {
			t.Errorf("gap %+v is no longer declared", g)
		}
	}
	cutGaps(t, s, note)
	if end, err := s.End(t.Context(), "line1", "b1"); end.Clean || err != nil {
		t.Errorf("End = %+v, %v, want not clean for a boot without a clean stop", end, err)
	}
	bye := command("b1", 10, "")
	bye.Kind, bye.Metric = buffer.System, "agent_stops_total"
	appendAll(t, s, bye)
	if end, err := s.End(t.Context(), "line1", "b1"); !end.Clean || end.Last != nil || err != nil {
		t.Errorf("End = %+v, %v, want clean, and no numbers: an agent of before tells none", end, err)
	}
}

// unitThatChanges stores events that differ in nothing but point or unit. The store begins as one of an earlier version, which had one series of them.
func unitThatChanges(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	s, where := fresh(t)
	flow := func(seq uint64, unit buffer.Unit, point string) buffer.Event {
		e := reading("b1", seq, float64(seq))
		e.Metric, e.Unit, e.Point = "flow_rate", unit, point
		return e
	}
	all := []buffer.Event{flow(1, buffer.SCCM, "f"), flow(2, buffer.Number, "f"), flow(3, buffer.SCCM, "f"), flow(4, buffer.SCCM, "g")}
	appendAll(t, s, all[0])
	forgetUnits(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, where)
	check := func(when string) {
		t.Helper()
		if got := collect(t, s, buffer.Filter{}); !slices.Equal(got, all) {
			t.Errorf("%s: %+v, want %+v", when, got, all)
		}
	}
	appendAll(t, s, all...)
	check("stored")
	if _, err := s.Pack(t.Context(), zero.Add(24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	check("packed")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, where)
	check("opened again")
}

// forgetUnits gives a store the table of series that earlier versions made.
func forgetUnits(t *testing.T, s *Store) {
	t.Helper()
	const names = `id, source, device, point, unit, metric, type, kind, labels`
	const before = `UNIQUE (source, device, metric, type, kind, labels)`
	all := []string{`ALTER TABLE series DROP CONSTRAINT series_source_device_metric_type_kind_labels_point_unit_key`, `ALTER TABLE series ADD ` + before}
	if _, ok := s.dialect.(*sqlite); ok {
		all = []string{`ALTER TABLE series RENAME TO series_new`,
			`CREATE TABLE series (id INTEGER PRIMARY KEY, source TEXT NOT NULL, device TEXT NOT NULL, point TEXT NOT NULL, unit TEXT NOT NULL,
				metric TEXT NOT NULL, type SMALLINT NOT NULL, kind SMALLINT NOT NULL, labels TEXT NOT NULL, ` + before + `)`,
			`INSERT INTO series (` + names + `) SELECT ` + names + ` FROM series_new`, `DROP TABLE series_new`}
	}
	for _, one := range all {
		if _, err := s.write.ExecContext(t.Context(), one); err != nil {
			t.Fatalf("%.60s: %v", one, err)
		}
	}
}

// seriesOfOnePoint has a point of one name at two agents, and one whose unit was changed.
func seriesOfOnePoint(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	s, _ := fresh(t)
	inUnit := func(seq uint64, unit buffer.Unit, value float64) buffer.Event {
		e := reading("b1", seq, value)
		e.Unit, e.Metric = unit, "laser_power_"+string(unit)
		return e
	}
	appendAll(t, s, inUnit(1, buffer.Percent, 50), inUnit(2, buffer.Percent, 60), inUnit(3, buffer.Watts, 5), inUnit(4, buffer.Watts, 6), inUnit(100, buffer.Percent, 70))
	for _, want := range []struct {
		until time.Time
		unit  buffer.Unit
		mean  string
	}{
		{zero.Add(3 * time.Second), buffer.Percent, "[50 60]"}, {zero.Add(10 * time.Second), buffer.Watts, "[5 6]"}, {zero.Add(101 * time.Second), buffer.Percent, "[50 60 70]"},
	} {
		got, err := s.Series(t.Context(), telemetry.SeriesQuery{Device: "ion1", Point: "ig", Since: zero, Until: want.until, Points: 100})
		if err != nil {
			t.Fatal(err)
		}
		if got.Unit != want.unit || fmt.Sprint(got.Mean) != want.mean {
			t.Errorf("until %v: %v %s, want %s %s: no two units in one curve", want.until, got.Mean, got.Unit, want.mean, want.unit)
		}
	}
	other := reading("b1", 1, 1e-3)
	other.Source = "line2"
	appendAll(t, s, other)
	q := telemetry.SeriesQuery{Device: "ion1", Point: "ig", Since: zero, Until: zero.Add(time.Minute), Points: 100}
	if _, err := s.Series(t.Context(), q); !errors.Is(err, buffer.ErrRange) || !strings.Contains(err.Error(), "line1, line2") {
		t.Errorf("a point of two agents: %v, want ErrRange and the agents", err)
	}
	q.Source = "line2"
	if got, err := s.Series(t.Context(), q); err != nil || fmt.Sprint(got.Mean) != "[0.001]" {
		t.Errorf("the point of line2: %v, %v, want its one value", got.Mean, err)
	}
}

func series(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	s, _ := fresh(t)
	var events []buffer.Event
	for i := range uint64(3600) {
		v := 1e-6
		if i == 1234 {
			v = 5e-3 // one second in an hour
		}
		events = append(events, reading("b1", i+1, v))
	}
	off := reading("b1", 3601, 0)
	off.Missing = "sensor off"
	events = append(events, off, reading("b1", 3900, 2e-6), reading("b1", 4400, 2e-6))
	appendAll(t, s, events...)
	q := telemetry.SeriesQuery{Device: "ion1", Point: "ig", Since: zero, Until: zero.Add(2 * time.Hour), Points: 100}
	got, err := s.Series(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if got.Unit != buffer.Pascals {
		t.Errorf("unit %q, want pascals", got.Unit)
	}
	greatest, gaps, inData := 0.0, 0, false
	for i := range got.T {
		if !math.IsNaN(got.Mean[i]) {
			greatest = max(greatest, got.Max[i])
			inData = true
		} else if inData {
			gaps++
			inData = false
		}
	}
	if greatest != 5e-3 {
		t.Errorf("greatest value %g, want the one-second extreme 5e-3", greatest)
	}
	if gaps != 3 {
		t.Errorf("%d gaps, want 3 (sensor off, silence for 500 s, silence to the end): %v", gaps, got.Mean)
	}
	if len(got.T) > 110 {
		t.Errorf("%d points, want about 100", len(got.T))
	}
	endsOfSeries(t, s)
	q.Point = "cg9"
	if _, err := s.Series(t.Context(), q); !errors.Is(err, buffer.ErrUnknown) {
		t.Errorf("a point that was never stored: %v, want ErrUnknown", err)
	}
	q.Points = 0
	if _, err := s.Series(t.Context(), q); !errors.Is(err, buffer.ErrRange) {
		t.Errorf("no points: %v, want ErrRange", err)
	}
}

// endsOfSeries asks for little enough that each value stands for itself, with what ended it.
func endsOfSeries(t *testing.T, s *Store) {
	t.Helper()
	failed := command("b1", 20_010, "")
	failed.Kind, failed.Device, failed.Metric, failed.Type, failed.Value = buffer.Failure, "ion1", "device_up", buffer.Gauge, 0
	other := command("b1", 20_015, "")
	other.Kind, other.Device, other.Metric, other.Type, other.Value = buffer.Failure, "ion2", "device_up", buffer.Gauge, 0
	started := command("b2", 20_060, "")
	started.Kind, started.Device, started.Metric = buffer.System, "", "agent_starts_total"
	appendAll(t, s, reading("b1", 20_000, 1), reading("b1", 20_005, 2), failed, reading("b1", 20_012, 3), other, reading("b1", 20_040, 4),
		started, reading("b2", 20_070, 5))
	at := func(seconds int) time.Time { return zero.Add(time.Duration(seconds) * time.Second) }
	got, err := s.Series(t.Context(), telemetry.SeriesQuery{Device: "ion1", Point: "ig", Since: at(20_000), Until: at(20_100), Points: 50})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ at, value float64 }{{20_000, 1}, {20_005, 2}, {20_010, math.NaN()}, {20_012, 3}, {20_040, 4}, {20_040.000001, math.NaN()}, {20_070, 5}}
	if len(got.T) != len(want) {
		t.Fatalf("%v at %v, want %v", got.Mean, got.T, want)
	}
	for i, w := range want {
		if math.Abs(got.T[i]-float64(zero.Unix())-w.at) > 2e-6 || got.Mean[i] != w.value && !(math.IsNaN(w.value) && math.IsNaN(got.Mean[i])) {
			t.Errorf("entry %d: %g at %g s, want %g at %g", i, got.Mean[i], got.T[i]-float64(zero.Unix()), w.value, w.at)
		}
	}
}

// answers: that an end was answered is kept, whatever is noted of it later; a store of before has no answers.
func answers(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	s, where := fresh(t)
	is := func(want bool) {
		t.Helper()
		got, err := s.EndAnswered(t.Context(), "line1", "b1", buffer.Readings)
		if err != nil || got != want {
			t.Errorf("EndAnswered = %t, %v; want %t", got, err, want)
		}
	}
	note := func(answered bool) {
		t.Helper()
		if err := s.NoteGap(t.Context(), Gap{Source: "line1", Boot: "b1", Lane: buffer.Readings, First: 2, Noticed: zero, Declared: true, Answered: answered}); err != nil {
			t.Fatal(err)
		}
	}
	is(false)
	appendAll(t, s, reading("b1", 1, 1))
	note(false)
	is(false)
	note(true)
	note(false)
	appendAll(t, s, reading("b1", 4, 1), reading("b1", 3, 1))
	is(true)
	if got, err := s.EndAnswered(t.Context(), "line1", "b1", buffer.Audit); got || err != nil {
		t.Errorf("EndAnswered of another lane = %t, %v", got, err)
	}
	s.Close()
	s = open(t, where)
	is(true)
	if _, err := s.write.Exec(`ALTER TABLE stream DROP COLUMN answered`); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s = open(t, where)
	is(false)
	note(true)
	is(true)
}
