package near

import (
	"strings"
	"testing"
)

func TestNearNames(t *testing.T) {
	for _, c := range []struct{ name, candidates, want string }{
		{"devics", "agent mqtt devices rules", "devices"},
		{"modle", "name model", "model"},
		{"Pfeiffer-TPG", "pfeiffer-tpg pfeiffer-pump", "pfeiffer-tpg"},
		{"igg", "ig cg", "ig"},
		{"V9", "V1 V2 V3", ""},
		{"ion2", "ion1 ion3", "ion1 ion3"},
		{"zz", "ab cd", ""},
		{"x", "y", ""},
		{"ig", "ig cg", "cg"},
		{"colour", "name listen", ""},
		{"", "name", ""},
		{"V2", "box.V1 box.V2", "box.V2"},
		{"A", "box.A card.A", "box.A card.A"},
		{"A", "a.A b.A c.A", ""},
		{"temp", "pressure temperature", ""},
		{"gueges", "gauges", "gauges"},
	} {
		if got := strings.Join(Names(c.name, strings.Fields(c.candidates)), " "); got != c.want {
			t.Errorf("Names(%q, %s) = %q, want %q", c.name, c.candidates, got, c.want)
		}
	}
	if got := Hint("ion2", []string{"ion1", "ion3"}); got != "; did you mean ion1 or ion3?" {
		t.Errorf("Hint = %q", got)
	}
}

func TestHintOfABeginning(t *testing.T) {
	for _, c := range []struct{ word, candidates, want string }{
		{"baudrate", "baud bits parity", "; did you mean baud?"},
		{"temp", "pressure temperature", "; did you mean temperature?"},
		{"log", "abs log10", "; did you mean log10?"},
		{"ion1234", "ion1", ""},
		{"ba", "bauds", ""},
		{"pin", "pins pinned", "; did you mean pins?"},
		{"tem", "temp1 temp2 temp3", ""},
	} {
		if got := Hint(c.word, strings.Fields(c.candidates)); got != c.want {
			t.Errorf("Hint(%q, %s) = %q, want %q", c.word, c.candidates, got, c.want)
		}
	}
}

func TestOneOf(t *testing.T) {
	for want, names := range map[string][]string{"must be one of a": {"a"}, "must be one of b, a": {"b", "a"}, "there is none": nil} {
		if got := OneOf(names, "there is none"); got != want {
			t.Errorf("OneOf(%q) = %q, want %q", names, got, want)
		}
	}
}
