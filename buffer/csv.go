package buffer

import (
	"strconv"
	"strings"
)

var csvColumns = [...]string{"Timestamp", "EventType", "MetricName", "Value", "Labels", "Status", "Unit", "Display", "DisplayUnit",
	"Bound", "Severity", "Kind", "Source", "Device", "Lane", "Boot", "Seq", "Note"}

// CSVHeader is the first record of our CSV: Pychron's six columns, then ours.
func CSVHeader() string { return strings.Join(csvColumns[:], ",") + "\r\n" }

// AppendCSV appends e as one record (RFC 4180) under [CSVHeader]. The time is UTC with microseconds; Value is in Unit (SI) and
// Display is what a person reads. A missing value leaves Value empty and says why in Display. Labels are "k=v;k2=v2" with
// \ before a = ; or \ of their own. A cell of text that a spreadsheet would take for a formula gets a ' in front, and so
// does one that begins with ', so that it can be taken off again; characters that are not seen stand as [Visible] has them.
func AppendCSV(dst []byte, e *Event, d Display) []byte {
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
	dst = append(appendSafe(dst, string(e.Unit)), ',')
	if shown, text := d.Of(e.Value, e.Unit); why == "" {
		dst = append(appendFloat(dst, shown), ',')
		dst = append(appendSafe(dst, text), ',')
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

// appendSafe appends a cell of text, defused.
func appendSafe(dst []byte, s string) []byte {
	s = Visible(s)
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
