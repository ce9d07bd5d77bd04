package main

import (
	"testing"

	"pychron-edge/agent/state"
)

// Which agent a halt is for, by what is given and whether the system has one.
func TestWhichAgentIsHalted(t *testing.T) {
	for _, c := range []struct {
		given, environment string
		system             bool
		want               state.RuntimeDir
	}{
		{"", "", true, state.SystemRuntime},
		{"/a", "", true, "/a"},
		{"", "/b", true, "/b"},
		{"/a", "/b", true, "/a"},
		{"", "/b", false, "/b"},
		{"/a", "", false, "/a"},
	} {
		t.Setenv("RUNTIME_DIRECTORY", c.environment)
		if got := haltedDir(c.given, func() bool { return c.system }); got != c.want {
			t.Errorf("given %q, RUNTIME_DIRECTORY=%q, an agent of the system %t: %s is halted, want %s", c.given, c.environment, c.system, got, c.want)
		}
	}
	t.Setenv("RUNTIME_DIRECTORY", "")
	if got := haltedDir("", func() bool { return false }); got != state.FindRuntimeDir("") {
		t.Errorf("without any of them %s is halted, want one's own", got)
	}
}
