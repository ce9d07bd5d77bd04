package line

import (
	"slices"
	"strings"
	"testing"
)

// FuzzCollector makes sure that lines which come unasked do not depend on where the line was cut in pieces.
func FuzzCollector(f *testing.F) {
	f.Add("EVENT a\r\nEVENT b\r\n", 3)
	f.Add("\n\nx\n", 1)
	f.Add(strings.Repeat("x", 5000)+"\ny\n", 2)
	f.Fuzz(func(t *testing.T, text string, at int) {
		lines := func(pieces ...string) (heard []string) {
			c := collector{separator: []byte("\n"), hook: func(b []byte) { heard = append(heard, string(b)) }}
			for _, p := range pieces {
				c.add([]byte(p))
				if len(c.part) > maxUnasked {
					t.Errorf("%d bytes are kept, want %d at most", len(c.part), maxUnasked)
				}
			}
			return heard
		}
		if at < 0 || at > len(text) || len(text) > maxUnasked {
			at = 0
		}
		whole, pieces := lines(text), lines(text[:at], text[at:])
		if !slices.Equal(whole, pieces) {
			t.Errorf("in two pieces heard %q, want %q", pieces, whole)
		}
		for _, line := range whole {
			if line == "" || strings.Contains(line, "\n") || !strings.Contains(text, line) {
				t.Errorf("heard %q in %q", line, text)
			}
		}
	})
}
