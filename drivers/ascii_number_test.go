package drivers

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What is written in a form is read again as it was.
func TestNumbersSurviveEveryForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		form := rapid.SampledFrom(numberForms[1:]).Draw(t, "form")
		width := rapid.IntRange(1, 8).Draw(t, "width")
		if strings.HasPrefix(form, "float") {
			width = 8
		} else if form == "hex_float" {
			width = 16
		}
		v := float64(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "v"))
		text, err := appendNumber(nil, v, form, width, 0, false)
		if err != nil {
			return // it does not fit
		}
		got, err := numberOf(form, text, false)
		if err != nil || got != v {
			t.Fatalf("%g in %s of %d is %q, and read again %g, %v", v, form, width, text, got, err)
		}
	})
}

// Decimal text is what strconv reads, with the decimal sign the instrument has, and nothing with the other one.
func TestDecimalText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(-1e12, 1e12).Draw(t, "v")
		text := strconv.FormatFloat(v, rapid.SampledFrom([]byte("feE")).Draw(t, "verb"), rapid.IntRange(1, 9).Draw(t, "digits"), 64)
		want, _ := strconv.ParseFloat(text, 64)
		comma := strings.Replace(text, ".", ",", 1)
		if got, err := decimal(text, false); err != nil || got != want {
			t.Fatalf("decimal(%q) = %g, %v, want %g", text, got, err, want)
		}
		if got, err := decimal(comma, true); err != nil || got != want {
			t.Fatalf("decimal(%q, comma) = %g, %v, want %g", comma, got, err, want)
		}
		for _, c := range []struct {
			text  string
			comma bool
		}{{text, true}, {comma, false}} {
			if got, err := decimal(c.text, c.comma); err == nil {
				t.Fatalf("decimal(%q, %v) = %g, want an error", c.text, c.comma, got)
			}
		}
	})
}

func TestNumbersRefused(t *testing.T) {
	for _, c := range []struct{ form, text string }{
		{"hex", "FG"}, {"hex", ""}, {"hex", "-1"}, {"hex", "+1"}, {"bits", "012"}, {"binary", ""}, {"binary", "123456789"}, {"bcd", "\x1A"}, {"float", "123"},
		{"float", "\x7F\xC0\x00\x00"}, {"float", "\x7F\x80\x00\x00"}, {"float", "\x00\x00\x00\x01"}, {"float", "\x00\x7F\xFF\xFF"},
		{"float", "\x00\x00\x00\x00\x00\x00\x00\x01"}, {"", "1,234"}, {"", "NaN"}, {"", "0x10"},
	} {
		if got, err := numberOf(c.form, []byte(c.text), false); err == nil {
			t.Errorf("numberOf(%q, %q) = %g, want an error", c.form, c.text, got)
		}
	}
	if got, err := numberOf("float", []byte("\x00\x00\x00\x00"), false); err != nil || got != 0 {
		t.Errorf("a float of 0 = %g, %v, want 0", got, err)
	}
}

func TestMasked(t *testing.T) {
	for _, c := range []struct {
		form, text string
		mask       uint64
		want       float64
	}{
		{"", "72", 8, 1}, {"", "72", 0x70, 4}, {"", "64", 8, 0}, {"hex", "FF", 0xF0, 15}, {"bits", "1010", 2, 1}, {"hex_signed", "FFFE", 1, 0},
		{"binary", "\x80\x00\x00\x00\x00\x00\x00\x03", 2, 1}, {"binary_low", "\x03\x00\x00\x00\x00\x00\x00\x80", 4, 0},
		{"signed", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFD", 7, 5}, {"hex", "8000000000000001", 1, 1}, {"bcd", "\x12", 4, 1},
	} {
		if got, err := maskedOf(c.form, []byte(c.text), false, c.mask); err != nil || got != c.want {
			t.Errorf("maskedOf(%s, %q, %X) = %g, %v, want %g", c.form, c.text, c.mask, got, err, c.want)
		}
	}
	for _, text := range []string{"1.5", "-1", "1e300", "", "x"} {
		if got, err := maskedOf("", []byte(text), false, 1); err == nil {
			t.Errorf("maskedOf(%s) = %g, want an error", text, got)
		}
	}
}

func TestWire(t *testing.T) {
	for text, want := range map[string]string{"PR1\r": "PR1\r", "\u0080\u00ff": "\x80\xff", "hex:02 80 fF": "\x02\x80\xff", "°": "\xb0", "": ""} {
		var w Wire
		if err := w.UnmarshalText([]byte(text)); err != nil || string(w) != want {
			t.Errorf("%q is % X, %v, want % X", text, string(w), err, want)
		}
	}
	for _, text := range []string{"hex:0", "hex:zz", "Ω", "\xff"} {
		var w Wire
		if err := w.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is % X, want an error", text, string(w))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.OneOf(rapid.SliceOf(rapid.Byte()), rapid.Just([]byte("hex:00"))).Draw(t, "bytes")
		text, _ := Wire(b).MarshalText()
		var again Wire
		if err := again.UnmarshalText(text); err != nil || string(again) != string(b) {
			t.Fatalf("% X is written %q and read again % X, %v", b, text, string(again), err)
		}
	})
}

// FuzzNumberOf: whatever comes, no panic, and nothing that is not finite.
func FuzzNumberOf(f *testing.F) {
	for n := range numberForms {
		f.Add(uint8(n), []byte("00FF"), true, uint64(8))
	}
	f.Fuzz(func(t *testing.T, form uint8, part []byte, comma bool, mask uint64) {
		v, err := numberOf(numberForms[int(form)%len(numberForms)], part, comma)
		if mask > 0 {
			v, err = maskedOf(numberForms[int(form)%len(numberForms)], part, comma, mask)
		}
		if err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
			t.Errorf("numberOf(%q) = %g", part, v)
		}
	})
}

// FuzzChecksumOpened: a frame opens only with its own checksum.
func FuzzChecksumOpened(f *testing.F) {
	f.Add(uint8(0), uint8(0), uint8(1), []byte("0011030906000825035"))
	kinds := []string{"sum", "xor", "ones", "twos", "sum16", "crc16", "crc16_ccitt"}
	f.Fuzz(func(t *testing.T, kind, form, skip uint8, reply []byte) {
		c := &ASCIIChecksum{Kind: kinds[int(kind)%len(kinds)], Form: asciiSumForms[int(form)%len(asciiSumForms)], Skip: int(skip % 8)}
		body, err := c.opened(reply, "")
		if err == nil && !strings.EqualFold(string(body)+c.of(body, c.Skip), string(reply)) {
			t.Errorf("%q opens as %q", reply, body)
		}
		if again, err := c.opened(append([]byte("ab"), c.of([]byte("ab"), c.Skip)...), ""); err != nil || string(again) != "ab" {
			t.Errorf("its own frame opens as %q, %v", again, err)
		}
	})
}
