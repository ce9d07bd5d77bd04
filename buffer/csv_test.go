package buffer_test

import (
	"encoding/csv"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
)

func TestAppendCSV(t *testing.T) {
	e := reading()
	const line = "2026-11-22T18:19:00.123456Z,gauge,pressure_pascals,1.2e-7,channel=ig;device=ion1,success," +
		"pascals,1.2e-9,mbar,exact,info,reading,line1,ion1,readings,9f2c61aa,1841,\r\n"
	if got := string(buffer.AppendCSV(nil, &e, buffer.Display{Unit: "mbar"})); got != line {
		t.Errorf("AppendCSV = %q, want %q", got, line)
	}
	e.Note, e.Device, e.Missing = "=HYPERLINK(\"http://x\")", "a,b", "sensor off"
	const defused = "2026-11-22T18:19:00.123456Z,gauge,pressure_pascals,,channel=ig;device=ion1,success," +
		"pascals,sensor off,,exact,info,reading,line1,\"a,b\",readings,9f2c61aa,1841,\"'=HYPERLINK(\"\"http://x\"\")\"\r\n"
	if got := string(buffer.AppendCSV(nil, &e, buffer.Display{})); got != defused {
		t.Errorf("AppendCSV = %q, want %q", got, defused)
	}
}

// Whatever an event says, its record is one of 18 cells that encoding/csv reads, no cell begins like a formula, and the text of each
// comes back, as [buffer.Visible] has it, once the ' in front is taken off.
func TestCSVIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyEvent(t)
		text := buffer.CSVHeader() + string(buffer.AppendCSV(nil, &e, buffer.Display{Unit: "torr"}))
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%q reads as %d rows, %v, want 2", text, len(rows), err)
		}
		for name, want := range map[string]string{
			"MetricName": e.Metric, "Status": e.Status, "Unit": string(e.Unit), "Source": e.Source, "Device": e.Device, "Boot": e.Boot, "Note": e.Note,
		} {
			cell := rows[1][slices.Index(rows[0], name)]
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("%s = %q begins like a formula", name, cell)
			}
			if got := strings.TrimPrefix(cell, "'"); got != strings.ReplaceAll(buffer.Visible(want), "\r\n", "\n") {
				t.Errorf("%s = %q, want %q", name, got, want)
			}
		}
	})
}

func TestDisplayOf(t *testing.T) {
	for _, c := range []struct {
		in   string
		unit buffer.Unit
		v    float64
		want float64
		text string
	}{
		{"", buffer.Pascals, 101325, 760, "torr"},
		{"torr", buffer.Pascals, 101325, 760, "torr"},
		{"mbar", buffer.Pascals, 100, 1, "mbar"},
		{"pa", buffer.Pascals, 3, 3, "Pa"},
		{"torr", buffer.Celsius, 20, 20, "°C"},
		{"torr", "", 1, 1, ""},
	} {
		if got, text := (buffer.Display{Unit: c.in}).Of(c.v, c.unit); math.Abs(got-c.want) > 1e-12*c.want || text != c.text {
			t.Errorf("Display{%q}.Of(%g, %s) = %g %s, want %g %s", c.in, c.v, c.unit, got, text, c.want, c.text)
		}
	}
}
