package telemetry

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// Bounds of a question.
const (
	defaultLimit = 1000
	maxLimit     = 50_000
	maxWords     = 64  // in one list
	maxValue     = 200 // bytes of one parameter's value
)

// query is the parameters of a request. The first mistake is kept.
type query struct {
	values url.Values
	err    error
}

// ask reads the parameters of a request, of which only those named are allowed.
func ask(r *http.Request, allowed ...string) *query {
	q := &query{}
	q.values, q.err = url.ParseQuery(r.URL.RawQuery)
	if q.err != nil {
		q.err = bad("query: %v; allowed are name=value pairs of %s", q.err, strings.Join(allowed, ", "))
		return q
	}
	for name := range q.values {
		if !slices.Contains(allowed, name) {
			q.err = bad("query parameter %q is unknown; allowed are %s", cut(name), orNone(allowed))
		}
	}
	return q
}

func orNone(allowed []string) string {
	if len(allowed) == 0 {
		return "none"
	}
	return strings.Join(allowed, ", ")
}

func (q *query) fail(format string, args ...any) {
	if q.err == nil {
		q.err = bad(format, args...)
	}
}

// text is one word, or "".
func (q *query) text(name string) string {
	all := q.values[name]
	if len(all) == 0 {
		return ""
	}
	if len(all) > 1 || len(all[0]) > maxValue {
		q.fail("query parameter %s is given %d times or longer than %d bytes; allowed is once", name, len(all), maxValue)
		return ""
	}
	return all[0]
}

// list is words, separated by commas or given again and again.
func (q *query) list(name string) []string {
	var words []string
	for _, value := range q.values[name] {
		for w := range strings.SplitSeq(value, ",") {
			if w != "" {
				words = append(words, w)
			}
		}
	}
	if len(words) > maxWords {
		q.fail("query parameter %s has %d words; allowed are %d", name, len(words), maxWords)
		return nil
	}
	return words
}

// number is an integer from low to high; absent is otherwise.
func (q *query) number(name string, otherwise, low, high int) int {
	text := q.text(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		q.fail("query parameter %s=%q; allowed is a whole number from %d to %d", name, cut(text), low, high)
	}
	return n
}

// moment is a time: RFC 3339, or seconds since 1970.
func (q *query) moment(name string) time.Time {
	text := q.text(name)
	if text == "" {
		return time.Time{}
	}
	t, ok := parseMoment(text)
	if !ok {
		q.fail("query parameter %s=%q is no time; allowed are RFC 3339 (2026-11-22T18:19:00Z) and seconds since 1970", name, cut(text))
	}
	return t
}

// parseMoment reads RFC 3339 or seconds since 1970, up to the year 9999.
func parseMoment(text string) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t.UTC(), t.Year() >= 1970
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return time.Time{}, false
	}
	return epoch(seconds)
}

// epoch is seconds since 1970 as a time, to the microsecond.
func epoch(seconds float64) (time.Time, bool) {
	if !(seconds >= 0 && seconds < 253402300800) {
		return time.Time{}, false
	}
	return time.UnixMicro(int64(math.Round(seconds * 1e6))).UTC(), true
}

// words parses each word of a list.
func words[T any](q *query, name string, parse func(string) (T, error)) []T {
	var out []T
	for _, w := range q.list(name) {
		v, err := parse(w)
		if err != nil {
			q.fail("query parameter %s: %v", name, err)
		}
		out = append(out, v)
	}
	return out
}

var eventParameters = []string{"type", "kind", "severity", "device", "source", "lane", "q", "since", "until", "boot",
	"after", "limit", "format", "units"}

// filter reads the parameters of GET /events.
func (q *query) filter() Filter {
	f := Filter{
		Types: words(q, "type", buffer.ParseType), Kinds: words(q, "kind", buffer.ParseKind),
		Lanes: words(q, "lane", buffer.ParseLane), Devices: q.list("device"), Sources: q.list("source"),
		Text: q.text("q"), Since: q.moment("since"), Until: q.moment("until"), Boot: q.text("boot"),
		After: q.text("after"), Limit: q.number("limit", defaultLimit, 0, maxLimit),
	}
	if word := q.text("severity"); word != "" {
		severity, err := buffer.ParseSeverity(word)
		if err != nil {
			q.fail("query parameter severity: %v; what is less severe is left out", err)
		}
		f.MinSeverity = severity
	}
	if !f.Since.IsZero() && !f.Until.IsZero() && f.Until.Before(f.Since) {
		q.fail("query parameter until is before since; allowed is after")
	}
	return f
}
