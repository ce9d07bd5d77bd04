package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/tools/go/packages"
)

// report prints a line for each package: its files and their lines without and with tests, the largest cycle, what it imports of ours.
func (m *module) report(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	defer w.Flush()
	fmt.Fprintln(w, "package\tfiles\tlines\ttest files\ttest lines\tlargest cycle\timports of ours")
	for _, p := range m.packages {
		folder := m.folder(p)
		tests := m.testFiles(folder)
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%s\n", folder, len(p.CompiledGoFiles), lines(p.CompiledGoFiles),
			len(tests), lines(tests), len(m.cycle(p)), strings.Join(m.ours(p), " "))
	}
}

// testFiles of a folder, each once.
func (m *module) testFiles(folder string) (files []string) {
	for _, p := range m.withTests {
		for _, f := range p.CompiledGoFiles {
			if strings.HasSuffix(f, "_test.go") && m.folder(p) == folder && !slices.Contains(files, f) {
				files = append(files, f)
			}
		}
	}
	return files
}

func (m *module) ours(p *packages.Package) (names []string) {
	for name := range p.Imports {
		if short, is := strings.CutPrefix(name, m.path+"/"); is {
			names = append(names, short)
		}
	}
	slices.Sort(names)
	return names
}

// lines of files that were just read by the compiler; one that has gone since counts none.
func lines(files []string) (n int) {
	for _, f := range files {
		text, _ := os.ReadFile(f)
		n += bytes.Count(text, []byte("\n"))
	}
	return n
}
