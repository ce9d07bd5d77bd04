package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// shipped are the configurations of agents that come with the program.
func shipped(t *testing.T) []string {
	files, err := filepath.Glob("../firmware-cfg/*.yaml")
	files = slices.DeleteFunc(files, func(file string) bool { return filepath.Base(file) == "viewer.yaml" })
	if err != nil || len(files) < 5 {
		t.Fatalf("found %v, %v, want at least five configurations", files, err)
	}
	return files
}

func TestShippedConfigurationsHaveNoProblems(t *testing.T) {
	for _, file := range shipped(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, _ := Load(filepath.Base(file), data)
		if _, list := check(c); len(list) != 0 {
			t.Errorf("%s: problems\n%swant none", file, listed(list))
		}
	}
}

func TestCheckRunsTheVectorsOfAnInstrumentWithoutGo(t *testing.T) {
	data, err := os.ReadFile("../firmware-cfg/mks670.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ from, to, want string }{
		"unit confused":   {"unit: torr", "unit: mbar", "vectors[0]: "},
		"factor confused": {"most: 100 ", "scale: 10 ", "gives tank = 10132.5 pascals; the vector says 1013.25"},
		"word forgotten":  {`"-----": no head`, `"????": no head`, "vectors[2]: "},
		"request changed": {`send: "@020?"`, `send: "@021?"`, `"@020?\n" is no request of reads; allowed are ["@021?\n"]`},
		"key misspelt":    {"match:", "mach:", `unknown key "mach" in reads[0]; allowed are channel, name, unit,`},
	} {
		text := strings.Replace(string(data), c.from, c.to, 1)
		if text == string(data) {
			t.Fatalf("%s: %q is not in the file", name, c.from)
		}
		if _, list := checked(text); !strings.Contains(listed(list), c.want) {
			t.Errorf("%s: problems\n%swant %q", name, listed(list), c.want)
		}
	}
}

func TestEveryShippedConfigurationRunsSimulated(t *testing.T) {
	for _, file := range shipped(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			var out, problems bytes.Buffer
			if code := command(t.Context(), []string{"once", "-sim", "-config", file}, &out, &problems); code != exitFine {
				t.Fatalf("once exited with %d: %s\n%s", code, problems.String(), out.String())
			}
			t.Log("\n" + out.String())
		})
	}
}
