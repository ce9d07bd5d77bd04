package buffer

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Limits of a question.
const (
	maxWords = 64  // in one list
	maxValue = 200 // bytes of one parameter's value
)

// Query reads the parameters of a question. It keeps the first mistake for [Query.Err]; what is wrong or absent reads as zero.
type Query struct {
	values url.Values
	err    error
}

// ParseQuery reads "name=value&name=value". A parameter that is not among names is a mistake.
func ParseQuery(raw string, names ...string) *Query {
	values, err := url.ParseQuery(raw)
	q := &Query{values: values}
	if err != nil {
		q.Fail("query: %v; must be name=value pairs of %s", err, anyOf(names))
		return q
	}
	for name := range values {
		if !slices.Contains(names, name) {
			q.Fail("query parameter %q is unknown; must be one of: %s", clip(name, 60), anyOf(names))
		}
	}
	return q
}

func anyOf(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// Err is the first mistake, nil where there is none: which parameter, and what it must be.
func (q *Query) Err() error { return q.err }

// Fail keeps a mistake, if it is the first.
func (q *Query) Fail(format string, args ...any) {
	if q.err == nil {
		q.err = fmt.Errorf(format, args...)
	}
}

// Has reports whether a parameter is given.
func (q *Query) Has(name string) bool { return q.values.Has(name) }

// Text is one text of at most 200 bytes, or "".
func (q *Query) Text(name string) string {
	all := q.values[name]
	if len(all) == 0 {
		return ""
	}
	if len(all) > 1 {
		q.Fail("query parameter %s is given %d times; must be given once", name, len(all))
		return ""
	}
	if len(all[0]) > maxValue {
		q.Fail("query parameter %s is %d bytes long; must be at most %d", name, len(all[0]), maxValue)
		return ""
	}
	return all[0]
}

// List is at most 64 words, separated by commas or given again and again.
func (q *Query) List(name string) []string {
	var words []string
	for _, value := range q.values[name] {
		for w := range strings.SplitSeq(value, ",") {
			if w != "" {
				words = append(words, w)
			}
		}
	}
	if len(words) > maxWords {
		q.Fail("query parameter %s has %d words; must be at most %d", name, len(words), maxWords)
		return nil
	}
	return words
}

// Number is a whole number from low to high; it is otherwise where the parameter is absent.
func (q *Query) Number(name string, otherwise, low, high int) int {
	text := q.Text(name)
	if text == "" {
		return otherwise
	}
	n, ok := ParseWhole(text)
	if !ok || n < low || n > high {
		q.Fail("query parameter %s=%q must be a whole number from %d to %d", name, clip(text, 60), low, high)
	}
	return n
}

// Moment is a time in whole microseconds, UTC: RFC 3339, or seconds since 1970.
func (q *Query) Moment(name string) time.Time {
	text := q.Text(name)
	if text == "" {
		return time.Time{}
	}
	t, ok := ParseMoment(text)
	if !ok {
		q.Fail("query parameter %s=%q is no time; must be RFC 3339 (2026-11-22T18:19:00Z) or seconds since 1970", name, clip(text, 60))
	}
	return t
}

// ParseMoment reads RFC 3339 or seconds since 1970, up to the year 9999.
func ParseMoment(text string) (time.Time, bool) {
	if seconds, ok := ParseNumber(text); ok {
		return Epoch(seconds)
	}
	return ParseRFC3339(text)
}

// ParseRFC3339 reads a time that somebody gives an event, in whole microseconds; false outside the years 1970 to 9999. What is before them is the zero of a
// program that had no time, and what is behind cannot be written again.
func ParseRFC3339(text string) (time.Time, bool) {
	t, ok := ParseTime(text)
	t = t.UTC().Truncate(time.Microsecond)
	return t, ok && told(t)
}

// told reports whether a time in UTC lies in the years that are taken.
func told(t time.Time) bool { return t.Year() >= 1970 && t.Year() <= 9999 }

// Epoch is seconds since 1970 as a time, to the microsecond; false outside the years 1970 to 9999.
func Epoch(seconds float64) (time.Time, bool) {
	if !(seconds >= 0 && seconds < 253402300800) {
		return time.Time{}, false
	}
	return time.UnixMicro(int64(math.Round(seconds * 1e6))).UTC(), true
}

// parseWords reads each word of a list.
func parseWords[T any](q *Query, name string, parse func(string) (T, error)) []T {
	var out []T
	for _, w := range q.List(name) {
		v, err := parse(w)
		if err != nil {
			q.Fail("query parameter %s: %v", name, err)
		}
		out = append(out, v)
	}
	return out
}
