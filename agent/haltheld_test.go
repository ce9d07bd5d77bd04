package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// Another program has the laser's line for itself: nothing is sent beside it, and who asked is told the device, the line and who has it.
func TestHaltOfALineThatAnotherProgramHas(t *testing.T) {
	master, line, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer line.Close()
	if err := unix.IoctlSetInt(int(line.Fd()), unix.TIOCEXCL, 0); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	config := fmt.Sprintf("agent: {name: line1}\ndevices:\n  - {name: laser, model: fusions-co2, port: \"serial://%s?baud=9600\", every: 1s, control: true, options: {max_on: 15m}}\n", line.Name())
	if err := os.WriteFile(filepath.Join(dir, "running.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, problems bytes.Buffer
	if code := haltVerb(t.Context(), []string{"-runtime", dir}, &out, &problems); code != exitUnsafe {
		t.Errorf("exit %d, want %d", code, exitUnsafe)
	}
	if !strings.Contains(out.String(), "laser   halt  FAILED: ") || !strings.Contains(out.String(), line.Name()+" is held by") {
		t.Errorf("printed %q, want the device, its line, and that it is held", out.String())
	}
	if said := problems.String(); strings.Contains(said, "map[") || !strings.Contains(said, "could not be halted: laser; the table says why") {
		t.Errorf("said %q, want the names of what could not be halted", said)
	}
}
