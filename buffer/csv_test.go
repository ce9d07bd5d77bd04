package buffer_test

import (
	"encoding/csv"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

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

func TestCSVComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyEvent(t)
		text := buffer.CSVHeader() + string(buffer.AppendCSV(nil, &want, buffer.Display{Unit: "torr"}))
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%q reads as %d rows, %v, want 2", text, len(rows), err)
		}
		var got buffer.Event
		if err := buffer.ParseCSV(rows[1], &got); err != nil {
			t.Fatalf("ParseCSV(%q): %v", rows[1], err)
		}
		got.Up = want.Up
		if got != unixLines(want) {
			t.Fatalf("ParseCSV(%q) =\n%+v, want\n%+v", rows[1], got, want)
		}
	})
}

// unixLines is e as encoding/csv gives it back: it reads a line break as \n.
func unixLines(e buffer.Event) buffer.Event {
	for _, s := range []*string{&e.Source, &e.Boot, &e.Device, &e.Metric, &e.Missing, &e.Status, &e.Note, (*string)(&e.Labels)} {
		*s = strings.ReplaceAll(*s, "\r\n", "\n")
	}
	var pairs []string
	for k, v := range e.Labels.All() {
		pairs = append(pairs, k, v)
	}
	e.Labels = buffer.MakeLabels(pairs...)
	return e
}

func TestParseCSVRefuses(t *testing.T) {
	e := reading()
	good, err := csv.NewReader(strings.NewReader(string(buffer.AppendCSV(nil, &e, buffer.Display{})))).Read()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		column int
		cell   string
	}{
		"a time": {0, "yesterday"}, "a type": {1, "dial"}, "a value": {3, "NaN"}, "a bound": {9, ""}, "a kind": {11, "x"}, "a seq": {16, "-1"},
	} {
		t.Run(name, func(t *testing.T) {
			record := append([]string(nil), good...)
			record[c.column] = c.cell
			if err := buffer.ParseCSV(record, &e); !errors.Is(err, buffer.ErrEvent) {
				t.Errorf("ParseCSV with %q in column %d = %v, want ErrEvent", c.cell, c.column, err)
			}
		})
	}
	if err := buffer.ParseCSV(good[:6], &e); !errors.Is(err, buffer.ErrEvent) {
		t.Errorf("ParseCSV of 6 columns = %v, want ErrEvent", err)
	}
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
	if _, err := buffer.ParseDisplay("psi"); err == nil {
		t.Error("ParseDisplay(psi) = nil, want an error")
	}
}

func FuzzParseCSV(f *testing.F) {
	e := reading()
	f.Add(buffer.CSVHeader() + string(buffer.AppendCSV(nil, &e, buffer.Display{})))
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			return
		}
		for _, row := range rows {
			var first, again buffer.Event
			if buffer.ParseCSV(row, &first) != nil {
				continue
			}
			first.Time = first.Time.Truncate(time.Microsecond)
			line := buffer.AppendCSV(nil, &first, buffer.Display{})
			back, err := csv.NewReader(strings.NewReader(string(line))).Read()
			if err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			if err := buffer.ParseCSV(back, &again); err != nil || again != unixLines(first) {
				t.Fatalf("%q came back as %+v, %v, want %+v", line, again, err, first)
			}
		}
	})
}
