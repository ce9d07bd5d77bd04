package buffer_test

import (
	"os"
	"regexp"
	"testing"

	"pychron-edge/buffer"
)

// Every unit of the table is a suffix that Prometheus takes, is found again at the end of a metric, and is one that the page knows.
func TestUnits(t *testing.T) {
	page, err := os.ReadFile("../telemetry/web/js/units.js")
	if err != nil {
		t.Fatal(err)
	}
	suffix := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	seen := map[buffer.Unit]bool{"": true}
	for _, u := range buffer.Units() {
		if seen[u] || !suffix.MatchString(string(u)) {
			t.Errorf("%q is no suffix of a metric, or stands in the table twice", u)
		}
		seen[u] = true
		if u == buffer.Number {
			continue
		}
		if got := buffer.UnitNamed(buffer.MetricName("pump", "x", u)); got != u {
			t.Errorf("UnitNamed(%s) = %q, want %q", buffer.MetricName("pump", "x", u), got, u)
		}
		if u.Symbol() == "" || u.Symbol() == string(u) && u != buffer.SCCM && u != buffer.Counts {
			t.Errorf("Symbol of %s = %q, want one", u, u.Symbol())
		}
		if u != buffer.Pascals && !regexp.MustCompile(`\b`+string(u)+`: \{`).Match(page) {
			t.Errorf("the page does not know %s", u)
		}
	}
}

// A 0/1 point, a plain number and a quantity are told apart by the names of their metrics.
func TestReadingNames(t *testing.T) {
	for _, c := range []struct {
		family, name string
		unit         buffer.Unit
		want         string
	}{
		{"", "enabled", "", "is_enabled"}, {"valve", "open", "", "valve_is_open"}, {"", "state", buffer.Number, "state"},
		{"laser", "state", buffer.Number, "laser_state"}, {"", "flow", buffer.SCCM, "flow_sccm"}, {"", "humidity", buffer.Ratio, "humidity_ratio"},
	} {
		if got := buffer.MetricName(c.family, c.name, c.unit); got != c.want {
			t.Errorf("MetricName(%q, %q, %q) = %q, want %q", c.family, c.name, c.unit, got, c.want)
		}
	}
	if u := buffer.UnitNamed("service_number"); u != "" {
		t.Errorf("UnitNamed(service_number) = %q, want none: others give that name to what they like", u)
	}
}
