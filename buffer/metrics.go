package buffer

// Metric declares a metric of ours beside the readings, which are named by [Sample]. Nobody else may bring one of these names.
type Metric struct {
	Name   string // without namespace
	Type   Type
	Labels []string // that a series of it has, sorted
	Help   string   // the text it is shown with: one sentence
}

// Metrics is every metric of ours, one declaration each. What this program emits itself is above; below are those of Pychron, which
// keep their meaning.
var Metrics = []Metric{
	{"device_up", Gauge, []string{"device"}, "Whether a device answers (1) or has failed (0)."},
	{"device_io_operations_total", Counter, []string{"device", "operation", "result"}, "Exchanges with a device, by operation and result."},
	{"device_io_duration_seconds", Histogram, []string{"device", "operation"}, "How long exchanges with a device took."},
	{"device_last_success_timestamp_seconds", Gauge, []string{"device"}, "When a device last answered."},
	{"reading_timestamp_seconds", Gauge, []string{"channel", "device", "source"}, "When the readings of a channel were true."},
	{"reading_bound", Gauge, []string{"channel", "device", "reading", "source"}, "A reading that is only a limit: -1 the quantity is at most this, 1 at least."},
	{"commands_total", Counter, []string{"control", "device", "result"}, "Commands carried out, by result."},
	{"commands_refused_total", Counter, []string{"device", "reason"}, "Commands refused, by reason."},
	{"commands_refused_again_total", Counter, []string{"reason"}, "Refusals that repeated an earlier one, as far as their count is told; commands_refused_total has all."},
	{"interlock_tripped", Gauge, []string{"rule"}, "Whether an interlock rule is tripped."},
	{"interlock_bypassed", Gauge, []string{"rule"}, "Whether an interlock rule is bypassed."},
	{"interlock_trips_total", Counter, []string{"rule"}, "How often an interlock rule tripped."},
	{"alarm_active", Gauge, []string{"alarm"}, "Whether an alarm is active."},
	{"alarms_raised_total", Counter, []string{"alarm"}, "How often an alarm was raised."},
	{"clock_offset_seconds", Gauge, nil, "Wall clock minus what it was believed to be at the start."},
	{"phase_healthcheck_failures_total", Counter, []string{"kind", "phase"}, "Health checks that failed, by phase and kind."},
	{"service_health_state", Gauge, []string{"service"}, "Health of a part of the program: 0 unknown, 1 healthy, 2 degraded, 3 unavailable."},
	{"service_last_success_timestamp_seconds", Gauge, []string{"service"}, "When a service last worked."},
	{"valve_actuations_total", Counter, []string{"device"}, "How often a valve moved; survives a restart when journalled."},
	{"laser_beam_seconds_total", Counter, []string{"device"}, "How long the laser fired; survives a restart when journalled."},
	{"laser_shots_total", Counter, []string{"device"}, "Shots of the laser; survives a restart when journalled."},
	{"on_seconds_total", Counter, []string{"device"}, "How long something was on; survives a restart when journalled."},
	{"port_resyncs_total", Counter, []string{"port"}, "How often a line had to find its place again."},
	{"port_reopens_total", Counter, []string{"port"}, "How often a line was opened again."},
	{"port_queue_seconds", Gauge, []string{"port"}, "Time exchanges have waited for their line."},
	{"port_wedged", Gauge, []string{"port"}, "Whether a line is stuck in a write."},
	{"ring_events", Gauge, []string{"lane"}, "Events held in a ring."},
	{"ring_capacity_events", Gauge, []string{"lane"}, "Events a ring can hold."},
	{"ring_overwritten_total", Counter, []string{"lane"}, "Events a ring has forgotten."},
	{"uplink_connected", Gauge, nil, "Whether the broker is connected."},
	{"uplink_lag_events", Gauge, []string{"lane"}, "Events the broker has not acknowledged yet."},
	{"uplink_published_total", Counter, []string{"lane"}, "Events the broker has acknowledged."},
	{"uplink_gap_events_total", Counter, []string{"lane"}, "Events that were overwritten before they could be sent."},
	{"config_last_reload_successful", Gauge, nil, "Whether the configuration that was loaded last is in force."},
	{"config_in_force_is_kept", Gauge, nil, "Whether the last good configuration runs because the file was refused at the start."},
	{"build_info", Gauge, []string{"version"}, "Version of this program; always 1."},
	{"metrics_dropped_series_total", Counter, []string{"reason"}, "Series that could not be shown, by reason."},
	{"agent_starts_total", Counter, nil, "Starts of the agent: 1, for it counts from its own."},
	{"agent_stops_total", Counter, nil, "Stops of the agent that it announced."},
	{"agent_reloads_total", Counter, []string{"result"}, "How often the configuration was loaded again, by result."},
	{"agent_capture_changes_total", Counter, nil, "How often the capture of readings was switched on or off."},
	{"agent_clears_total", Counter, nil, "How often somebody set the mark below which the page shows no events."},
	{"agent_calls_panicked_total", Counter, []string{"call"}, "Reading calls of the page and API that failed by a fault of the program, by call."},
	{"agent_ride_throughs_total", Counter, []string{"device"}, "Lasers that went on when their line returned."},
	{"agent_notify_failures_total", Counter, []string{"to"}, "Messages of alarms that were dropped unsent, by receiver."},
	{"agent_notify_tests_total", Counter, nil, "How often somebody tested the receivers of alarms."},
	{"agent_notifications_total", Counter, []string{"result", "to"}, "Messages of alarms that were sent, or superseded before they were."},
	{"agent_notifications_waiting", Gauge, []string{"to"}, "Messages of alarms that wait to be sent."},
	{"agent_pipette_shots_total", Counter, []string{"pipette"}, "Shots of a pipette since the start."},
	{"agent_configurations_refused_total", Counter, nil, "Starts at which the file was refused and the last good configuration runs."},
	{"agent_configurations_accepted_total", Counter, nil, "How often somebody accepted the last good configuration in place of a file that was refused."},
	{"agent_unclean_starts_total", Counter, nil, "Starts after an agent that did not stop in order."},
	{"agent_state_damaged_total", Counter, nil, "Parts of the state directory that could not be read at the start."},
	{"agent_odometer_notes_total", Counter, []string{"device"}, "Events that carry the counts of a device into the journal."},
	{"agent_pychron_clients_refused_total", Counter, []string{"reason"}, "Clients of Pychron's protocol that were turned away without an answer, by reason."},
	{"agent_pychron_lasers_left_on_total", Counter, []string{"device"}, "Kept connections of Pychron's protocol that ended while the laser may be on."},
	{"agent_pychron_restarts_total", Counter, nil, "Starts of Pychron that its metrics page has shown, after the first contact."},
	{"agent_pychron_clock_offset_seconds", Gauge, nil, "Pychron's clock minus this one, as far as its events tell; absent while they fit."},
	{"agent_ingest_refused_total", Counter, nil, "Messages of events from the broker that were refused."},
	{"flag_is_set", Gauge, []string{"flag"}, "Whether a flag by which Pychron's clients share the line is set."},
	{"agent_up", Gauge, []string{"agent"}, "Whether the viewer hears an agent (1) or not (0)."},
	{"viewer_messages_refused_total", Counter, []string{"agent"}, "Messages that the viewer set aside because no agent sends such, by agent."},
	{"viewer_stores_damaged_total", Counter, nil, "Stores that were damaged and moved aside, or deleted, for which a new one was begun."},
	{"viewer_agents_forgotten_total", Counter, []string{"agent"}, "Agents that are not shown any more because somebody said so."},
	{"viewer_store_failures_total", Counter, nil, "Times that storing failed: a full disk, a database server that is away."},
	{"store_bytes", Gauge, nil, "Size of the viewer's store."},

	{"queue_starts_total", Counter, nil, "Experiment queues started."},
	{"queue_completions_total", Counter, nil, "Experiment queues completed."},
	{"active_queues", Gauge, nil, "Experiment queues that are running."},
	{"runs_started_total", Counter, nil, "Runs started."},
	{"runs_completed_total", Counter, nil, "Runs that ended well."},
	{"runs_failed_total", Counter, nil, "Runs that failed."},
	{"runs_canceled_total", Counter, nil, "Runs that were canceled."},
	{"active_runs", Gauge, nil, "Runs that are under way."},
	{"run_duration_seconds", Histogram, nil, "How long runs took."},
	{"phase_duration_seconds", Histogram, []string{"phase"}, "How long the phases of runs took."},
}

var declared = func() map[string]*Metric {
	all := make(map[string]*Metric, len(Metrics))
	for i := range Metrics {
		all[Metrics[i].Name] = &Metrics[i]
	}
	return all
}()

// Declared is the declaration of a metric, nil where there is none.
func Declared(name string) *Metric { return declared[name] }
