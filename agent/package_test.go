package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pychron-edge/agent/verbs"
	"pychron-edge/commandline"
)

// The file that the package installs passes check, and is nothing to run for yet.
func TestTheInstalledConfiguration(t *testing.T) {
	t.Setenv("STATE_DIRECTORY", t.TempDir())
	const file = "../firmware-cfg/package/agent.yaml"
	if code, out, problems := ran(t, "check", file); code != exitFine || problems != "" {
		t.Errorf("check = %d, %s, %s; want no problems", code, out, problems)
	}
	if code, out, problems := ran(t, "check", "-any-device", file); code != exitMistake || out+problems != "" {
		t.Errorf("check -any-device = %d, %s%s; want %d in silence", code, out, problems, exitMistake)
	}
	if code, _, _ := ran(t, "check", "-any-device", "../firmware-cfg/demo.yaml"); code != exitFine {
		t.Errorf("check -any-device of a file with devices = %d, want %d", code, exitFine)
	}
}

// The configuration in README.md passes check, and each program line of it that names a verb of ours is one.
func TestTheREADMEIsRunAsWritten(t *testing.T) {
	data, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	_, file, found := strings.Cut(text, "```yaml\n")
	file, _, closed := strings.Cut(file, "```\n")
	if !found || !closed {
		t.Fatal("README.md has no configuration")
	}
	path := filepath.Join(t.TempDir(), "agent.yaml")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("STATE_DIRECTORY", t.TempDir())
	if code, out, problems := ran(t, "check", path); code != exitFine || problems != "" {
		t.Errorf("check of README's configuration = %d, %s, %s; want no problems", code, out, problems)
	}
	commands := regexp.MustCompile("(?:pychron-edge-agent|bin/agent) ([a-z][a-z -]*)").FindAllStringSubmatch(text, -1)
	if len(commands) < 8 {
		t.Errorf("README.md has %d commands of the agent, want some", len(commands))
	}
	for _, m := range commands {
		fields := strings.Fields(m[1])
		v := verbs.Agent.Find(fields[0])
		if v == nil {
			t.Errorf("README.md says %q, and %s is no verb", m[0], fields[0])
			continue
		}
		for _, f := range fields[1:] {
			if name, isFlag := strings.CutPrefix(f, "-"); isFlag && name != "" && !slices.ContainsFunc(v.Flags, func(f commandline.Flag) bool { return f.Name == name }) {
				t.Errorf("README.md says %q, and %s has no flag -%s", m[0], v.Name, name)
			}
		}
	}
}
