package buffer

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// ParseNumber reads a number as JSON writes one, in decimal digits. strconv.ParseFloat also takes 1_000, 0x1p4, +5, .5, inf and nan, which
// in a text from outside are mistakes.
func ParseNumber(text string) (float64, bool) {
	if !isNumber(text) {
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil
}

// ParseWhole reads a whole number as JSON writes one: no sign but -, no leading zeros.
func ParseWhole(text string) (int, bool) {
	if !isNumber(text) {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

func isNumber(text string) bool {
	if text == "" {
		return false
	}
	first, last := text[0], text[len(text)-1]
	return (first == '-' || isDigit(first)) && isDigit(last) && json.Valid([]byte(text)) // which alone would take blanks, too
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// ParseTime reads RFC 3339 as the standard has it. time.Parse also takes an hour of one digit, a comma before the fraction, and a zone that
// is a whole day off.
func ParseTime(text string) (time.Time, bool) {
	const day, hour = 24 * 60 * 60, len("2006-01-02T15")
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || text[hour] != ':' || strings.IndexByte(text, ',') >= 0 {
		return time.Time{}, false
	}
	_, zone := t.Zone()
	return t, -day < zone && zone < day
}

// ParseSpan reads a duration with its units: 2s, 1h30m, 0.5s. time.ParseDuration also takes a sign, and .5s.
func ParseSpan(text string) (time.Duration, bool) {
	if text == "" || !isDigit(text[0]) {
		return 0, false
	}
	d, err := time.ParseDuration(text)
	return d, err == nil
}
