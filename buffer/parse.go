package buffer

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// ErrEvent is what every error of [ParseJSON] wraps: the text is not an event.
var ErrEvent = errors.New("not an event")

// ParseJSON reads what [AppendJSON] writes into *e, which it replaces. Keys may come in any order and be absent, as point and unit
// of an older agent are; a key it does not know is passed over; a value of the wrong type, an unknown word, a key given twice, no value, and a null
// value without a reason are errors. Nothing in *e refers to data. An error leaves *e undefined and wraps [ErrEvent].
func ParseJSON(data []byte, e *Event) error { return parseJSON(data, e, nil) }

func parseJSON(data []byte, e *Event, texts *Texts) error {
	if !json.Valid(data) {
		return fmt.Errorf("%w: %.40q is not JSON", ErrEvent, data)
	}
	s := scanner{data: data, texts: texts}
	s.space()
	if s.peek() != '{' {
		return fmt.Errorf("%w: %.40q is not an object", ErrEvent, data)
	}
	*e = Event{}
	given, null := false, false // of the value
	err := s.object(func(key []byte) error {
		given = given || string(key) == "value"
		if err := e.field(key, &s, &null); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrEvent, err)
	}
	if !given {
		return fmt.Errorf("%w: it has no value; must have a number, or null and missing that says why", ErrEvent)
	}
	if null != (e.Missing != "") {
		return fmt.Errorf("%w: value must be null exactly where missing says why", ErrEvent)
	}
	return nil
}

// field reads the value of one key.
func (e *Event) field(key []byte, s *scanner, null *bool) (err error) {
	switch string(key) {
	case "timestamp":
		e.Time, err = s.time()
	case "event_type":
		e.Type, err = scanWord(s, ParseType)
	case "metric_name":
		e.Metric, err = s.shared()
	case "value":
		if *null = s.peek() == 'n'; *null {
			s.skip()
			return nil
		}
		e.Value, err = s.number()
	case "missing":
		e.Missing, err = s.shared()
	case "labels":
		e.Labels, err = s.labels()
	case "status":
		e.Status, err = s.shared()
	case "bound":
		e.Bound, err = scanWord(s, ParseBound)
	case "source":
		e.Source, err = s.shared()
	case "boot":
		e.Boot, err = s.shared()
	case "lane":
		e.Lane, err = scanWord(s, ParseLane)
	case "seq":
		e.Seq, err = s.count()
	case "up":
		e.Up, err = s.seconds()
	case "device":
		e.Device, err = s.shared()
	case "point":
		e.Point, err = s.shared()
	case "unit":
		e.Unit, err = s.unit()
	case "kind":
		e.Kind, err = scanWord(s, ParseKind)
	case "severity":
		e.Severity, err = scanWord(s, ParseSeverity)
	case "note":
		e.Note, err = s.text()
	default:
		s.skip()
	}
	return err
}

// unit reads a unit. One of the table is given as it stands there, which allocates nothing.
func (s *scanner) unit() (Unit, error) {
	raw, err := s.raw('"', "a unit")
	if err != nil {
		return "", err
	}
	inside := raw[1 : len(raw)-1]
	for i := range units {
		if string(inside) == string(units[i].unit) {
			return units[i].unit, nil
		}
	}
	return Unit(s.texts.of(inside)), nil
}

// scanWord reads one of the words of an enumeration; "" is its zero.
func scanWord[T any](s *scanner, parse func(string) (T, error)) (word T, err error) {
	raw, err := s.raw('"', "a word")
	if err != nil || len(raw) == 2 {
		return word, err
	}
	return parse(s.texts.of(raw[1 : len(raw)-1]))
}

func (s *scanner) time() (time.Time, error) {
	raw, err := s.raw('"', "a time as RFC 3339")
	if err != nil || len(raw) == 2 {
		return time.Time{}, err
	}
	t, ok := ParseTime(string(raw[1 : len(raw)-1]))
	if !ok {
		return time.Time{}, fmt.Errorf("%.40s is not a time; must be RFC 3339", raw)
	}
	if t = t.UTC(); t.Year() > 9999 || t.Year() < 0 {
		return time.Time{}, fmt.Errorf("%.40s is not a time; must be of the years 0 to 9999, in UTC", raw)
	}
	return t, nil
}

func (s *scanner) number() (float64, error) {
	raw, err := s.raw('0', "a number")
	if err != nil {
		return 0, err
	}
	v, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		return 0, fmt.Errorf("%.40s is too large for a number", raw)
	}
	return v, nil
}

func (s *scanner) count() (uint64, error) {
	raw, err := s.raw('0', "a whole number")
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseUint(string(raw), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%.40s is not a whole number from 0 to %d", raw, uint64(math.MaxUint64))
	}
	return n, nil
}

// seconds reads seconds as a duration in whole microseconds, exactly: digits after the sixth are dropped.
func (s *scanner) seconds() (time.Duration, error) {
	raw, err := s.raw('0', "seconds")
	if err != nil {
		return 0, err
	}
	whole, part, _ := strings.Cut(string(raw), ".")
	us, err := strconv.ParseInt(whole+(part + "000000")[:6], 10, 64)
	if err != nil || us > math.MaxInt64/1000 || us < math.MinInt64/1000 {
		return 0, fmt.Errorf("%.40s are not seconds; must be digits with at most one point", raw)
	}
	return time.Duration(us) * time.Microsecond, nil
}

func (s *scanner) labels() (Labels, error) {
	if s.peek() != '{' {
		return "", s.wrong("an object of strings")
	}
	start := s.at
	if s.texts != nil {
		if known, ok := s.texts.labelsOf(s.value()); ok {
			return known, nil
		}
		s.at = start
	}
	var pairs [32]string
	all := pairs[:0]
	err := s.object(func(key []byte) error {
		name := string(key)
		value, err := s.text()
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		all = append(all, name, value)
		return nil
	})
	if err != nil {
		return "", err
	}
	l := MakeLabels(all...)
	s.texts.keepLabels(s.data[start:s.at], l)
	return l, nil
}
