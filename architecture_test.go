package project_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func architecture(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

var (
	stepOfWalk = regexp.MustCompile("`([\\w./-]+\\.(?:go|js))`: ((?:`#?\\w+`(?:, )?)+)")
	quoted     = regexp.MustCompile("`([^`]+)`")
)

// TestWalksAreTrue reads docs/architecture.md: every file it names exists and declares every function it names there, and each
// walk has as many files as it says.
func TestWalksAreTrue(t *testing.T) {
	page := architecture(t)
	if n := len(stepOfWalk.FindAllString(page, -1)); n < 60 {
		t.Errorf("%d steps were found in docs/architecture.md, want 60 or more", n)
	}
	for _, step := range stepOfWalk.FindAllStringSubmatch(page, -1) {
		code, err := os.ReadFile(step[1])
		if err != nil {
			t.Errorf("docs/architecture.md names %s, which is not there", step[1])
			continue
		}
		for _, name := range quoted.FindAllStringSubmatch(step[2], -1) {
			if !declares(step[1], string(code), name[1]) {
				t.Errorf("docs/architecture.md: %s has no %s", step[1], name[1])
			}
		}
	}
	for _, walk := range strings.Split(page, "\n## ")[1:] {
		title, _, _ := strings.Cut(walk, "\n")
		said := regexp.MustCompile(`(?m)^Files: (\d+)\.`).FindStringSubmatch(walk)
		if said == nil {
			continue
		}
		if n := len(filesOfSteps(walk)); fmt.Sprint(n) != said[1] {
			t.Errorf("%s: its steps name %d files, and it says %s", title, n, said[1])
		}
	}
}

// declares says whether code declares a function; in the page's modules, also a method, or a function given by name.
func declares(file, code, name string) bool {
	pattern := `(?m)^func (\([^)]*\) )?` + name + `[\[(]`
	if strings.HasSuffix(file, ".js") {
		pattern = `(?m)^\s*(export |async |static )*(function |const )?` + name + `( = )?\(|[{ ,]` + name + `[:,] |this\.` + name + `\(`
	}
	return regexp.MustCompile(pattern).MatchString(code)
}

// filesOfSteps are the files of the numbered lines, each once.
func filesOfSteps(walk string) (files []string) {
	for _, line := range regexp.MustCompile(`(?m)^\d+\. .*$`).FindAllString(walk, -1) {
		for _, step := range stepOfWalk.FindAllStringSubmatch(line, -1) {
			if !slices.Contains(files, step[1]) {
				files = append(files, step[1])
			}
		}
	}
	return files
}

// TestPackagesAreThoseOfTheWalls compares the table of docs/architecture.md with tools/walls/imports.txt: the same packages,
// as far as they are there, and the same imports.
func TestPackagesAreThoseOfTheWalls(t *testing.T) {
	said := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([\\w/-]+)` \\| [^|]+ \\|([^|]*)\\|$").FindAllStringSubmatch(architecture(t), -1) {
		said[row[1]] = inOrder(strings.ReplaceAll(row[2], "`", ""))
	}
	walls := wallsOf(t)
	for folder, imports := range walls {
		if got, ok := said[folder]; !ok || got != inOrder(imports) {
			t.Errorf("docs/architecture.md: %s imports %q, and the walls say %q", folder, got, imports)
		}
	}
	for folder := range said {
		if _, ok := walls[folder]; !ok {
			t.Errorf("docs/architecture.md: there is no wall around %s", folder)
		}
	}
}

// inOrder is words, however they were ordered.
func inOrder(words string) string {
	return strings.Join(slices.Sorted(slices.Values(strings.Fields(words))), " ")
}

// wallsOf is what each package may import, without the programs that measure, show and test the others.
func wallsOf(t *testing.T) map[string]string {
	t.Helper()
	table, err := os.ReadFile("tools/walls/imports.txt")
	if err != nil {
		t.Fatal(err)
	}
	walls := map[string]string{}
	product, _, _ := strings.Cut(string(table), "# Programs that measure")
	for line := range strings.Lines(product) {
		cells := strings.Split(line, "|")
		folder := strings.TrimSpace(cells[0])
		if len(cells) < 3 || strings.HasPrefix(folder, "#") || folder == "." || !isThere(folder) {
			continue
		}
		walls[folder] = strings.Join(slices.DeleteFunc(strings.Fields(cells[1]), func(f string) bool { return !isThere(f) }), " ")
	}
	return walls
}

func isThere(folder string) bool {
	_, err := os.Stat(folder)
	return err == nil
}
