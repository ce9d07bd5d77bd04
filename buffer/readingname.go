package buffer

// MetricName is the name of a reading's metric without namespace: "pressure_pascals", "laser_power_percent",
// "valve_is_open". family is that of the model ("valve", "laser" or ""); a unit of "" means 0 or 1.
func MetricName(family, name string, unit Unit) string {
	if unit != "" {
		name += "_" + string(unit)
	} else {
		name = "is_" + name
	}
	if family != "" {
		name = family + "_" + name
	}
	return name
}
