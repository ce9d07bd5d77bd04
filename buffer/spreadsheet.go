package buffer

import (
	"bytes"
	"strconv"
	"strings"
)

// Spreadsheet is a table that a spreadsheet program opens by a double click: it begins with a byte-order mark, times are written as such
// programs read them, and Separator and Decimal are what the program's language expects.
type Spreadsheet struct {
	Separator byte // between cells: ',' ';' or a tab; it is not Decimal
	Decimal   byte // in numbers: '.' or ','
	Display   Display
}

// sheetTime is a time of day that every spreadsheet program reads, in UTC.
const sheetTime = "2006-01-02 15:04:05.000"

// Header is the byte-order mark and the first record: the columns of [CSVHeader].
func (s Spreadsheet) Header() string {
	names := strings.Join(csvColumns[:], string(s.Separator))
	return "\uFEFF" + strings.Replace(names, "Timestamp", "Timestamp (UTC)", 1) + "\r\n"
}

// Append appends e as one record under Header. The cells are those of [AppendCSV], except for the time, which has milliseconds.
func (s Spreadsheet) Append(dst []byte, e *Event) []byte {
	dst = append(e.Time.UTC().AppendFormat(dst, sheetTime), s.Separator)
	why := e.missing()
	value, shown, unit := "", why, ""
	if why == "" {
		number, text := s.Display.Of(e.Value, e.Unit)
		value, shown, unit = s.number(e.Value), s.number(number), text
	}
	dst = s.text(dst, e.Type.String(), e.Metric)
	dst = append(append(dst, value...), s.Separator)
	dst = s.text(dst, joinLabels(e.Labels), e.Status, string(e.Unit))
	if why == "" {
		dst = append(append(dst, shown...), s.Separator)
	} else {
		dst = s.text(dst, shown)
	}
	dst = s.text(dst, unit, e.Bound.String(), e.Severity.String(), e.Kind.String(), e.Source, e.Device, e.Lane.String(), e.Boot, strconv.FormatUint(e.Seq, 10), e.Note)
	return append(dst[:len(dst)-1], '\r', '\n')
}

func (s Spreadsheet) number(v float64) string {
	return string(bytes.ReplaceAll(appendFloat(nil, v), []byte{'.'}, []byte{s.Decimal}))
}

// text appends cells of text, defused and quoted, each with a separator after it.
func (s Spreadsheet) text(dst []byte, cells ...string) []byte {
	for _, c := range cells {
		c = Visible(c)
		if c != "" && strings.IndexByte("=+-@\t\r\n'", c[0]) >= 0 {
			c = "'" + c
		}
		if strings.ContainsAny(c, ",;\t\"\r\n") || strings.HasPrefix(c, " ") {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		dst = append(append(dst, c...), s.Separator)
	}
	return dst
}
