package telemetry

import (
	"slices"
	"strings"
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
	Text         string // in metric, device, labels, status or note; upper and lower case alike (of A to Z)
	Since, Until time.Time
	Boot         string
	After        string // "<boot>.<audit>.<readings>.<ingest>": the answering server's place, not the store's
	Limit        int    // the newest so many; 0 = all
}

// Match says whether the filter picks an event. After and Limit are not an event's business.
func (f *Filter) Match(e *buffer.Event) bool {
	switch {
	case f.MinSeverity > e.Severity,
		!picks(f.Types, e.Type), !picks(f.Kinds, e.Kind), !picks(f.Lanes, e.Lane),
		!picks(f.Devices, e.Device), !picks(f.Sources, e.Source),
		f.Boot != "" && f.Boot != e.Boot,
		!f.Since.IsZero() && e.Time.Before(f.Since),
		!f.Until.IsZero() && e.Time.After(f.Until):
		return false
	}
	return f.Text == "" || f.says(e)
}

// says whether the text stands somewhere in the event.
func (f *Filter) says(e *buffer.Event) bool {
	for _, s := range [...]string{e.Metric, e.Device, e.Status, e.Note, e.Missing} {
		if contains(s, f.Text) {
			return true
		}
	}
	for name, value := range e.Labels.All() {
		if contains(name, f.Text) || contains(value, f.Text) {
			return true
		}
	}
	return false
}

func picks[T comparable](allowed []T, v T) bool {
	return len(allowed) == 0 || slices.Contains(allowed, v)
}

// contains is strings.Contains without regard to case, and without allocation.
func contains(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if equal(s[i:i+len(part)], part) {
			return true
		}
	}
	return strings.Contains(s, part)
}

func equal(a, b string) bool {
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
