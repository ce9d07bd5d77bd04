package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestOncePrintsEveryChannelOfTheDemoLine(t *testing.T) {
	if _, err := os.Stat("../firmware-cfg/demo.yaml"); err != nil {
		t.Fatal(err)
	}
	var out, problems bytes.Buffer
	if code := dispatch(t.Context(), []string{"once", "-sim", "-config", "../firmware-cfg/demo.yaml"}, &out, &problems); code != exitFine {
		t.Fatalf("once exited with %d: %s", code, problems.String())
	}
	for _, want := range []string{"ion1", "torr", "V1", "laser", "at_most", "chamber"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table has no %q:\n%s", want, out.String())
		}
	}
}
