package yamlfile

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"pychron-edge/lazyregexp"
)

// scalar fills one word, number or switch.
func (d *Decoder) scalar(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.ScalarNode {
		d.add(n, "%s is %s; must be %s", Last(path), form(n, path), wanted(v))
		return
	}
	if v.Type() == durationType {
		d.duration(n, v, path)
	} else if !fill(n, v) {
		v.SetZero()
		d.add(n, "%s is %q; must be %s%s", Last(path), Short(n.Value), wanted(v), meantNumber(n.Value))
	}
}

// fill sets v to what n says, and says whether it could.
func fill(n *yaml.Node, v reflect.Value) bool {
	ok := false
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.Value)
		ok = true
	case reflect.Bool:
		ok = n.Tag == "!!bool" && (n.Value == "true" || n.Value == "false")
		v.SetBool(n.Value == "true")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		i, err := strconv.ParseInt(n.Value, 0, v.Type().Bits())
		ok = err == nil && n.Tag == "!!int" && isPlain(n.Value)
		v.SetInt(i)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		u, err := strconv.ParseUint(n.Value, 0, v.Type().Bits())
		ok = err == nil && n.Tag == "!!int" && isPlain(n.Value)
		v.SetUint(u)
	case reflect.Float32, reflect.Float64:
		f, err := strconv.ParseFloat(n.Value, v.Type().Bits())
		ok = err == nil && (n.Tag == "!!float" || n.Tag == "!!int") && !strings.Contains(n.Value, "_") && !math.IsNaN(f) && !math.IsInf(f, 0)
		v.SetFloat(f)
	}
	return ok
}

// isPlain reports whether a whole number is one to everybody: 010 is 8 to some and 10 to others, and 1_000 a number only to some.
func isPlain(s string) bool {
	s = strings.TrimLeft(s, "+-")
	leadingZero := len(s) > 1 && s[0] == '0' && s[1] >= '0' && s[1] <= '9'
	return !leadingZero && !strings.Contains(s, "_")
}

// meantNumber is the end of a message about a number that was written with a _ between its digits.
func meantNumber(text string) string {
	plain := strings.ReplaceAll(text, "_", "")
	if _, err := strconv.ParseFloat(plain, 64); plain == text || err != nil {
		return ""
	}
	return "; did you mean " + plain + "?"
}

func (d *Decoder) duration(n *yaml.Node, v reflect.Value, path string) {
	t, err := time.ParseDuration(n.Value)
	switch {
	case err == nil && t < 0:
		d.add(n, "%s is %q; must be a time with its unit that is not below zero", Last(path), Short(n.Value))
	case err != nil && timeText.MatchString(n.Value):
		d.add(n, "%s is %q; must be a time with its unit that is at most %dh", Last(path), Short(n.Value), math.MaxInt64/time.Hour)
	case !timeText.MatchString(n.Value) && n.Value != "0" || err != nil:
		d.add(n, "%s is %q; must be a time with its unit, such as 500ms, 2s or 15m%s", Last(path), Short(n.Value), meantTime(n.Value))
	default:
		v.SetInt(int64(t))
	}
}

var (
	timeText = lazyregexp.New(`^(\d+(\.\d+)?(ns|us|[µμ]s|ms|s|m|h))+$`)
	saidTime = lazyregexp.New(`^(\d+)(?:[.,](\d+))? *([A-Za-zµ]+)\.?$`)
)

// timeUnits are the units of a time as people write them, and as they must be written; a day is so many hours.
var timeUnits = map[string]string{
	"ms": "ms", "msec": "ms", "msecs": "ms", "millisecond": "ms", "milliseconds": "ms", "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
	"m": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m", "h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "d": "", "day": "", "days": "",
}

// meantTime is the end of a message with how the time is written that was most likely meant, "" if that is not clear.
func meantTime(text string) string {
	m := saidTime.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return ""
	}
	unit, known := timeUnits[strings.ToLower(m[3])]
	number := m[1]
	if m[2] != "" {
		number += "." + m[2]
	}
	if days, err := strconv.Atoi(number); err == nil && known && unit == "" {
		number, unit = strconv.Itoa(24*days), "h"
	}
	if _, err := time.ParseDuration(number + unit); !known || err != nil {
		return ""
	}
	return "; did you mean " + number + unit + "?"
}

func wanted(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a text"
	case reflect.Float32, reflect.Float64:
		return "a finite number"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number that is not negative, without leading zeros"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if v.Type() == durationType {
			return "a time with its unit, such as 500ms"
		}
		return "a whole number without leading zeros"
	}
	return "another kind of value"
}

// form is what stands at path, for messages: not its text where that may be a secret.
func form(n *yaml.Node, path string) string {
	if n.Kind == yaml.ScalarNode && !Null(n) && secretPath.MatchString(path) {
		return "a text"
	}
	return formOf(n)
}

func formOf(n *yaml.Node) string {
	switch {
	case Null(n):
		return "empty"
	case n.Kind == yaml.ScalarNode:
		return strconv.Quote(Short(n.Value))
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	}
	return "of a strange kind"
}
