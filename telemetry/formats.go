package telemetry

import (
	"encoding/json"
	"time"

	"pychron-edge/buffer"
)

// format is how events are written one after the other.
type format struct {
	mime    string
	file    string // the name it is saved under; "" = shown
	before  func() []byte
	event   func(dst []byte, e *buffer.Event) []byte
	between string
	after   string
	cut     func(why string) []byte // says before the first event that older ones are left out; nil = the header alone says so
}

// format reads the parameters format and units; a mistake is left in q.
func (l *eventLog) format(q *buffer.Query) format {
	const csv = "text/csv; charset=utf-8; header=present"
	display := buffer.Display{Unit: l.displayUnit(q)}
	text := func(t string) func() []byte { return func() []byte { return []byte(t) } }
	ours := func(dst []byte, e *buffer.Event) []byte { return buffer.AppendCSV(dst, e, display) }
	sheet := l.spreadsheet(q, display)
	switch name := q.Text("format"); name {
	case "", "json":
		return format{"application/json; charset=utf-8", "", text("["), buffer.AppendJSON, ",\n", "]\n", cutItem}
	case "ndjson":
		return format{"application/x-ndjson; charset=utf-8", "", text(""), jsonLine, "", "", cutLine}
	case "csv":
		return format{csv, "events.csv", text(buffer.CSVHeader()), ours, "", "", nil}
	case "spreadsheet":
		return format{csv, "events.csv", text(sheet.Header()), sheet.Append, "", "", nil}
	case "export":
		return format{"application/json; charset=utf-8", "events.json", l.exportStart, buffer.AppendExport, ",", buffer.ExportTail + "\n", nil}
	case "export-csv":
		return format{csv, "pychron-events.csv", text(buffer.ExportCSVHeader), buffer.AppendExportCSV, "", "", nil}
	default:
		q.Fail("query parameter format=%q; must be one of: json, ndjson, csv, spreadsheet, export, export-csv", cut(name))
	}
	return format{}
}

// spreadsheet reads the parameters separator and decimal, of the format of that name.
func (l *eventLog) spreadsheet(q *buffer.Query, display buffer.Display) buffer.Spreadsheet {
	s := buffer.Spreadsheet{Separator: ',', Decimal: '.', Display: display}
	separators, decimals := map[string]byte{"": ',', "comma": ',', "semicolon": ';', "tab": '\t'}, map[string]byte{"": '.', "point": '.', "comma": ','}
	var ok bool
	if s.Separator, ok = separators[q.Text("separator")]; !ok {
		q.Fail("query parameter separator=%q; must be one of: comma, semicolon, tab", cut(q.Text("separator")))
	}
	if s.Decimal, ok = decimals[q.Text("decimal")]; !ok {
		q.Fail("query parameter decimal=%q; must be one of: point, comma", cut(q.Text("decimal")))
	}
	if s.Separator == s.Decimal {
		q.Fail("query parameter decimal is comma, and so is separator; separator must be semicolon or tab then")
	}
	return s
}

// cutItem is {"cut":"why"}, which stands in a list in place of the events that are left out.
func cutItem(why string) []byte {
	item, _ := json.Marshal(map[string]string{"cut": why}) // it is text
	return item
}

func cutLine(why string) []byte { return append(cutItem(why), '\n') }

// displayUnit is what pressures are shown in.
func (l *eventLog) displayUnit(q *buffer.Query) string {
	units := q.Text("units")
	switch units {
	case "":
		return l.units
	case "torr", "mbar", "pa":
		return units
	}
	q.Fail("query parameter units=%q; must be one of: torr, mbar, pa", cut(units))
	return ""
}

// jsonLine is one event's JSON and a line end.
func jsonLine(dst []byte, e *buffer.Event) []byte { return append(buffer.AppendJSON(dst, e), '\n') }

// exportStart is the beginning of Pychron's export.
func (l *eventLog) exportStart() []byte {
	var c Connection
	if status, err := l.backend.Status(""); err == nil {
		c = status.Connection
	}
	return buffer.AppendExportHead(nil, l.now().Local(), buffer.Connection{
		Enabled: c.Enabled, Host: c.Host, Port: c.Port, Namespace: c.Namespace, MetricsURL: c.MetricsURL,
	})
}

// write sends events in a format, after the reason why older ones are left out, if there is one. Once it has begun, an error cuts the answer off, so that half of it cannot be taken
// for the whole.
func (f *format) write(out *writer, events eventSeq, cut string) error {
	h := out.w.Header()
	h.Set("Content-Type", f.mime)
	if f.file != "" {
		h.Set("Content-Disposition", `attachment; filename="`+time.Now().Format("20060102-150405-")+f.file+`"`)
	}
	out.buf = append(out.buf, f.before()...)
	first := true
	if cut != "" && f.cut != nil {
		out.buf = append(out.buf, f.cut(cut)...)
		first = false
	}
	for e, err := range events {
		if err != nil {
			return err
		}
		if !first {
			out.buf = append(out.buf, f.between...)
		}
		first = false
		out.buf = f.event(out.buf, e)
		if err := out.full(); err != nil {
			return err
		}
	}
	out.buf = append(out.buf, f.after...)
	return out.send(false)
}
