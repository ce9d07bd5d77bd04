package blackbox

import (
	"cmp"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// Kinds of causes.
const (
	tripKind    = "trip"
	failureKind = "failure"
	runKind     = "run"
)

// kindOf is which cause an event is, "" if it is none: a trip, the failure of a device that is watched, a run that was posted as failed.
func kindOf(e *buffer.Event, watched func(device string) bool) string {
	switch {
	case e.Kind == buffer.Trip && e.Value == 1:
		return tripKind
	case e.Kind == buffer.Failure && e.Device != "" && watched(e.Device):
		return failureKind
	case e.Kind == buffer.Lifecycle && e.Severity >= buffer.Error && (e.Metric == "run_completed" || e.Metric == "run_completed_total"):
		return runKind
	}
	return ""
}

func causeOf(e *buffer.Event, kind string) cause {
	l := e.Labels
	return cause{up: e.Up, device: e.Device, TripCause: telemetry.TripCause{ID: telemetry.TripID(e), Time: e.Time, Kind: kind, Severity: e.Severity.String(),
		Status: e.Status, Note: e.Note, About: cmp.Or(l.Value("rule"), e.Device, l.Value("run_id"), l.Value("run"), e.Metric)}}
}
