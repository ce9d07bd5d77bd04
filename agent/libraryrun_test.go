package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pychron-edge/firmware-cfg/instruments"
)

// Every described instrument runs simulated: each of its points is read, says why it has no value, or has not come yet.
func TestEveryDescribedInstrumentRunsSimulated(t *testing.T) {
	var text strings.Builder
	text.WriteString("agent: {name: library, listen: 127.0.0.1:0}\ndevices:\n")
	for i, name := range instruments.Names() {
		port := fmt.Sprintf("serial:///dev/serial/by-id/instrument%d", i)
		if data, _ := instruments.File(name); strings.Contains(string(data), "tcp: true") {
			port = fmt.Sprintf("tcp://host%d:502", i)
		}
		fmt.Fprintf(&text, "  - {name: %s, model: instrument/%s, port: %q}\n", strings.ReplaceAll(name, "-", "_"), name, port)
	}
	file := filepath.Join(t.TempDir(), "library.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	var out, problems bytes.Buffer
	if code := dispatch(t.Context(), []string{"once", "-sim", "-config", file}, &out, &problems); code != exitFine {
		t.Fatalf("once exited with %d: %s\n%s", code, problems.String(), out.String())
	}
	read := map[string]int{}
	for _, row := range strings.Split(out.String(), "\n") {
		if fields := strings.Fields(row); len(fields) > 2 && (strings.HasSuffix(row, " ok") || strings.HasSuffix(row, "has not come yet")) {
			read[fields[0]]++
		}
	}
	for _, name := range instruments.Names() {
		if read[strings.ReplaceAll(name, "-", "_")] == 0 {
			t.Errorf("%s is not read:\n%s", name, out.String())
		}
	}
}
