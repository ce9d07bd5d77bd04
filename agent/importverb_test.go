package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const importedLine = "pychronimport/testdata/valley"

// imported is the file that agent import makes of a made-up laboratory.
func imported(t *testing.T, flags ...string) (file, report string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "line.yaml")
	var out, problems bytes.Buffer
	if code := dispatch(t.Context(), append([]string{"import", importedLine, "-o", file}, flags...), &out, &problems); code != exitFine {
		t.Fatalf("import exited with %d: %s", code, problems.String())
	}
	return file, problems.String()
}

func TestAnImportedLineRunsSimulated(t *testing.T) {
	file, report := imported(t, "-assume-pins")
	if !strings.Contains(report, " facts: ") {
		t.Errorf("the report has no counts:\n%s", report)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.Replace(text, []byte("127.0.0.1:9119"), []byte("127.0.0.1:0"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, problems bytes.Buffer
	dispatch(t.Context(), []string{"once", "-sim", "-config", file}, &out, &problems)
	for _, want := range []string{"rack", "IG", "V7", "fusions_co2"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("once shows no %s:\n%s\n%s", want, out.String(), problems.String())
		}
	}
}

func TestAssumedPinsAreForSimulationAlone(t *testing.T) {
	file, _ := imported(t, "-assume-pins")
	var out, problems bytes.Buffer
	args := []string{"run", "-config", file, "-runtime", t.TempDir(), "-state", t.TempDir()}
	if code := dispatch(t.Context(), args, &out, &problems); code != exitMistake || !strings.Contains(problems.String(), "must be run with -sim") {
		t.Errorf("run of assumed pins exited with %d: %s, want %d and why", code, problems.String(), exitMistake)
	}
}

func TestImportNeedsAFolder(t *testing.T) {
	var out, problems bytes.Buffer
	if code := dispatch(t.Context(), []string{"import"}, &out, &problems); code != exitUsage {
		t.Errorf("import without a folder exited with %d, want %d", code, exitUsage)
	}
	if code := dispatch(t.Context(), []string{"import", t.TempDir()}, &out, &problems); code != exitRefused {
		t.Errorf("import of an empty folder exited with %d, want %d: a configuration without devices does not pass check", code, exitRefused)
	}
}
