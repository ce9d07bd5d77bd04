package drivers

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// flags are 0 or 1, or one of a few states.
var flags = []Unit{"", Number}

// boundNames are the names of readings that mean one quantity everywhere, with the units it may have: metrics, dashboards and Pychron's clients
// go by them.
var boundNames = map[string][]Unit{
	"pressure": {Pascals}, "temperature": {Celsius}, "voltage": {Volts}, "current": {Amperes}, "power": {Watts, Percent, VoltAmperes},
	"frequency": {Hertz}, "rotation": {Hertz}, "humidity": {Percent, Ratio}, "mass": {Daltons, Grams}, "mass_flow": {SCCM},
	"volume_flow": {CubicMetersPerSecond}, "flow": {SCCM, CubicMetersPerSecond, Percent},
	"open": flags, "enabled": flags, "motor": flags, "moving": flags, "running": flags, "fault": flags,
}

// usual are the other names that more than one instrument has.
var usual = []string{
	"acquiring", "backing", "battery_low", "closed", "commanded", "correction", "degas", "door_open", "emission", "emissivity", "error", "error_word", "fault_word", "held",
	"high_voltage", "intensity", "interlock_open", "level", "load", "mains_failed", "on_battery", "output", "pointer", "position", "rate", "remote", "setpoint", "speed",
	"speed_reached", "stable", "standby", "state", "status", "value", "warning", "warning_word", "working_setpoint",
}

// ReadingNames are the names of readings that instruments have in common, in order. An instrument may have others.
func ReadingNames() []string {
	return slices.Sorted(slices.Values(slices.Concat(slices.Collect(maps.Keys(boundNames)), usual)))
}

// UnitsOf are the units that a reading of that name may have, nil = any. Only names that mean one quantity everywhere are bound to some.
func UnitsOf(name string) []Unit { return boundNames[name] }

// checkMeaning says whether what q is called can be in its unit.
func (q *Quantity) checkMeaning() error {
	allowed := UnitsOf(q.Name)
	if allowed == nil || slices.Contains(allowed, q.unit().si) {
		return nil
	}
	words := unitWords(func(u spokenUnit) bool { return slices.Contains(allowed, u.si) })
	must := "one of " + strings.Join(words, ", ")
	if allowed[0] == "" {
		must = "left out, for it is 0 or 1"
	}
	return fmt.Errorf("unit: %q of a reading called %s; must be %s", q.Unit, q.Name, must)
}
