package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
)

// finding is one broken rule: where, and what it must be.
type finding struct {
	folder, file string // relative to the module's root; file is "" where the folder is meant
	line         int
	text         string
}

func (f finding) String() string {
	switch {
	case f.file == "":
		return f.folder + ": " + f.text
	case f.line == 0:
		return f.file + ": " + f.text
	}
	return fmt.Sprintf("%s:%d: %s", f.file, f.line, f.text)
}

func printAll(out io.Writer, found []finding) {
	slices.SortFunc(found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.folder, b.folder), cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line), cmp.Compare(a.text, b.text))
	})
	for _, f := range found {
		fmt.Fprintln(out, f)
	}
}

// few is how many given-up words are printed one by one; of more only the number in each folder, which is read faster.
const few = 30

func printWords(out io.Writer, hits []finding) {
	if len(hits) <= few {
		printAll(out, hits)
		return
	}
	count := map[string]int{}
	for _, h := range hits {
		count[h.folder]++
	}
	for _, folder := range slices.Sorted(maps.Keys(count)) {
		fmt.Fprintf(out, "%s: %d uses of given-up words\n", folder, count[folder])
	}
	fmt.Fprintf(out, "%d uses of given-up words must go; -list prints each with its position\n", len(hits))
}
