package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

// suite is the tests of one package, compiled.
type suite struct {
	name, folder, binary string
	pattern              *regexp.Regexp
	flags                []string // of its own
	tests                []test
}

// test is one, and what it comes by.
type test struct {
	name string
	took time.Duration
	seen []byte // 1 at the number of each mutant that it comes by
	many int    // how many that are
}

const noFailFile = "rapid.nofailfile"

// record runs each test alone, with no mutant active.
func (s *suite) record(o options, mutants int, scratch string) error {
	without, err := regexp.Compile(o.without)
	if err != nil {
		return err
	}
	c := exec.Command(s.binary, "-test.list", ".")
	c.Dir = s.folder
	out, err := c.Output()
	if err != nil {
		return fmt.Errorf("the tests of %s: %w", s.name, err)
	}
	help, _ := exec.Command(s.binary, "-h").CombinedOutput() // its exit code is that of wrong usage
	if strings.Contains(string(help), noFailFile) {
		s.flags = []string{"-" + noFailFile} // what rapid finds in a broken program is no case to keep
	}
	file := filepath.Join(scratch, "seen")
	for _, name := range strings.Fields(string(out)) {
		if strings.HasPrefix(name, "Benchmark") || !s.pattern.MatchString(name) || o.without != "" && without.MatchString(name) {
			continue
		}
		if err := os.WriteFile(file, make([]byte, mutants), 0o600); err != nil {
			return err
		}
		begun := time.Now()
		if v := s.run([]string{name}, 5*time.Minute, "MUTANTS_SEEN="+file); v != survived {
			fmt.Printf("%s of %s is left out: it fails without a mutant\n", name, s.name)
			continue
		}
		t := test{name: name, took: time.Since(begun)}
		if t.seen, err = os.ReadFile(file); err != nil {
			return err
		}
		for _, b := range t.seen {
			t.many += int(b)
		}
		s.tests = append(s.tests, t)
	}
	slices.SortStableFunc(s.tests, func(a, b test) int { return cmp.Compare(a.many, b.many) }) // those that look closest first
	return nil
}

// run runs some tests, and ends them and their processes when their time is over.
func (s *suite) run(names []string, bound time.Duration, environment string) verdict {
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	c := exec.CommandContext(ctx, s.binary, append(s.flags, "-test.failfast", "-test.run", "^("+strings.Join(names, "|")+")$")...)
	c.Dir, c.Env = s.folder, append(os.Environ(), environment)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	c.WaitDelay = 5 * time.Second
	err := c.Run()
	switch {
	case ctx.Err() != nil:
		return hung
	case err != nil:
		return noticed
	}
	return survived
}
