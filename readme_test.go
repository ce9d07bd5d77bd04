package project_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestLinksLeadSomewhere follows the links to files in the README and in docs, and looks for the folders of the README's table.
func TestLinksLeadSomewhere(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range regexp.MustCompile(`\]\(([^)#\s]+)`).FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(link[1], "://") {
				continue
			}
			if !isThere(filepath.Join(filepath.Dir(page), link[1])) {
				t.Errorf("%s leads to %s, which is not there", page, link[1])
			}
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| (`[a-z/-]+`(?:, `[a-z/-]+`)*) \\|").FindAllStringSubmatch(howItIsBuilt(t), -1) {
		for _, folder := range quoted.FindAllStringSubmatch(row[1], -1) {
			if !isThere(folder[1]) {
				t.Errorf("README.md names the folder %s, which is not there", folder[1])
			}
		}
	}
}

// TestMakeTargetsAreThere: every target the README and the documents name is one of the Makefile; CI and people run them.
func TestMakeTargetsAreThere(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range regexp.MustCompile("(?m)(?:`|^    )make ([a-z0-9-]+)").FindAllStringSubmatch(readme(t), -1) {
		if !regexp.MustCompile(`(?m)^(?:[a-z0-9-]+ )*` + found[1] + `(?: [a-z0-9-]+)*:`).Match(makefile) {
			t.Errorf("README.md says make %s, and there is no such target", found[1])
		}
	}
}

// howItIsBuilt is the part of the README with the table of folders.
func howItIsBuilt(t *testing.T) string {
	t.Helper()
	_, part, found := strings.Cut(readme(t), "\n## How it is built\n")
	if !found {
		t.Fatal("README.md does not say how it is built")
	}
	part, _, _ = strings.Cut(part, "\n## ")
	return part
}

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestWordsAreDefinedOnceBeforeTheyAreUsed: the words of the house stand in bold where they are defined, in the paragraph of their
// first use.
func TestWordsAreDefinedOnceBeforeTheyAreUsed(t *testing.T) {
	text := readme(t)
	for _, word := range []string{"trip", "lease", "latch", "boot", "lane"} {
		if n := strings.Count(text, "**"+word+"**"); n != 1 {
			t.Errorf("README.md defines %s %d times, want once", word, n)
			continue
		}
		use := regexp.MustCompile(`\b` + word + `(es|s)?\b`)
		for paragraph := range strings.SplitSeq(text, "\n\n") {
			if use.MatchString(withoutNames(paragraph)) {
				if !strings.Contains(paragraph, "**"+word+"**") {
					t.Errorf("README.md uses %s before it defines it: %.80q", word, paragraph)
				}
				break
			}
		}
	}
}

// withoutNames takes names of files and code out of a text.
func withoutNames(text string) string {
	return quoted.ReplaceAllString(text, "")
}
