package main

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"
)

func TestEveryShippedConfigurationRunsSimulated(t *testing.T) {
	for _, file := range shippedFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			var out, problems bytes.Buffer
			if code := dispatch(t.Context(), []string{"once", "-sim", "-config", file}, &out, &problems); code != exitFine {
				t.Fatalf("once exited with %d: %s\n%s", code, problems.String(), out.String())
			}
			t.Log("\n" + out.String())
		})
	}
}

// shippedFiles are the configurations of agents that come with the program.
func shippedFiles(t *testing.T) []string {
	files, err := filepath.Glob("../firmware-cfg/*.yaml")
	files = slices.DeleteFunc(files, func(file string) bool { return filepath.Base(file) == "viewer.yaml" })
	if err != nil || len(files) < 5 {
		t.Fatalf("found %v, %v, want at least five configurations", files, err)
	}
	return files
}
