package pychronimport_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"pychron-edge/agent/pychronimport"
)

func valvesYAML(t *testing.T, text string) *pychronimport.Result {
	t.Helper()
	r, err := pychronimport.Import(fstest.MapFS{"s/extractionline/valves.yaml": {Data: []byte(text)}}, "s", pychronimport.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Aliases and merges are written out: what a mapping says itself stands.
func TestAliasesOfYAML(t *testing.T) {
	with := valvesYAML(t, `- &base {name: A, kind: valve, description: to the bone, address: 1}
- &more {interlock: &list [A, C]}
- {<<: *base, name: B, address: 2, interlock: *list}
- {<<: [{address: 3}, *base, *more], name: C}
`)
	mustCheck(t, with.YAML)
	for _, want := range []string{
		"valve B -> carried as B", "description to the bone of B -> carried", "address 2 of B -> carried", "interlock C of B -> carried",
		"address 3 of C -> carried", "description to the bone of C -> carried", "interlock A of C -> carried",
	} {
		if n := strings.Count(with.Report(), want); n != 1 {
			t.Errorf("%d times %q in\n%s", n, want, with.Report())
		}
	}
}

// A file that names itself, or says more than can be meant, is left out.
func TestAliasesWithoutEnd(t *testing.T) {
	bomb := "- &a [x, x, x, x, x, x, x, x, x, x]\n"
	for _, pair := range []string{"ab", "bc", "cd", "de", "ef", "fg"} {
		bomb += "- &" + pair[1:] + " [" + strings.Repeat("*"+pair[:1]+", ", 10) + "]\n"
	}
	for text, want := range map[string]string{
		"- &a\n  name: A\n  interlock: *a\n":     "nested too deep",
		"- &a\n  name: A\n  x: {<<: *a, y: 1}\n": "nested too deep",
		"- {name: A}\n- &l [*l]\n":               "nested too deep",
		bomb:                                     "says too much",
	} {
		if r := valvesYAML(t, text); len(r.Failed) != 1 || !strings.Contains(r.Failed[0], want) {
			t.Errorf("%.60q: failed %q, want it left out because it is %s", text, r.Failed, want)
		}
	}
}

// A name that can be ours stays with what has it; what had to be renamed gives way.
func TestRenamedValvesGiveWay(t *testing.T) {
	r := valvesYAML(t, "- {name: B-1, kind: manual_valve}\n- {name: B_1}\n- {name: 1}\n- {name: V1}\n")
	mustCheck(t, r.YAML)
	for _, want := range []string{"valve B-1 -> carried as B_1_2", "valve B_1 -> carried as B_1\n", "valve 1 -> carried as V1_2", "valve V1 -> carried as V1\n"} {
		if !strings.Contains(r.Report(), want) {
			t.Errorf("the report lacks %q:\n%s", want, r.Report())
		}
	}
}
