package buffer

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Connection is what stands in the head of Pychron's export.
type Connection struct {
	Enabled    bool
	Host       string
	Port       int
	Namespace  string
	MetricsURL string
}

// AppendExportHead appends Pychron's envelope up to its first event: the time of the export as naive local time (the location of
// at says which), the connection, and the opening of the list. Events follow, by [AppendExport], with a comma between; then
// [ExportTail].
func AppendExportHead(dst []byte, at time.Time, c Connection) []byte {
	dst = append(dst, `{"timestamp":"`...)
	dst = appendNaive(dst, at)
	dst = append(dst, `","connection":{"enabled":`...)
	dst = strconv.AppendBool(dst, c.Enabled)
	dst = appendString(append(dst, `,"host":`...), c.Host)
	dst = strconv.AppendInt(append(dst, `,"port":`...), int64(c.Port), 10)
	dst = appendString(append(dst, `,"namespace":`...), c.Namespace)
	dst = appendString(append(dst, `,"metrics_url":`...), c.MetricsURL)
	return append(dst, `},"events":[`...)
}

// ExportTail ends what [AppendExportHead] began.
const ExportTail = "]}"

// AppendExport appends e as Pychron exports an event: exactly its six keys, the time as seconds since 1970. A missing value is null.
func AppendExport(dst []byte, e *Event) []byte {
	dst = append(dst, `{"timestamp":`...)
	dst = appendEpoch(dst, e.Time)
	dst = append(dst, `,"event_type":"`...)
	dst = append(dst, e.Type.String()...)
	dst = appendString(append(dst, `","metric_name":`...), e.Metric)
	dst = append(dst, `,"value":`...)
	if e.missing() != "" {
		dst = append(dst, "null"...)
	} else {
		dst = appendPython(dst, e.Value)
	}
	dst = appendLabels(append(dst, `,"labels":`...), e.Labels)
	dst = appendString(append(dst, `,"status":`...), e.Status)
	return append(dst, '}')
}

// ExportCSVHeader is the first record of Pychron's CSV.
const ExportCSVHeader = "Timestamp,EventType,MetricName,Value,Labels,Status\r\n"

// AppendExportCSV appends e as a record of Pychron's CSV: naive local time, labels as "k=v;k2=v2", nothing defused and nothing
// escaped in the labels, for that is what Pychron does. A missing value is an empty cell.
func AppendExportCSV(dst []byte, e *Event) []byte {
	dst = append(appendNaive(dst, e.Time.Local()), ',')
	dst = append(append(dst, e.Type.String()...), ',')
	dst = append(appendCell(dst, e.Metric), ',')
	if e.missing() == "" {
		dst = appendPython(dst, e.Value)
	}
	var labels strings.Builder
	for k, v := range e.Labels.All() {
		if labels.Len() > 0 {
			labels.WriteByte(';')
		}
		labels.WriteString(k + "=" + v)
	}
	dst = append(appendCell(append(dst, ','), labels.String()), ',')
	return append(appendCell(dst, e.Status), '\r', '\n')
}

// appendNaive appends what Python's datetime.isoformat gives: no zone, and no fraction where it is zero.
func appendNaive(dst []byte, t time.Time) []byte {
	if t.Nanosecond()/1000 == 0 {
		return t.AppendFormat(dst, "2006-01-02T15:04:05")
	}
	return t.AppendFormat(dst, "2006-01-02T15:04:05.000000")
}

// appendEpoch appends seconds since 1970 with microseconds.
func appendEpoch(dst []byte, t time.Time) []byte {
	us := t.UnixMicro()
	if us < 0 {
		dst, us = append(dst, '-'), -us
	}
	return digits6(append(strconv.AppendInt(dst, us/1e6, 10), '.'), int(us%1e6))
}

// appendPython appends a float as Python writes it, in JSON and CSV alike: 1.0, 0.0001, 1.2e-07.
func appendPython(dst []byte, v float64) []byte {
	if a := math.Abs(v); v != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.AppendFloat(dst, v, 'e', -1, 64)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, v, 'f', -1, 64)
	for _, c := range dst[start:] {
		if c == '.' {
			return dst
		}
	}
	return append(dst, '.', '0')
}
