package buffer_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
)

func TestSpreadsheet(t *testing.T) {
	e := reading()
	e.Note = "a;b"
	s := buffer.Spreadsheet{Separator: ';', Decimal: ',', Display: buffer.Display{Unit: "mbar"}}
	const line = "2026-11-22 18:19:00.123;gauge;pressure_pascals;1,2e-7;channel=ig;device=ion1;success;" +
		"pascals;1,2e-9;mbar;exact;info;reading;line1;ion1;readings;9f2c61aa;1841;\"a;b\"\r\n"
	want := strings.Replace(line, "channel=ig;device=ion1", `"channel=ig;device=ion1"`, 1)
	if got := string(s.Append(nil, &e)); got != want {
		t.Errorf("Append = %q, want %q", got, want)
	}
	if got := s.Header(); !strings.HasPrefix(got, "\xef\xbb\xbfTimestamp (UTC);EventType;") {
		t.Errorf("Header = %q, want a byte-order mark and the columns", got)
	}
}

// Whatever an event says, its record has as many cells as the header, and none begins like a formula.
func TestSpreadsheetIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyEvent(t)
		s := buffer.Spreadsheet{Separator: rapid.SampledFrom([]byte{',', ';', '\t'}).Draw(t, "separator"), Decimal: '.'}
		if s.Separator != ',' {
			s.Decimal = rapid.SampledFrom([]byte{'.', ','}).Draw(t, "decimal")
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(s.Header(), "\uFEFF") + string(s.Append(nil, &e))))
		r.Comma = rune(s.Separator)
		rows, err := r.ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != 18 {
			t.Fatalf("reads as %q, %v, want 2 rows of 18", rows, err)
		}
		for i, cell := range rows[1] {
			if i != 3 && i != 7 && cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("cell %d = %q begins like a formula", i, cell)
			}
		}
	})
}
