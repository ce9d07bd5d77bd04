package store

import (
	"strings"
	"testing"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// older is that a store that was written before events carried point and unit opens, its events get both, and new ones join their
// series.
func older(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	s, where := fresh(t)
	makeOlder(t, s)
	s = open(t, where)
	appendAll(t, s, reading("b1", 3, 2e-5))
	want := []struct {
		metric, point string
		unit          buffer.Unit
	}{{"pressure_pascals", "ig", buffer.Pascals}, {"commands_total", "", ""}, {"pressure_pascals", "ig", buffer.Pascals}}
	got := collect(t, s, buffer.Filter{})
	if len(got) != len(want) {
		t.Fatalf("%d events, want %d", len(got), len(want))
	}
	for i, w := range want {
		if e := got[i]; e.Metric != w.metric || e.Point != w.point || e.Unit != w.unit {
			t.Errorf("event %d is %s, point %q, unit %q, want %+v", i+1, e.Metric, e.Point, e.Unit, w)
		}
	}
	q := telemetry.SeriesQuery{Device: "ion1", Point: "ig", Since: zero, Until: got[2].Time.Add(1), Points: 10}
	if series, err := s.Series(t.Context(), q); err != nil || series.Unit != buffer.Pascals || len(series.T) == 0 {
		t.Errorf("Series = %+v, %v, want pascals", series, err)
	}
	s.Close()
	if got := collect(t, open(t, where), buffer.Filter{}); len(got) != 3 {
		t.Errorf("%d events when it is opened again, want 3", len(got))
	}
}

// makeOlder makes of a fresh store one as it was without the column unit, in which other events than readings had their metric as point.
func makeOlder(t *testing.T, s *Store) {
	t.Helper()
	defer s.Close()
	appendAll(t, s, reading("b1", 1, 1e-5), command("b1", 2, "who=jr"))
	forgetUnits(t, s)
	for _, change := range []string{`UPDATE series SET point = metric WHERE point = ''`, `ALTER TABLE series DROP COLUMN unit`} {
		if _, err := s.write.ExecContext(t.Context(), change); err != nil {
			t.Fatal(err)
		}
	}
}

func TestName(t *testing.T) {
	for _, c := range []struct {
		metric, channel, point string
		unit                   buffer.Unit
	}{
		{"pressure_pascals", "ig", "ig", buffer.Pascals},
		{"pressure_pascals", "", "pressure", buffer.Pascals},
		{"valve_is_open", "", "open", ""},
		{"valve_is_commanded", "", "commanded", ""},
		{"laser_power_percent", "", "power", buffer.Percent},
		{"is_enabled", "", "enabled", ""},
		{"intensity_counts_per_second", "", "intensity", buffer.CountsPerSecond},
	} {
		e := buffer.Event{Metric: c.metric, Kind: buffer.Reading, Type: buffer.Gauge, Labels: buffer.MakeLabels("channel", c.channel)}
		if Name(&e); e.Point != c.point || e.Unit != c.unit {
			t.Errorf("Name(%s, channel %q) = %q %q, want %q %q", c.metric, c.channel, e.Point, e.Unit, c.point, c.unit)
		}
	}
	e := buffer.Event{Metric: strings.Repeat("x", 9), Kind: buffer.Failure}
	if Name(&e); e.Point != "" {
		t.Errorf("Name gives a failure point %q, want none", e.Point)
	}
}
