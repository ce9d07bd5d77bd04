package buffer

import (
	"testing"
	"time"
)

func TestNumbersInTexts(t *testing.T) {
	for text, want := range map[string]float64{"0": 0, "10": 10, "-3": -3, "1.5": 1.5, "1e3": 1000, "1E-2": 0.01, "1790000000.25": 1790000000.25} {
		if got, ok := ParseNumber(text); !ok || got != want {
			t.Errorf("ParseNumber(%q) = %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", " ", "-", "+10", "1_000", "0x10", "0x1p4", "0b1", "0o7", "010", ".5", "5.", "inf", "Infinity", "nan", " 10", "10 ", "10\n", "1,5", "1 2", "1e400", "1٠", "null", "[1]", "1]"} {
		if got, ok := ParseNumber(text); ok {
			t.Errorf("ParseNumber(%q) = %v, want none", text, got)
		}
		if got, ok := ParseWhole(text); ok {
			t.Errorf("ParseWhole(%q) = %v, want none", text, got)
		}
	}
	for text, want := range map[string]int{"0": 0, "10": 10, "-3": -3} {
		if got, ok := ParseWhole(text); !ok || got != want {
			t.Errorf("ParseWhole(%q) = %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"1.0", "1e3", "99999999999999999999"} {
		if got, ok := ParseWhole(text); ok {
			t.Errorf("ParseWhole(%q) = %v, want none", text, got)
		}
	}
}

func TestTimesInTexts(t *testing.T) {
	want := time.Date(2026, 11, 22, 18, 19, 0, 500000000, time.UTC)
	for _, text := range []string{"2026-11-22T18:19:00.5Z", "2026-11-22T19:19:00.5+01:00", "1795371540.5"} {
		if got, ok := ParseMoment(text); !ok || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("ParseMoment(%q) = %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "2026-11-22", "2026-11-22T8:19:00Z", "2026-11-22T18:19:00,5Z", "2026-11-22 18:19:00Z", "2026-11-22T18:19:00", "2026-11-22T18:19:60Z",
		"2026-11-22T18:19:00+24:00", " 1795371540", "1_795_371_540", "0x1p30", "+1795371540", "-1", "253402300800", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59-01:00"} {
		if got, ok := ParseMoment(text); ok {
			t.Errorf("ParseMoment(%q) = %v, want none", text, got)
		}
	}
}

func TestSpansInTexts(t *testing.T) {
	for text, want := range map[string]time.Duration{"2s": 2 * time.Second, "1h30m": 90 * time.Minute, "0.5s": time.Second / 2, "0": 0} {
		if got, ok := ParseSpan(text); !ok || got != want {
			t.Errorf("ParseSpan(%q) = %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "+2s", "-2s", ".5s", " 2s", "2s ", "2", "2 s", "1_0s", "0x2s", "inf", "1e3s"} {
		if got, ok := ParseSpan(text); ok {
			t.Errorf("ParseSpan(%q) = %v, want none", text, got)
		}
	}
}
