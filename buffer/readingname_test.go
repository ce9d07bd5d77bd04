package buffer_test

import (
	"testing"

	"pychron-edge/buffer"
)

func TestMetricName(t *testing.T) {
	for _, c := range []struct {
		family, name string
		unit         buffer.Unit
		want         string
	}{
		{"", "pressure", buffer.Pascals, "pressure_pascals"},
		{"laser", "power", buffer.Percent, "laser_power_percent"},
		{"valve", "open", "", "valve_is_open"},
		{"", "degassing", "", "is_degassing"},
		{"", "intensity", buffer.CountsPerSecond, "intensity_counts_per_second"},
		{"", "flow", buffer.CubicMetersPerSecond, "flow_cubic_meters_per_second"},
		{"", "flow", buffer.SCCM, "flow_sccm"},
		{"pump", "state", buffer.Number, "pump_state"},
	} {
		if got := buffer.MetricName(c.family, c.name, c.unit); got != c.want {
			t.Errorf("MetricName(%q, %q, %q) = %q, want %q", c.family, c.name, c.unit, got, c.want)
		}
	}
}
