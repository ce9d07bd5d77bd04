package buffer_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"pychron-edge/buffer"
)

func TestEveryMetricIsDeclaredWhole(t *testing.T) {
	name := regexp.MustCompile(`^[a-z]+(_[a-z]+)+$`)
	seen := map[string]bool{}
	for _, m := range buffer.Metrics {
		if !name.MatchString(m.Name) || seen[m.Name] {
			t.Errorf("%q is no name, or declared twice", m.Name)
		}
		seen[m.Name] = true
		if len(m.Help) < 10 || !strings.HasSuffix(m.Help, ".") {
			t.Errorf("help of %s = %q, want a sentence", m.Name, m.Help)
		}
		if m.Type == 0 || (m.Type == buffer.Counter) != strings.HasSuffix(m.Name, "_total") {
			t.Errorf("%s is a %q; a counter, and nothing else, ends in _total", m.Name, m.Type)
		}
		if !slices.IsSorted(m.Labels) {
			t.Errorf("labels of %s = %v, want them sorted", m.Name, m.Labels)
		}
		if buffer.Declared(m.Name).Help != m.Help {
			t.Errorf("Declared(%s) gives another", m.Name)
		}
	}
	if buffer.Declared("pressure_pascals") != nil {
		t.Error("a reading is declared")
	}
}
