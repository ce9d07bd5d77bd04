package buffer_test

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
)

func TestMakeLabels(t *testing.T) {
	for name, c := range map[string]struct {
		pairs []string
		want  buffer.Labels
	}{
		"none":            {nil, ""},
		"sorted":          {[]string{"b", "2", "a", "1"}, "a\x001\x00b\x002\x00"},
		"given twice":     {[]string{"a", "1", "a", "2"}, "a\x002\x00"},
		"odd":             {[]string{"a"}, "a\x00\x00"},
		"NUL in the text": {[]string{"a\x00b", "\x001"}, "ab\x001\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := buffer.MakeLabels(c.pairs...); got != c.want {
				t.Errorf("MakeLabels(%q) = %q, want %q", c.pairs, got, c.want)
			}
		})
	}
}

func TestLabelsAreTheMapTheyCameFrom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[^\x00]{0,6}`)
		want := rapid.MapOfN(word, word, 0, 8).Draw(t, "labels")
		var pairs []string
		for k, v := range want {
			pairs = append(pairs, k, v)
		}
		l := buffer.MakeLabels(pairs...)
		if got := maps.Collect(l.All()); !maps.Equal(got, want) || l.Len() != len(want) {
			t.Fatalf("All() of %q = %q, want %q", pairs, got, want)
		}
		for k, v := range want {
			if got := l.Value(k); got != v {
				t.Fatalf("Value(%q) = %q, want %q", k, got, v)
			}
		}
		var names []string
		for k := range l.All() {
			names = append(names, k)
		}
		if !slices.IsSorted(names) {
			t.Fatalf("names %q are not sorted", names)
		}
	})
}
