package drivers_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"pychron-edge/drivers"
)

const libraryHead = `
## Described instruments

Included by name, ` + "`model: instrument/NAME`" + `; each is a file for the model ascii or modbus, whose vectors ` + "`agent check`" + ` runs.

| model | instrument | reads | controls | by | confidence | source |
|---|---|---|---|---|---|---|
`

// libraryTable writes what the files of the library say of themselves.
func libraryTable(t *testing.T, b *strings.Builder) {
	t.Helper()
	const folder = "firmware-cfg/instruments"
	files, err := filepath.Glob("../" + folder + "/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %v, %v, want the library of described instruments", files, err)
	}
	b.WriteString(libraryHead)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var one struct {
			About, Source, Reads, Sets, Model string
			Confirmed                         bool
		}
		if err := yaml.Unmarshal(text, &one); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		name, confidence := filepath.Base(file), drivers.Unconfirmed
		if one.Confirmed {
			confidence = drivers.Medium
		}
		fmt.Fprintf(b, "| [`instrument/%s`](../%s/%s) | %s | %s | %s | %s | %s | %s |\n", strings.TrimSuffix(name, ".yaml"), folder, name, cell(one.About), cell(one.Reads),
			cell(cmp.Or(one.Sets, "-")), one.Model, confidence, cell(one.Source))
	}
}
