package runs

import (
	"strings"

	"pychron-edge/buffer"
)

// Outcome is what the status of a run, a phase, a queue or an operation means.
type Outcome uint8

// The outcomes. The zero Outcome means that no status was given.
const (
	None Outcome = iota
	Done
	Canceled
	Failed
)

// OutcomeOf is what a status means, as Pychron uses the words: a truncated run was cut short by a condition and saved, and an aborted one was
// ended by a person. Any word that is not known is a failure.
func OutcomeOf(status string) Outcome {
	switch strings.ToLower(status) {
	case "":
		return None
	case "success", "truncated":
		return Done
	case "canceled", "cancelled", "aborted":
		return Canceled
	}
	return Failed
}

// Severity is that of an event with the outcome.
func (o Outcome) Severity() buffer.Severity {
	switch o {
	case Canceled:
		return buffer.Warning
	case Failed:
		return buffer.Error
	}
	return buffer.Info
}

// Ends reports whether a metric of a posted event says that something of a run ended: a run, a phase of it, a queue, or an operation.
func Ends(metric string) bool {
	if _, edge := edgeOf(metric); edge == ended {
		return true
	}
	return groupOf(metric) != ""
}

// StatusOf is the status of a posted event: the label where the field says nothing bad, for Pychron writes it there.
func StatusOf(e *buffer.Event) string {
	label := e.Labels.Value("status")
	if label != "" && (e.Status == "success" || e.Status == "") {
		return strings.ToLower(label)
	}
	return strings.ToLower(e.Status)
}
