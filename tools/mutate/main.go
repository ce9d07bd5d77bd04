// Mutate breaks a program on purpose, one place at a time, and sees whether its tests notice. It negates conditions, takes one side of
// an and or an or, drops statements and shifts whole numbers by one. What no test notices is listed: it is equivalent, which a list
// explains, or a test is missing.
//
// All mutants are compiled into one binary of tests for each package, each behind a switch that the environment sets; nothing of it is in
// the source. Each test is run once to see which switches it comes by; then each mutant is tried by the tests that come by its own.
//
//	go run -C tools ./mutate -dir .. -test ./agent/rules 'agent/rules/*.go'
//	go run -C tools ./mutate -dir .. -test "./agent ./agent/state" -only Halt agent/haltverb.go drivers/fusions.go:Halt
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
)

type options struct {
	dir     string
	tests   []string // packages, with =regexp of the tests' names where not all
	without string   // regexp of tests that are not run
	only    string
	equal   string
	every   int
	list    bool
}

func main() {
	var o options
	var tests string
	flag.StringVar(&o.dir, "dir", ".", "the module's `DIRECTORY`")
	flag.StringVar(&tests, "test", "", "`PACKAGES` whose tests are to notice, tried in order, each with =REGEXP after it for only some of its tests")
	flag.StringVar(&o.without, "without", "", "`REGEXP` of the tests that are not run")
	flag.StringVar(&o.only, "only", "", "`REGEXP` of the mutants that are tried, as they are listed")
	flag.StringVar(&o.equal, "equal", "mutate/equal.txt", "`FILE` that explains equivalent mutants")
	flag.IntVar(&o.every, "every", 1, "only each so many'th mutant")
	flag.BoolVar(&o.list, "list", false, "only list the mutants")
	flag.Parse()
	o.tests = strings.Fields(tests)
	fine, err := run(o, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	}
	if !fine {
		os.Exit(1)
	}
}

// run tries the mutants of some files, which are named from the module's directory. It says whether none survived unexplained.
func run(o options, places []string) (bool, error) {
	explained, err := readEqual(o.equal)
	if err != nil {
		return false, err
	}
	only, err := regexp.Compile(o.only)
	if err != nil {
		return false, err
	}
	p, err := load(o.dir, places)
	if err != nil {
		return false, err
	}
	all := p.mutants()
	if o.list {
		for _, m := range all {
			fmt.Println(m)
		}
		return true, nil
	}
	scratch, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(scratch)
	suites, err := p.build(o, scratch)
	if err != nil {
		return false, err
	}
	for _, s := range suites {
		if err := s.record(o, len(all), scratch); err != nil {
			return false, err
		}
	}
	t := tally{}
	for n := 0; n < len(all); n += o.every {
		if !only.MatchString(all[n].String()) {
			continue
		}
		v := verdictOf(all[n], suites, explained)
		t[v]++
		fmt.Println(v, all[n])
	}
	fmt.Printf("of %d mutants: %v\n", len(all), t)
	return t[survived]+t[unreached]+t[wronglyExplained] == 0, nil
}
