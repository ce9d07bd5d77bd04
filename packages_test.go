package project_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// install runs tools/packages.sh where nothing is installed, apt-get is as the script says, and no time passes while it waits.
func install(t *testing.T, apt string) (said, asked string, err error) {
	t.Helper()
	bin := t.TempDir()
	for name, script := range map[string]string{
		"dpkg-query": "exit 1", "id": "echo 0", "sleep": "echo slept >>" + bin + "/asked", "apt-get": "echo \"$1\" >>" + bin + "/asked\n" + apt,
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command("sh", "tools/packages.sh", "cpio")
	c.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
	out, err := c.CombinedOutput()
	data, readErr := os.ReadFile(filepath.Join(bin, "asked"))
	if readErr != nil {
		t.Fatal(readErr)
	}
	return string(out), strings.Join(strings.Fields(string(data)), " "), err
}

// Another program's installation is waited for, with each of the locks there are, and not for ever; what else fails is told at once.
func TestPackagesWaitForTheLock(t *testing.T) {
	const busy = `echo "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 77 (apt-get)" >&2; exit 100`
	said, asked, err := install(t, `[ "$(grep -c "$1" "$(dirname "$0")/asked")" -gt 2 ] && exit 0; `+busy)
	if want := "update slept update slept update install slept install slept install"; err != nil || asked != want {
		t.Errorf("with a lock for a while: %v, %q, asked %q, want %q", err, said, asked, want)
	}
	said, asked, err = install(t, busy)
	if err == nil || !strings.Contains(said, "held by process 77") || !strings.Contains(said, "missing packages: cpio") || strings.Count(asked, "slept") != 118 {
		t.Errorf("with a lock for ever: %v, %q, slept %d times", err, said, strings.Count(asked, "slept"))
	}
	said, asked, err = install(t, `[ "$1" = update ] && exit 0; echo "E: Unable to locate package cpio"; exit 100`)
	if err == nil || !strings.Contains(said, "Unable to locate") || strings.Contains(asked, "slept") {
		t.Errorf("with a package that is not there: %v, %q, asked %q", err, said, asked)
	}
}
