package main

import "testing"

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
