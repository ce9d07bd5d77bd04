package project_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pains is how many lines the table of docs/pains.md has.
const pains = 24

// TestEveryPainHasTestsThatExist reads docs/pains.md: a test that was renamed or deleted must not leave a pain unwatched.
func TestEveryPainHasTestsThatExist(t *testing.T) {
	page, err := os.ReadFile("docs/pains.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := everyTest(t)
	row := regexp.MustCompile(`(?m)^\| (\d+) \| [^|]+ \|([^|]*)\|$`)
	rows := row.FindAllStringSubmatch(string(page), -1)
	if len(rows) != pains {
		t.Errorf("docs/pains.md has %d pains, want %d", len(rows), pains)
	}
	for _, r := range rows {
		names := strings.Fields(r[2])
		if len(names) == 0 {
			t.Errorf("pain %s has no test", r[1])
		}
		for _, name := range names {
			if !tests[name] {
				t.Errorf("pain %s: there is no %s", r[1], name)
			}
		}
	}
}

// everyTest are the tests of all packages, those behind build tags too.
func everyTest(t *testing.T) map[string]bool {
	t.Helper()
	tests, declared := map[string]bool{}, regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)
	err := filepath.WalkDir(".", func(file string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, "_test.go") {
			return err
		}
		text, err := os.ReadFile(file)
		for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
			tests[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}
