package telemetry

import (
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
}

// formats of GET /events.
const allFormats = "json, ndjson, csv, export, export-csv"

// format finds a format by its word.
func (s *Server) format(word, units string) (format, error) {
	const csv = "text/csv; charset=utf-8; header=present"
	display := buffer.Display{Unit: units}
	text := func(t string) func() []byte { return func() []byte { return []byte(t) } }
	ours := func(dst []byte, e *buffer.Event) []byte { return buffer.AppendCSV(dst, e, display) }
	switch word {
	case "", "json":
		return format{"application/json; charset=utf-8", "", text("["), buffer.AppendJSON, ",\n", "]\n"}, nil
	case "ndjson":
		return format{"application/x-ndjson; charset=utf-8", "", text(""), lines, "", ""}, nil
	case "csv":
		return format{csv, "events.csv", text(buffer.CSVHeader()), ours, "", ""}, nil
	case "export":
		return format{"application/json; charset=utf-8", "events.json", s.envelope, buffer.AppendExport, ",", buffer.ExportTail + "\n"}, nil
	case "export-csv":
		return format{csv, "pychron-events.csv", text(buffer.ExportCSVHeader), buffer.AppendExportCSV, "", ""}, nil
	}
	return format{}, bad("query parameter format=%q; allowed are %s", cut(word), allFormats)
}

// lines is one event's JSON and a line end.
func lines(dst []byte, e *buffer.Event) []byte { return append(buffer.AppendJSON(dst, e), '\n') }

// envelope is the beginning of Pychron's export.
func (s *Server) envelope() []byte {
	var c Connection
	if status, err := s.Backend.Status(""); err == nil {
		c = status.Connection
	}
	return buffer.AppendExportHead(nil, s.Now().Local(), buffer.Connection{
		Enabled: c.Enabled, Host: c.Host, Port: c.Port, Namespace: c.Namespace, MetricsURL: c.MetricsURL,
	})
}

// write sends events in a format. Once it has begun, an error cuts the answer off, so that half of it cannot be taken
// for the whole.
func (f *format) write(out *writer, events func(yield func(*buffer.Event, error) bool)) error {
	h := out.w.Header()
	h.Set("Content-Type", f.mime)
	if f.file != "" {
		h.Set("Content-Disposition", `attachment; filename="`+time.Now().Format("20060102-150405-")+f.file+`"`)
	}
	out.buf = append(out.buf, f.before()...)
	first := true
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
