package buffer_test

import (
	"testing"

	"pychron-edge/buffer"
)

func TestPointOf(t *testing.T) {
	for _, c := range []struct {
		metric, channel, point string
		unit                   buffer.Unit
	}{
		{"pressure_pascals", "ig", "ig", buffer.Pascals},
		{"pressure_pascals", "", "pressure", buffer.Pascals},
		{"valve_is_open", "", "open", ""},
		{"valve_is_commanded", "", "commanded", ""},
		{"laser_is_enabled", "", "enabled", ""},
		{"laser_power_percent", "", "power", buffer.Percent},
		{"is_enabled", "", "enabled", ""},
		{"intensity_counts_per_second", "", "intensity", buffer.CountsPerSecond},
		{"device_up", "", "device_up", ""},
		{"mass_daltons", "", "mass", buffer.Daltons},
	} {
		e := buffer.Event{Metric: c.metric}
		if c.channel != "" {
			e.Labels = buffer.MakeLabels("channel", c.channel, "device", "d")
		}
		if got := buffer.PointOf(&e); got != c.point {
			t.Errorf("PointOf(%s, channel %q) = %q, want %q", c.metric, c.channel, got, c.point)
		}
		if got := buffer.UnitOf(c.metric); got != c.unit {
			t.Errorf("UnitOf(%s) = %q, want %q", c.metric, got, c.unit)
		}
	}
}
