package main

import (
	"os"
	"path/filepath"
	"testing"
)

// Another process of this program is seen, also one whose file was replaced; this one, other programs, threads of the kernel and what may
// not be read are none. Where nothing can be seen there may be one.
func TestAgentBeside(t *testing.T) {
	ours, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join("/opt", filepath.Base(ours))
	for _, c := range []struct {
		name string
		exe  map[string]string // by name in /proc; "" = no program
		want bool
	}{
		{"alone", map[string]string{"7": ours, "8": "/bin/sh", "9": "", "self": ours}, false},
		{"another", map[string]string{"7": ours, "8": elsewhere}, true},
		{"another whose file was replaced", map[string]string{"7": ours, "8": elsewhere + " (deleted)"}, true},
		{"another program of a longer name", map[string]string{"7": ours, "8": elsewhere + "-old"}, false},
	} {
		proc := t.TempDir()
		for name, exe := range c.exe {
			if err := os.Mkdir(filepath.Join(proc, name), 0o755); err != nil {
				t.Fatal(err)
			}
			if exe != "" {
				if err := os.Symlink(exe, filepath.Join(proc, name, "exe")); err != nil {
					t.Fatal(err)
				}
			}
		}
		if got := agentBeside(proc, 7); got != c.want {
			t.Errorf("%s: agentBeside = %t, want %t", c.name, got, c.want)
		}
	}
	if !agentBeside(filepath.Join(t.TempDir(), "none"), 7) {
		t.Error("without /proc: agentBeside = false, want true")
	}
}
