package drivers_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pychron-edge/drivers"
)

var update = flag.Bool("update", false, "write docs/instruments.md anew")

const (
	tableFile = "../docs/instruments.md"
	tableHead = `# Instruments

<!-- Generated from drivers.Models() and firmware-cfg/instruments by go generate ./drivers; do not edit. -->

What each model reads and controls, how sure we are of its bytes, and where they come from. A new one: [describing-an-instrument.md](describing-an-instrument.md)
without Go, [adding-an-instrument.md](adding-an-instrument.md) with it.

| model | instrument | reads | controls | confidence | source |
|---|---|---|---|---|---|
`
	tableFoot = `
Confidence is how sure we are of the bytes: nothing was tried on a real unit here. A sheet is this project's notes on a wire
format; the manuals and programs they were taken from, and what is UNCONFIRMED, stand at the top of the model's file.
`
)

// docs/instruments.md is what the models say of themselves. The blueprint is no model of a program.
func TestInstrumentTable(t *testing.T) {
	var b strings.Builder
	b.WriteString(tableHead)
	home := homes(t)
	for _, m := range drivers.Models() {
		if m.Name == "blueprint" {
			continue
		}
		fmt.Fprintf(&b, "| [`%s`](../drivers/%s) | %s | %s | %s | %s | %s |\n", m.Name, home[m.Name], cell(m.About), cell(m.Reads),
			cell(cmp.Or(m.Sets, "-")), m.Confidence, source(t, m))
	}
	libraryTable(t, &b)
	b.WriteString(tableFoot)
	if *update {
		if err := os.WriteFile(tableFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(tableFile)
	if err != nil || string(text) != b.String() {
		t.Errorf("%s is not what the models say (%v); run go generate ./drivers", tableFile, err)
	}
}

// source of a model's bytes; a sheet is a link, and is there.
func source(t *testing.T, m drivers.Model) string {
	sheet, ok := strings.CutPrefix(m.Source, "docs/")
	if !ok {
		return cell(m.Source)
	}
	if _, err := os.Stat("../" + m.Source); err != nil {
		t.Errorf("%s cites a sheet that is not there: %v", m.Name, err)
	}
	return fmt.Sprintf("[%s](%s)", strings.TrimSuffix(filepath.Base(sheet), ".md"), sheet)
}

// homes are the files of the models.
func homes(t *testing.T) map[string]string {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	home := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range drivers.Models() {
			if strings.Contains(string(text), "\tregister(\""+m.Name+"\",") {
				home[m.Name] = file
			}
		}
	}
	return home
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
