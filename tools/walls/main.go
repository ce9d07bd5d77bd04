// Command walls checks how the module is built: which package may import which (imports.txt), that no package holds a large
// cycle of files, that packages of pure decisions have no clock and no I/O (pure.txt), and that no declared identifier carries a
// word that the project gave up (words.txt, allowed.txt).
//
//	go run -C tools ./walls -dir ..           every check; ends with 1 where one finds something
//	go run -C tools ./walls -dir .. -list     every use of a given-up word, with its position
//	go run -C tools ./walls -dir .. -report   files, lines, largest cycle and imports of each package
//
// It reads the files of this machine's platform, with the build tags of the tests; imports are read from every file.
// It changes nothing and says nothing about code that does not compile: that is the compiler's work.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	dir := flag.String("dir", ".", "root of the module, with the tables in its tools/walls")
	list := flag.Bool("list", false, "print every use of a given-up word and end")
	report := flag.Bool("report", false, "print a table of the packages and end")
	strict := flag.Bool("strict", false, "also fail where a table has an entry that nothing needs")
	flag.Parse()
	broken, err := run(os.Stdout, *dir, *list, *report, *strict)
	if err != nil {
		fmt.Fprintln(os.Stderr, "walls:", err)
		os.Exit(2)
	}
	if broken {
		os.Exit(1)
	}
}

// run does what the flags ask for and says whether a check found something.
func run(out io.Writer, dir string, list, report, strict bool) (broken bool, err error) {
	t, err := readTables(dir)
	if err != nil {
		return false, err
	}
	m, err := load(dir)
	if err != nil {
		return false, err
	}
	if report {
		m.report(out)
		return false, nil
	}
	hits := m.words(t.words, t.allowed)
	if list {
		printAll(out, hits)
		return false, nil
	}
	found, err := checks(m, t, strict)
	if err != nil {
		return false, err
	}
	printCycles(out, m)
	printAll(out, found)
	printWords(out, hits)
	return len(found)+len(hits) > 0, nil
}

// checks are all but the words. It comes after these, which note the exceptions that they needed.
func checks(m *module, t *tables, strict bool) ([]finding, error) {
	found, err := m.imports(t.imports, strict)
	if err != nil {
		return nil, err
	}
	if strict {
		found = append(found, t.unneeded()...)
	}
	found = append(found, m.cycles()...)
	return append(found, m.purity(t.pure, strict)...), nil
}
