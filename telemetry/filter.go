package telemetry

import (
	"time"

	"pychron-edge/buffer"
)

// Filter picks events. The zero value of a field picks everything.
type Filter struct {
	Types        []buffer.Type
	Kinds        []buffer.Kind
	MinSeverity  buffer.Severity
	Devices      []string
	Sources      []string
	Lanes        []buffer.Lane
	Text         string // in metric, device, labels, status or note; upper and lower case alike
	Since, Until time.Time
	Boot         string
	After        string // "<boot>.<audit>.<readings>.<ingest>"
	Limit        int
}
