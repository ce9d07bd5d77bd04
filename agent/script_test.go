package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestWordsThatAreNoVerbs(t *testing.T) {
	for _, args := range [][]string{nil, {"ran"}, {"run", "now"}, {"run", "-script"}, {"halt", "please"}} {
		var out, problems bytes.Buffer
		if code := dispatch(t.Context(), args, &out, &problems); code != exitUsage || !strings.Contains(problems.String(), "usage:") {
			t.Errorf("agent %q exited with %d: %s; want %d and the usage", args, code, problems.String(), exitUsage)
		}
	}
}
