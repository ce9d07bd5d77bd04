package pychronimport_test

import (
	"slices"
	"strings"
	"testing"

	"pychron-edge/agent/config"
	"pychron-edge/agent/pychronimport"
)

// The comment pychron: with its networks filled in passes check, and each valve is known by the name that Pychron's client asks for.
func TestWhatIsServedPassesCheckOnceNetworksAreFilledIn(t *testing.T) {
	r := valley(t, pychronimport.Options{AssumePins: true})
	before, served, found := strings.Cut(r.YAML, "# pychron:\n")
	if !found {
		t.Fatal("there is no comment pychron:")
	}
	served = strings.ReplaceAll(strings.ReplaceAll("pychron:\n"+served, "\n#", "\n"), "networks: []", "networks: [10.0.0.0/24]")
	plan, problems, err := config.PlanOf("line1.yaml", []byte(before+served))
	if err != nil {
		t.Fatalf("%v\n%v\n%s", err, problems, served)
	}
	var names []string
	for _, v := range plan.PychronValves() {
		names = append(names, v.Name)
	}
	for _, want := range []string{"A", "B", "N", "7"} {
		if !slices.Contains(names, want) {
			t.Errorf("valves %q, want %s among them, as Pychron asks for it", names, want)
		}
	}
	for _, name := range names {
		if strings.Contains(name, "-") {
			t.Errorf("a valve is called %s on the wire, which Pychron's client cuts at the hyphen", name)
		}
	}
}
