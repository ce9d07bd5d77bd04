package reference

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"pychron-edge/drivers"

	"pychron-edge/agent/config"
)

// docs/reference.md is what the program says of itself.
func TestReferencePage(t *testing.T) {
	const file = "../../docs/reference.md"
	if *update {
		if err := os.WriteFile(file, []byte(page()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if data, err := os.ReadFile(file); err != nil || string(data) != page() {
		t.Errorf("%s is not what the program says (%v); run go generate ./agent/reference", file, err)
	}
}

var bounded = regexp.MustCompile(`[0-9]|default|range|or more|meters|°C|in Unit|in SI|as of|per |percent|amperes|highest|lowest`)

// Every key has a sentence, and every number and time its range, unit or default.
func TestEveryKeyIsExplained(t *testing.T) {
	all := map[string][]Key{"the file": Core()}
	for _, m := range drivers.Models() {
		all[m.Name] = Options(m)
	}
	for where, keys := range all {
		for _, k := range keys {
			switch {
			case k.Text == "":
				t.Errorf("%s: %s has no sentence; write it behind the field", where, k.Path)
			case strings.Contains("number whole number time size volume", strings.Split(k.Form+" (", " (")[0]) && k.Default == "" && !bounded.MatchString(k.Text):
				t.Errorf("%s: %s is a %s and its sentence (%s) has neither range, unit nor default", where, k.Path, k.Form, k.Text)
			}
		}
	}
}

// Every model has an example that check takes.
func TestEveryModelHasAnExample(t *testing.T) {
	for _, m := range drivers.Models() {
		text := "agent: {name: line1}\ndevices:\n" + Example(m.Name)
		plan, list, err := config.PlanOf("example of "+m.Name, []byte(text))
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if plan.Devices[0].Model.Name != m.Name {
			t.Errorf("the example of %s is of %s", m.Name, plan.Devices[0].Model.Name)
		}
		for _, p := range list {
			if !strings.Contains(p.Text, "no rule halts the laser") {
				t.Errorf("%s", p)
			}
		}
		var b bytes.Buffer
		if err := WriteModel(&b, m); err != nil || !strings.Contains(b.String(), Example(m.Name)) {
			t.Errorf("WriteModel(%s) = %v, %q, want its example", m.Name, err, b.String())
		}
	}
}
