package keystest

import (
	"regexp"
	"strings"
	"testing"

	"pychron-edge/keys"
)

var bounded = regexp.MustCompile(`[0-9]|default|range|or more|meters|°C|in Unit|in SI|as of|per |percent|amperes|highest|lowest`)

// Explained fails where a key has no sentence, and where a number or a time has neither range, unit nor default.
func Explained(t *testing.T, where string, all []keys.Key) {
	t.Helper()
	for _, k := range all {
		switch {
		case k.Text == "":
			t.Errorf("%s: %s has no sentence; write it behind the field", where, k.Path)
		case strings.Contains("number whole number time size volume", strings.Split(k.Form+" (", " (")[0]) && k.Default == "" && !bounded.MatchString(k.Text):
			t.Errorf("%s: %s is a %s and its sentence (%s) has neither range, unit nor default", where, k.Path, k.Form, k.Text)
		}
	}
}
