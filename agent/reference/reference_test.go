package reference

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/keys/keystest"

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

// Every key has a sentence, and every number and time its range, unit or default.
func TestEveryKeyIsExplained(t *testing.T) {
	keystest.Explained(t, "the file", Core())
	for _, m := range drivers.Models() {
		keystest.Explained(t, m.Name, Options(m))
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
