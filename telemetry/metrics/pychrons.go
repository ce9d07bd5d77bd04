package metrics

import "slices"

// pychrons are the names of Pychron's own metrics that this program declares, with that meaning. One that is posted is an event and moves
// none of ours: we count the events they are made from.
var pychrons = []string{"queue_starts_total", "queue_completions_total", "active_queues", "runs_started_total", "runs_completed_total", "runs_failed_total",
	"runs_canceled_total", "active_runs", "run_duration_seconds", "phase_duration_seconds", "phase_healthcheck_failures_total",
	"device_io_operations_total", "device_io_duration_seconds", "device_last_success_timestamp_seconds", "service_health_state", "service_last_success_timestamp_seconds"}

// Pychrons reports whether a declared name is Pychron's, so that Pychron may post it.
func Pychrons(name string) bool { return slices.Contains(pychrons, name) }
