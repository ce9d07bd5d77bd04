package buffer

import (
	"slices"
	"strings"
	"time"
)

// Limits of a filter, in events.
const (
	DefaultLimit = 1000
	MaxLimit     = 50_000
)

// Filter picks events: those of a ring with [Filter.Match], those of a store by the same rules in the store's language. The zero
// value of a field picks everything. Times count in whole microseconds.
type Filter struct {
	Types       []Type
	Kinds       []Kind
	Lanes       []Lane
	Devices     []string
	Sources     []string
	MinSeverity Severity
	Boot        string
	Since       time.Time // the event's time is this or later
	Until       time.Time // the event's time is earlier than this
	Text        string    // a part of one of [SearchedTexts]; of A to Z, upper and lower case are alike
	After       string    // the answering server's cursor "<boot>.<audit>.<readings>.<ingest>"; a ring and a store pass it over
	Limit       int       // the newest so many; 0 = all
}

// FilterParameters are the names that [ParseFilter] reads.
var FilterParameters = []string{"type", "kind", "severity", "device", "source", "lane", "q", "since", "until", "boot", "after", "limit"}

// ParseFilter reads a filter; mistakes are left in q. Without limit it is [DefaultLimit].
func ParseFilter(q *Query) Filter {
	f := Filter{
		Types: parseWords(q, "type", ParseType), Kinds: parseWords(q, "kind", ParseKind), Lanes: parseWords(q, "lane", ParseLane),
		Devices: q.List("device"), Sources: q.List("source"), Boot: q.Text("boot"), Text: q.Text("q"),
		Since: q.Moment("since"), Until: q.Moment("until"),
		After: q.Text("after"), Limit: q.Number("limit", DefaultLimit, 0, MaxLimit),
	}
	if word := q.Text("severity"); word != "" {
		severity, err := ParseSeverity(word)
		if err != nil {
			q.Fail("query parameter severity: %v; what is less severe is left out", err)
		}
		f.MinSeverity = severity
	}
	if !f.Since.IsZero() && !f.Until.IsZero() && f.Until.Before(f.Since) {
		q.Fail("query parameter until is before since; must be since or later")
	}
	return f
}

// Match reports whether the filter picks an event. After and Limit are not an event's business.
func (f *Filter) Match(e *Event) bool {
	return picks(f.Types, e.Type) && picks(f.Kinds, e.Kind) && picks(f.Lanes, e.Lane) &&
		picks(f.Devices, e.Device) && picks(f.Sources, e.Source) &&
		e.Severity >= f.MinSeverity &&
		(f.Boot == "" || e.Boot == f.Boot) &&
		(f.Since.IsZero() || e.Time.UnixMicro() >= f.Since.UnixMicro()) &&
		(f.Until.IsZero() || e.Time.UnixMicro() < f.Until.UnixMicro()) &&
		(f.Text == "" || f.finds(e))
}

func picks[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }

// Lists are the filter's lists that are not empty, by the name of the event's field: texts as strings, words as their numbers. A
// store asks for events whose field is one of the list.
func (f *Filter) Lists() map[string][]any {
	lists := map[string][]any{
		"type": numbers(f.Types), "kind": numbers(f.Kinds), "lane": numbers(f.Lanes),
		"device": texts(f.Devices), "source": texts(f.Sources),
	}
	for field, list := range lists {
		if len(list) == 0 {
			delete(lists, field)
		}
	}
	return lists
}

func numbers[T ~uint8](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = int64(v)
	}
	return out
}

func texts(list []string) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// SearchedTexts are the fields of an event that the text of a filter is looked for in.
var SearchedTexts = [...]string{"metric", "device", "point", "status", "missing", "note"}

// finds reports whether the text is a part of one of the searched fields.
func (f *Filter) finds(e *Event) bool {
	for _, s := range [len(SearchedTexts)]string{e.Metric, e.Device, e.Point, e.Status, e.Missing, e.Note} {
		if contains(s, f.Text) {
			return true
		}
	}
	return false
}

// LowerASCII is s with A to Z in lower case: the comparison that Go, both databases and the page can make alike.
func LowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// contains is strings.Contains of both in lower case, without allocation.
func contains(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if equalFold(s[i:i+len(part)], part) {
			return true
		}
	}
	return false
}

func equalFold(a, b string) bool {
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
