// Mutate breaks a program on purpose, one place at a time, and sees whether its tests notice. It negates conditions, drops statements and
// shifts whole numbers by one. What no test notices is listed: it is equivalent, or a test is missing.
//
//	go run -C tools ./mutate -dir .. -test "./agent/rules" agent/rules/*.go
//	go run -C tools ./mutate -dir .. -test "-run Halt ./agent;./agent ./agent/rules" -every 5 agent/command/halt.go
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

type options struct {
	dir     string
	tests   []string
	every   int
	first   int
	timeout time.Duration
	list    bool
}

func main() {
	var o options
	var tests string
	flag.StringVar(&o.dir, "dir", ".", "the module's `DIRECTORY`")
	flag.StringVar(&tests, "test", "./...", "`ARGUMENTS` of go test; several, tried in order until one notices, with ; between")
	flag.IntVar(&o.every, "every", 1, "only each so many'th mutant")
	flag.IntVar(&o.first, "first", 0, "begin with this mutant, from 0")
	flag.DurationVar(&o.timeout, "timeout", 5*time.Minute, "of a go test; one that hangs has noticed")
	flag.BoolVar(&o.list, "list", false, "only list the mutants")
	flag.Parse()
	o.tests = strings.Split(tests, ";")
	if err := run(o, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	}
}

// run makes and tries the mutants of some files, which are named from the module's directory.
func run(o options, files []string) error {
	var all []mutant
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(filepath.Join(o.dir, file))
		if err != nil {
			return err
		}
		found, err := mutants(file, source)
		if err != nil {
			return err
		}
		all = append(all, found...)
	}
	t := tally{}
	for n := o.first; n < len(all); n += o.every {
		m := all[n]
		if o.list {
			fmt.Println(n, m)
			continue
		}
		verdict, err := try(o, m)
		if err != nil {
			return fmt.Errorf("%v: %w", m, err)
		}
		t[verdict]++
		fmt.Println(n, verdict, m)
	}
	fmt.Printf("%d of %d mutants: %v\n", t[noticed]+t[survived]+t[unbuilt], len(all), t)
	return nil
}
