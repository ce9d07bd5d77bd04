package buffer

// MetricName is the name of a reading's metric without namespace: "pressure_pascals", "laser_power_percent",
// "valve_is_open", "pump_state". family is that of the model ("valve", "laser" or ""); a unit of "" means 0 or 1. A plain number
// has no unit in its name.
func MetricName(family, name string, unit Unit) string {
	switch unit {
	case "":
		name = "is_" + name
	case Number:
	default:
		name += "_" + string(unit)
	}
	if family != "" {
		name = family + "_" + name
	}
	return name
}
