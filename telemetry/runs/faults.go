package runs

import (
	"cmp"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/lifecycle"
)

// Fault is one thing that went wrong during a run.
type Fault struct {
	Time     time.Time `json:"timestamp"`
	Kind     string    `json:"kind"`
	Severity string    `json:"severity"`
	About    string    `json:"about"` // a device, a rule, an alarm, a phase
	Status   string    `json:"status"`
	Note     string    `json:"note"`
	Event    string    `json:"event"` // boot/lane/seq
}

// IsFault reports whether an event is something that went wrong: a failure, a trip, an alarm, a refusal, or what was not carried out.
func IsFault(e *buffer.Event) bool {
	switch e.Kind {
	case buffer.Failure:
		return true
	case buffer.Trip, buffer.Alarm:
		return e.Value == 1
	case buffer.Command:
		return e.Severity >= buffer.Warning && lifecycle.OutcomeOf(e.Status) == lifecycle.Failed
	}
	return false
}

// IsRestart reports whether an event is a start of an agent.
func IsRestart(e *buffer.Event) bool { return e.Metric == "agent_starts_total" }

// AddAudit counts the faults and restarts among events into the runs of the same agent that they fall into: into both, where two run.
func AddAudit(list []Run, audit []buffer.Event, now time.Time) {
	for i := range audit {
		e := &audit[i]
		fault, restart := IsFault(e), IsRestart(e)
		if !fault && !restart {
			continue
		}
		for j := range list {
			r := &list[j]
			if r.Source != e.Source || e.Time.Before(r.Begun()) || e.Time.After(r.Over(now)) {
				continue
			}
			if fault {
				r.Faults++
			} else {
				r.Restarts++
			}
		}
	}
}

// faultOf is an event as a fault.
func faultOf(e *buffer.Event) Fault {
	l := e.Labels
	return Fault{Time: e.Time, Kind: e.Kind.String(), Severity: e.Severity.String(), Status: StatusOf(e), Note: e.Note, Event: eventID(e),
		About: cmp.Or(l.Value("rule"), l.Value("alarm"), e.Device, l.Value("device"), l.Value("service"), e.Metric)}
}
