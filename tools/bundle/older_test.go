package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// young are functions that came with ES2023 and later, and that neither the Node of Debian 12 nor a browser of 2022 has. The bundle translates words of
// the language and no functions; findLast and findLastIndex came a year before the others.
var young = regexp.MustCompile(`\.(with|toSorted|toReversed|toSpliced|isWellFormed|toWellFormed|union|intersection|difference|isSubsetOf|isSupersetOf|isDisjointFrom)\(|\b(Object|Map)\.groupBy\(|Promise\.(withResolvers|try)\(|Array\.fromAsync\(`)

func TestThePageAsksForNothingThatOlderBrowsersLack(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(web, "js", "*.js"))
	if err != nil || len(files) < 20 {
		t.Fatalf("found %d scripts, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range young.FindAllStringIndex(string(text), -1) {
			t.Errorf("%s has %q, which a browser of 2022 does not know; must be written without it", filepath.Base(file), text[at[0]:at[1]])
		}
	}
}
