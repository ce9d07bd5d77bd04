package buffer_test

import (
	"math"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
)

// anyEvent draws an event that JSON can express: whole microseconds, valid UTF-8, a finite value or a reason.
func anyEvent(t *rapid.T) buffer.Event {
	text := func(name string) string { return rapid.String().Draw(t, name) }
	e := buffer.Event{
		Source: text("source"), Boot: text("boot"),
		Lane:     buffer.Lane(rapid.IntRange(0, 3).Draw(t, "lane")),
		Seq:      rapid.Uint64().Draw(t, "seq"),
		Time:     time.UnixMicro(rapid.Int64Range(-1e15, 4e15).Draw(t, "time")).UTC(),
		Up:       time.Duration(rapid.Int64Range(-1e12, 1e15).Draw(t, "up")) * time.Microsecond,
		Device:   text("device"),
		Point:    text("point"),
		Unit:     rapid.SampledFrom([]buffer.Unit{"", buffer.Pascals, buffer.CountsPerSecond, "furlongs"}).Draw(t, "unit"),
		Kind:     buffer.Kind(rapid.IntRange(0, 10).Draw(t, "kind")),
		Severity: buffer.Severity(rapid.IntRange(0, 5).Draw(t, "severity")),
		Type:     buffer.Type(rapid.IntRange(0, 3).Draw(t, "type")),
		Metric:   text("metric"),
		Bound:    buffer.Bound(rapid.IntRange(0, 2).Draw(t, "bound")),
		Labels:   buffer.MakeLabels(rapid.SliceOfN(rapid.String(), 0, 8).Draw(t, "labels")...),
		Status:   text("status"),
		Note:     text("note"),
	}
	if rapid.Bool().Draw(t, "missing") {
		e.Missing = rapid.StringN(1, 20, -1).Draw(t, "why")
	} else {
		e.Value = rapid.Float64().Filter(func(v float64) bool { return !math.IsInf(v, 0) && !math.IsNaN(v) }).Draw(t, "value")
	}
	return e
}

// reading is the event of DESIGN 4.
func reading() buffer.Event {
	return buffer.Event{
		Source: "line1", Boot: "9f2c61aa", Lane: buffer.Readings, Seq: 1841,
		Time: time.Date(2026, 11, 22, 18, 19, 0, 123456789, time.UTC), Up: 8123551204 * time.Microsecond,
		Device: "ion1", Point: "ig", Unit: buffer.Pascals, Kind: buffer.Reading, Severity: buffer.Info, Type: buffer.Gauge,
		Metric: "pressure_pascals", Value: 1.2e-7, Labels: buffer.MakeLabels("device", "ion1", "channel", "ig"), Status: "success",
	}
}
