package buffer

import "strings"

// families are the prefixes a model gives to its metrics.
var families = []string{"valve_", "laser_"}

var units = []Unit{Pascals, Celsius, Watts, Volts, Amperes, Hertz, Meters, Seconds, CountsPerSecond, Percent, Daltons}

// PointOf is the point an event is about: its channel, else the name of the reading that is in its metric's name
// ("valve_is_open" -> "open", "laser_power_percent" -> "power", "pressure_pascals" -> "pressure").
func PointOf(e *Event) string {
	if channel := e.Labels.Value("channel"); channel != "" {
		return channel
	}
	name := e.Metric
	for _, family := range families {
		if rest, ok := strings.CutPrefix(name, family); ok {
			name = rest
			break
		}
	}
	if rest, ok := strings.CutPrefix(name, "is_"); ok {
		return rest
	}
	unit := UnitOf(name)
	return strings.TrimSuffix(name, "_"+string(unit))
}

// UnitOf is the unit a metric's name ends in, or "".
func UnitOf(metric string) Unit {
	for _, unit := range units {
		if strings.HasSuffix(metric, "_"+string(unit)) {
			return unit
		}
	}
	return ""
}
