package telemetry

import (
	"regexp"
	"slices"
	"strings"

	"pychron-edge/buffer"
)

// MetricName is the name of a reading's metric without namespace: "pressure_pascals", "laser_power_percent",
// "valve_is_open". family is that of the model ("valve", "laser" or ""); a unit of "" means 0 or 1.
func MetricName(family, name string, unit buffer.Unit) string {
	switch {
	case unit != "":
		name += "_" + string(unit)
	default:
		name = "is_" + name
	}
	if family != "" {
		name = family + "_" + name
	}
	return name
}

// Fold makes a label of device_io_* as Pychron does: lower case, spaces to "_", at most 50 characters.
func Fold(s string) string {
	s = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), " ", "_")
	if runes := []rune(s); len(runes) > 50 {
		s = string(runes[:50])
	}
	return s
}

// word is what Prometheus allows as a name everywhere. The client library accepts any UTF-8, which the text format then
// bends until two names are one.
var word = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// longestName of a metric or label, in bytes.
const longestName = buffer.MaxString

// validName says whether s can be the name of a metric.
func validName(s string) bool {
	return len(s) <= longestName && !strings.HasPrefix(s, "__") && word.MatchString(s)
}

// validLabel says whether s can be the name of a label: not of those Prometheus and its histograms use themselves.
func validLabel(s string) bool {
	switch s {
	case "le", "quantile", "job", "instance":
		return false
	}
	return validName(s)
}

// builtin is every name of ours beside the readings, with the help text it is shown with. Nobody may ingest one of them.
var builtin = map[string]string{
	"device_io_operations_total":             "Exchanges with a device, by operation and result.",
	"device_io_duration_seconds":             "How long exchanges with a device took.",
	"device_last_success_timestamp_seconds":  "When a device last answered.",
	"device_up":                              "Whether a device answers (1) or has failed (0).",
	"phase_healthcheck_failures_total":       "Health checks that failed, by phase and kind.",
	"service_health_state":                   "Health of a part of the program: 0 unknown, 1 healthy, 2 degraded, 3 unavailable.",
	"service_last_success_timestamp_seconds": "When a service last worked.",
	"queue_starts_total":                     "Experiment queues started.",
	"queue_completions_total":                "Experiment queues completed.",
	"active_queues":                          "Experiment queues that are running.",
	"runs_started_total":                     "Runs started.",
	"runs_completed_total":                   "Runs that ended well.",
	"runs_failed_total":                      "Runs that failed.",
	"runs_canceled_total":                    "Runs that were canceled.",
	"active_runs":                            "Runs that are under way.",
	"run_duration_seconds":                   "How long runs took.",
	"phase_duration_seconds":                 "How long the phases of runs took.",
	"reading_timestamp_seconds":              "When the readings of a channel were true.",
	"reading_bound":                          "A reading that is only a limit: -1 the quantity is at most this, 1 at least.",
	"interlock_tripped":                      "Whether an interlock rule is tripped.",
	"alarm_active":                           "Whether an alarm is active.",
	"clock_offset_seconds":                   "Wall clock minus what it was believed to be at the start.",
	"commands_total":                         "Commands carried out, by result.",
	"commands_refused_total":                 "Commands refused, by reason.",
	"interlock_trips_total":                  "How often an interlock rule tripped.",
	"valve_actuations_total":                 "How often a valve moved; survives a restart when journalled.",
	"laser_beam_seconds_total":               "How long the laser fired; survives a restart when journalled.",
	"laser_shots_total":                      "Shots of the laser; survives a restart when journalled.",
	"on_seconds_total":                       "How long something was on; survives a restart when journalled.",
	"ring_events":                            "Events held in a ring.",
	"ring_capacity_events":                   "Events a ring can hold.",
	"ring_overwritten_total":                 "Events a ring has forgotten.",
	"uplink_connected":                       "Whether the broker is connected.",
	"uplink_lag_events":                      "Events the broker has not acknowledged yet.",
	"uplink_published_total":                 "Events the broker has acknowledged.",
	"uplink_gap_events_total":                "Events that were overwritten before they could be sent.",
	"port_resyncs_total":                     "How often a line had to find its place again.",
	"port_reopens_total":                     "How often a line was opened again.",
	"port_queue_seconds":                     "Time exchanges have waited for their line.",
	"port_wedged":                            "Whether a line is stuck in a write.",
	"config_last_reload_successful":          "Whether the configuration that was loaded last is in force.",
	"build_info":                             "Version of this program; always 1.",
	"metrics_dropped_series_total":           "Series that could not be shown, by reason.",
}

// help is the text a metric is shown with.
func help(name string) string {
	if text, ok := builtin[name]; ok {
		return text
	}
	if unit := buffer.UnitNamed(name); unit != "" {
		return "Reading in " + strings.ReplaceAll(string(unit), "_", " ") + "."
	}
	if what, ok := cutState(name); ok {
		return "Whether it is " + strings.ReplaceAll(what, "_", " ") + " (1) or not (0)."
	}
	return "Counted or measured by " + strings.ReplaceAll(strings.TrimSuffix(name, "_total"), "_", " ") + "."
}

// visitorHelp is the text a metric is shown with that others posted: what it means is theirs to say.
func visitorHelp(name string) string {
	return "Posted to this program: " + strings.ReplaceAll(strings.TrimSuffix(name, "_total"), "_", " ") + "."
}

// cutState cuts "valve_is_", "laser_is_" or "is_" off the name of a 0/1 reading.
func cutState(name string) (string, bool) {
	for _, prefix := range []string{"valve_is_", "laser_is_", "is_"} {
		if what, ok := strings.CutPrefix(name, prefix); ok {
			return what, true
		}
	}
	return "", false
}

// parts begin the names of what the parts of the program count of themselves.
var parts = []string{"agent_", "viewer_", "uplink_", "ring_", "port_", "device_io_", "interlock_", "metrics_"}

// ours says whether a name belongs to this program, so that nobody else may bring a series of it.
func ours(name string) bool {
	if _, ok := builtin[name]; ok {
		return true
	}
	if _, ok := builtin[name+"_total"]; ok {
		return true
	}
	_, state := cutState(name)
	return state || slices.ContainsFunc(parts, func(p string) bool { return strings.HasPrefix(name, p) })
}
