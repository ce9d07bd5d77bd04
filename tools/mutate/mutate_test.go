package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// module writes a module of one package with a test.
func module(t *testing.T, code, test string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.org/m\n\ngo 1.26\n", "p.go": code, "p_test.go": test} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const sourceCode = `package m

import "time"

const bound = 2 * time.Second

type level float64

func low(l level) bool { return l < 5 }

func f(a, b int) (n int, d time.Duration) {
	if a > 3 && b > 0 {
		n = a
	}
	for n < 0 {
		n++
	}
	switch {
	case n == b:
		n++
	}
	return n, bound + bound
}
`

const testCode = `package m

import ("testing"; "time")

func TestF(t *testing.T) {
	if n, d := f(4, 1); n != 4 || d != 4*time.Second {
		t.Fatal(n, d)
	}
}
`

func TestMutantsOfAFunction(t *testing.T) {
	p, err := load(module(t, sourceCode, testCode), []string{"p.go:f"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range p.mutants() {
		got = append(got, m.String())
	}
	want := []string{
		"p.go:12: f: negated: a > 3 && b > 0", "p.go:12: f: only the left of: a > 3 && b > 0", "p.go:12: f: only the right of: a > 3 && b > 0",
		"p.go:12: f: one more: 3", "p.go:12: f: one more: 0", "p.go:13: f: dropped: n = a", "p.go:15: f: negated: n < 0",
		"p.go:15: f: one more: 0 #2", "p.go:16: f: dropped: n++", "p.go:19: f: negated: n == b", "p.go:20: f: dropped: n++ #2",
		"p.go:5: one more 2: bound = 2 * time.Second",
	}
	if !slices.Equal(got, want) {
		t.Errorf("mutants =\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestMutantsAreTried(t *testing.T) {
	dir := module(t, sourceCode, testCode)
	p, err := load(dir, []string{"p.go"})
	if err != nil {
		t.Fatal(err)
	}
	all := p.mutants()
	scratch := t.TempDir()
	suites, err := p.build(options{dir: dir, tests: []string{"."}}, scratch)
	if err != nil {
		t.Fatal(err)
	}
	if err := suites[0].record(options{}, len(all), scratch); err != nil {
		t.Fatal(err)
	}
	explained := map[string]string{"p.go: f: one more: 0": "b is one at least", "p.go: f: dropped: n = a": "it is not", "p.go: f: one more: 0 #2": "n is never below"}
	want := map[string]verdict{
		"low: negated: l < 5": unreached, "low: one more: 5": unreached,
		"f: negated: a > 3 && b > 0": noticed, "f: only the left of: a > 3 && b > 0": survived, "f: one more: 3": noticed,
		"f: one more: 0": wronglyExplained, "f: dropped: n = a": wronglyExplained, "f: one more: 0 #2": equal,
		"f: dropped: n++": unreached, "f: dropped: n++ #2": unreached, "f: negated: n == b": noticed,
		"one more 2: bound = 2 * time.Second": noticed,
	}
	for _, m := range all {
		if w, ok := want[m.text()]; ok {
			if got := verdictOf(m, suites, explained); got != w {
				t.Errorf("%v: %s, want %s", m, got, w)
			}
		}
		if m.text() == "f: negated: n < 0" {
			if got := suites[0].run([]string{"TestF"}, time.Second, fmt.Sprint("MUTANT=", m.n)); got != hung {
				t.Errorf("%v: %s, want %s", m, got, hung)
			}
		}
	}
}
