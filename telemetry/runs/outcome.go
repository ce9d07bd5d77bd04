package runs

import (
	"strings"

	"pychron-edge/buffer"
)

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
