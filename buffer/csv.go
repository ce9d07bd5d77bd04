package buffer

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

var csvColumns = [...]string{"Timestamp", "EventType", "MetricName", "Value", "Labels", "Status", "Unit", "Display", "DisplayUnit",
	"Bound", "Severity", "Kind", "Source", "Device", "Lane", "Boot", "Seq", "Note"}

// CSVHeader is the first record of our CSV: Pychron's six columns, then ours.
func CSVHeader() string { return strings.Join(csvColumns[:], ",") + "\r\n" }

// AppendCSV appends e as one record (RFC 4180) under [CSVHeader]. The time is UTC with microseconds; Value is in Unit (SI) and
// Display is what a person reads. A missing value leaves Value empty and says why in Display. Labels are "k=v;k2=v2" with
// \ before a = ; or \ of their own. A cell of text that a spreadsheet would take for a formula gets a ' in front, and so
// does one that begins with ' so that [ParseCSV] can take it off again.
func AppendCSV(dst []byte, e *Event, d Display) []byte {
	unit := UnitOf(e.Metric)
	dst = append(appendTime(dst, e.Time), ',')
	dst = append(append(dst, e.Type.String()...), ',')
	dst = append(appendSafe(dst, e.Metric), ',')
	why := e.missing()
	if why == "" {
		dst = appendFloat(dst, e.Value)
	}
	dst = append(dst, ',')
	dst = append(appendSafe(dst, joinLabels(e.Labels)), ',')
	dst = append(appendSafe(dst, e.Status), ',')
	dst = append(append(dst, unit...), ',')
	if shown, text := d.Of(e.Value, unit); why == "" {
		dst = append(appendFloat(dst, shown), ',')
		dst = append(append(dst, text...), ',')
	} else {
		dst = append(appendSafe(dst, why), ',', ',')
	}
	dst = append(append(dst, e.Bound.String()...), ',')
	dst = append(append(dst, e.Severity.String()...), ',')
	dst = append(append(dst, e.Kind.String()...), ',')
	dst = append(appendSafe(dst, e.Source), ',')
	dst = append(appendSafe(dst, e.Device), ',')
	dst = append(append(dst, e.Lane.String()...), ',')
	dst = append(appendSafe(dst, e.Boot), ',')
	dst = append(strconv.AppendUint(dst, e.Seq, 10), ',')
	return append(appendSafe(dst, e.Note), '\r', '\n')
}

// ParseCSV reads one record of our CSV, as encoding/csv splits it, into *e, which it replaces. Everything comes back but Up, which
// is not in the CSV. An error leaves *e undefined and wraps [ErrEvent].
func ParseCSV(record []string, e *Event) error {
	if len(record) != len(csvColumns) {
		return fmt.Errorf("%w: %d columns, want the %d of %s", ErrEvent, len(record), len(csvColumns), strings.TrimSpace(CSVHeader()))
	}
	*e = Event{}
	for i, cell := range record {
		if err := e.cell(i, strings.TrimPrefix(cell, "'")); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrEvent, csvColumns[i], err)
		}
	}
	if record[3] == "" {
		e.Missing = strings.Clone(strings.TrimPrefix(record[7], "'"))
		if e.Missing == "" {
			return fmt.Errorf("%w: Value is empty and Display does not say why", ErrEvent)
		}
	}
	return nil
}

// cell reads one column.
func (e *Event) cell(column int, s string) (err error) {
	switch csvColumns[column] {
	case "Timestamp":
		if s != "" {
			e.Time, err = time.Parse(time.RFC3339, s)
			e.Time = e.Time.UTC()
		}
	case "EventType":
		e.Type, err = orZero(s, ParseType)
	case "MetricName":
		e.Metric = strings.Clone(s)
	case "Value":
		if s != "" {
			e.Value, err = finite(s)
		}
	case "Labels":
		e.Labels = splitLabels(s)
	case "Status":
		e.Status = strings.Clone(s)
	case "Bound":
		e.Bound, err = ParseBound(s)
	case "Severity":
		e.Severity, err = orZero(s, ParseSeverity)
	case "Kind":
		e.Kind, err = orZero(s, ParseKind)
	case "Source":
		e.Source = strings.Clone(s)
	case "Device":
		e.Device = strings.Clone(s)
	case "Lane":
		e.Lane, err = orZero(s, ParseLane)
	case "Boot":
		e.Boot = strings.Clone(s)
	case "Seq":
		e.Seq, err = strconv.ParseUint(s, 10, 64)
	case "Note":
		e.Note = strings.Clone(s)
	}
	return err
}

func orZero[T any](s string, parse func(string) (T, error)) (zero T, err error) {
	if s == "" {
		return zero, nil
	}
	return parse(s)
}

func finite(s string) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
		err = fmt.Errorf("%.40q is not a finite number", s)
	}
	return v, err
}

// appendSafe appends a cell of text, defused.
func appendSafe(dst []byte, s string) []byte {
	if s != "" && strings.IndexByte("=+-@\t\r\n'", s[0]) >= 0 {
		return appendCell(dst, "'"+s)
	}
	return appendCell(dst, s)
}

// appendCell appends a cell, quoted where RFC 4180 asks for it.
func appendCell(dst []byte, s string) []byte {
	if !strings.ContainsAny(s, ",\"\r\n") && (s == "" || s[0] != ' ') {
		return append(dst, s...)
	}
	dst = append(dst, '"')
	for i := range len(s) {
		if s[i] == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, s[i])
	}
	return append(dst, '"')
}

var labelEscape = strings.NewReplacer(`\`, `\\`, `=`, `\=`, `;`, `\;`)

// joinLabels is "k=v;k2=v2".
func joinLabels(l Labels) string {
	var b strings.Builder
	for k, v := range l.All() {
		if b.Len() > 0 {
			b.WriteByte(';')
		}
		b.WriteString(labelEscape.Replace(k) + "=" + labelEscape.Replace(v))
	}
	return b.String()
}

// splitLabels undoes joinLabels.
func splitLabels(s string) Labels {
	if s == "" {
		return ""
	}
	var pairs []string
	var part strings.Builder
	end := func() { pairs = append(pairs, part.String()); part.Reset() }
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
			part.WriteByte(s[i])
		case c == '=' && len(pairs)%2 == 0:
			end()
		case c == ';':
			end()
			if len(pairs)%2 == 1 {
				pairs = append(pairs, "")
			}
		default:
			part.WriteByte(c)
		}
	}
	end()
	return MakeLabels(pairs...)
}
