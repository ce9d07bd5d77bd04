package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pychron-edge/agent/verbs"
)

// ran runs a command line.
func ran(t *testing.T, args ...string) (code int, out, problems string) {
	t.Helper()
	var o, p bytes.Buffer
	code = dispatch(t.Context(), args, &o, &p)
	return code, o.String(), p.String()
}

func TestTheTableAndTheActionsAgree(t *testing.T) {
	if done, named := slices.Sorted(maps.Keys(actions())), slices.Sorted(slices.Values(verbs.Agent.Names())); !slices.Equal(done, named) {
		t.Errorf("actions %q, verbs of the table %q, want the same", done, named)
	}
}

func TestHelpComesOnStdout(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"-h"}, {"--help"}, {"help", "check"}, {"check", "-h"}, {"run", "--help"}, {"--version"}, {"version"}, {"man"}, {"completion", "bash"}, {"completion", "zsh"}} {
		if code, out, problems := ran(t, args...); code != exitFine || out == "" || problems != "" {
			t.Errorf("agent %q = %d, %q on stdout, %q on stderr, want 0 and all on stdout", args, code, out, problems)
		}
	}
}

func TestNearNamesOfTheCommandLine(t *testing.T) {
	for want, args := range map[string][]string{
		"did you mean check?":   {"chek"},
		"did you mean ports?":   {"Port"},
		"did you mean halt?":    {"help", "hlt"},
		"did you mean -config?": {"check", "-cnofig", "x"},
		"did you mean -sim?":    {"run", "--Sim"},
		"is given twice":        {"check", "-config", "a", "b"},
		"has no value":          {"run", "-config"},
		"bash or zsh":           {"completion", "fish"},
	} {
		if code, out, problems := ran(t, args...); code != exitUsage || out != "" || !strings.Contains(problems, want) {
			t.Errorf("agent %q = %d, %q, %q; want %d and %q on stderr", args, code, out, problems, exitUsage, want)
		}
	}
}

func TestOnceNamesWhatGaveNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	text := "agent: {name: a}\ndevices:\n  - {name: ion1, model: pfeiffer-tpg, port: \"serial:///dev/nothing\", options: {channels: {1: ig}}}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, problems := ran(t, "once", path); code != exitMistake || !strings.Contains(problems, "1 of 1 devices gave nothing: ion1 (") || strings.Count(problems, "\n") != 1 {
		t.Errorf("once = %d, %q; want %d and one line that names ion1", code, problems, exitMistake)
	}
}

func TestPortsAreListedWithoutAConfiguration(t *testing.T) {
	if code, out, problems := ran(t, "ports", "-config", "/no/such/file"); code != exitFine || !strings.Contains(out, "PORT") || !strings.Contains(problems, "cannot be read") {
		t.Errorf("ports = %d, %q, %q; want the table and a word about the file", code, out, problems)
	}
}

func TestModelsAreExplained(t *testing.T) {
	for _, name := range []string{"pfeiffer-tpg", "tpg366", "TPG 256"} {
		if code, out, _ := ran(t, "models", name); code != exitFine || !strings.Contains(out, "channels") || !strings.Contains(out, "- name: ion1") {
			t.Errorf("models %s = %d, %s; want its options and an example", name, code, out)
		}
	}
	if code, out, _ := ran(t, "models", "instrument/julabo"); code != exitFine || !strings.Contains(out, "model: instrument/julabo") || !strings.Contains(out, "in_pv_00") {
		t.Errorf("models instrument/julabo = %d %q, want an example and the file of the library", code, out)
	}
	if code, out, _ := ran(t, "models"); code != exitFine || !strings.Contains(out, "\ninstrument/julabo ") {
		t.Errorf("models = %d without the library", code)
	}
	if code, _, problems := ran(t, "models", "pfeifer-tpg"); code != exitMistake || !strings.Contains(problems, "did you mean pfeiffer-tpg?") {
		t.Errorf("models pfeifer-tpg = %d, %s; want the near name", code, problems)
	}
	if code, out, _ := ran(t, "schema"); code != exitFine || !strings.Contains(out, `"pfeiffer-tpg"`) {
		t.Errorf("schema = %d, %.80s; want the models in it", code, out)
	}
	if code, out, _ := ran(t, "man", "5"); code != exitFine || !strings.Contains(out, ".SS pfeiffer\\-tpg") {
		t.Errorf("man 5 = %d, %.80s; want the models in it", code, out)
	}
}

func TestWordsThatAreNoVerbs(t *testing.T) {
	for _, args := range [][]string{nil, {"ran"}, {"run", "now"}, {"run", "-script"}, {"halt", "please"}} {
		var out, problems bytes.Buffer
		if code := dispatch(t.Context(), args, &out, &problems); code != exitUsage || !strings.Contains(problems.String(), "usage:") {
			t.Errorf("agent %q exited with %d: %s; want %d and the usage", args, code, problems.String(), exitUsage)
		}
	}
}
