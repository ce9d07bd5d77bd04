package buffer

import (
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// NotFinite is the reason given in place of a NaN or an infinity, which JSON cannot express.
const NotFinite = "not a finite number"

// AppendJSON appends e as one JSON object to dst: Pychron's six keys, then ours, always in this order,
//
//	{"timestamp":"2026-11-22T18:19:00.123456Z","event_type":"gauge","metric_name":"pressure_pascals","value":1.2e-7,
//	 "labels":{"channel":"ig","device":"ion1"},"status":"success","bound":"exact","source":"line1","boot":"9f2c61aa",
//	 "lane":"readings","seq":1841,"up":8123.551204,"device":"ion1","point":"ig","unit":"pascals","kind":"reading",
//	 "severity":"info"}
//
// without spaces. A missing value is "value":null,"missing":"<why>"; a note, where there is one, comes last. The time is UTC in
// microseconds, "" where there is none; up is in seconds. Bytes that are no UTF-8 become U+FFFD. It allocates nothing but
// what dst needs to grow.
func AppendJSON(dst []byte, e *Event) []byte {
	dst = append(dst, timestampKey...)
	dst = appendTime(dst, e.Time)
	dst = appendMetric(dst, e)
	dst = appendValue(dst, e)
	dst = appendLabelled(dst, e)
	dst = append(dst, e.Bound.String()...)
	dst = appendOrigin(dst, e)
	dst = strconv.AppendUint(dst, e.Seq, 10)
	dst = append(dst, upKey...)
	dst = appendSeconds(dst, e.Up)
	dst = appendSubject(dst, e)
	return appendNote(dst, e)
}

const (
	timestampKey = `{"timestamp":"`
	upKey        = `,"up":`
)

// appendMetric appends what stands between the time and the value.
func appendMetric(dst []byte, e *Event) []byte {
	dst = append(dst, `","event_type":"`...)
	dst = append(dst, e.Type.String()...)
	dst = append(dst, `","metric_name":`...)
	dst = appendString(dst, e.Metric)
	return append(dst, `,"value":`...)
}

// appendLabelled appends what stands between the value and its bound.
func appendLabelled(dst []byte, e *Event) []byte {
	dst = append(dst, `,"labels":`...)
	dst = appendLabels(dst, e.Labels)
	dst = append(dst, `,"status":`...)
	dst = appendString(dst, e.Status)
	return append(dst, `,"bound":"`...)
}

// appendOrigin appends what stands between the bound and the number.
func appendOrigin(dst []byte, e *Event) []byte {
	dst = append(dst, `","source":`...)
	dst = appendString(dst, e.Source)
	dst = append(dst, `,"boot":`...)
	dst = appendString(dst, e.Boot)
	dst = append(dst, `,"lane":"`...)
	dst = append(dst, e.Lane.String()...)
	return append(dst, `","seq":`...)
}

// appendSubject appends what stands between the time since the start and the note.
func appendSubject(dst []byte, e *Event) []byte {
	dst = append(dst, `,"device":`...)
	dst = appendString(dst, e.Device)
	dst = append(dst, `,"point":`...)
	dst = appendString(dst, e.Point)
	dst = append(dst, `,"unit":`...)
	dst = appendString(dst, string(e.Unit))
	dst = append(dst, `,"kind":"`...)
	dst = append(dst, e.Kind.String()...)
	dst = append(dst, `","severity":"`...)
	dst = append(dst, e.Severity.String()...)
	return append(dst, '"')
}

// appendNote appends the note, where there is one, and the end.
func appendNote(dst []byte, e *Event) []byte {
	if e.Note != "" {
		dst = append(dst, `,"note":`...)
		dst = appendString(dst, e.Note)
	}
	return append(dst, '}')
}

// missing is why e has no value, "" if it has one.
func (e *Event) missing() string {
	if e.Missing == "" && (math.IsNaN(e.Value) || math.IsInf(e.Value, 0)) {
		return NotFinite
	}
	return e.Missing
}

func appendValue(dst []byte, e *Event) []byte {
	if why := e.missing(); why != "" {
		return appendString(append(dst, `null,"missing":`...), why)
	}
	return appendFloat(dst, e.Value)
}

// appendFloat appends the shortest text that reads back as v: 1.2e-7 as ECMAScript writes it, not 1.2e-07.
func appendFloat(dst []byte, v float64) []byte {
	if i := int64(v); float64(i) == v && i > -1e6 && i < 1e6 && (i != 0 || !math.Signbit(v)) {
		return strconv.AppendInt(dst, i, 10)
	}
	if a := math.Abs(v); v == 0 || a >= 1e-6 && a < 1e21 {
		return strconv.AppendFloat(dst, v, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, v, 'e', -1, 64)
	if n := len(dst); dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

func appendLabels(dst []byte, l Labels) []byte {
	dst = append(dst, '{')
	first := true
	for k, v := range l.All() {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = appendString(append(appendString(dst, k), ':'), v)
	}
	return append(dst, '}')
}

// appendTime appends RFC 3339 in UTC with six digits of a second; nothing for the zero time and years it cannot express.
func appendTime(dst []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	if t.IsZero() || year < 0 || year > 9999 {
		return dst
	}
	hour, minute, second := t.Clock()
	dst = append(digits2(digits2(dst, year/100), year%100), '-')
	dst = append(digits2(dst, int(month)), '-')
	dst = append(digits2(dst, day), 'T')
	dst = append(digits2(dst, hour), ':')
	dst = append(digits2(dst, minute), ':')
	dst = append(digits2(dst, second), '.')
	return append(digits6(dst, t.Nanosecond()/1000), 'Z')
}

// appendSeconds appends d in seconds with six digits after the point.
func appendSeconds(dst []byte, d time.Duration) []byte {
	us := d.Microseconds()
	if us < 0 {
		dst, us = append(dst, '-'), -us
	}
	dst = append(strconv.AppendInt(dst, us/1e6, 10), '.')
	return digits6(dst, int(us%1e6))
}

func digits2(dst []byte, n int) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

func digits6(dst []byte, n int) []byte {
	return digits2(digits2(digits2(dst, n/10000), n/100%100), n%100)
}

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			dst = appendEscape(append(dst, s[start:i]...), c)
			i++
			start = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			dst = append(append(dst, s[start:i]...), "\ufffd"...)
			start = i + n
		}
		i += n
	}
	return append(append(dst, s[start:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
