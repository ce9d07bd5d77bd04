package lifecycle

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
