package main

import (
	"path"
	"strings"
	"unicode"

	"golang.org/x/tools/go/packages"
)

// split cuts a name into its words in lower case: "HTTPServer" is http, server; "goes_out2" is goes, out2.
func split(name string) (words []string) {
	r, start := []rune(name), 0
	for i := 1; i <= len(r); i++ {
		if i == len(r) || border(r, i) {
			if w := strings.Trim(strings.ToLower(string(r[start:i])), "_-."); w != "" {
				words = append(words, w)
			}
			start = i
		}
	}
	return words
}

// border says whether a word begins at i.
func border(r []rune, i int) bool {
	if r[i] == '_' || r[i] == '-' || r[i] == '.' {
		return true
	}
	return unicode.IsUpper(r[i]) && (!unicode.IsUpper(r[i-1]) || i+1 < len(r) && unicode.IsLower(r[i+1]))
}

// judgeFile judges the name of a file. File names run words together ("ownerturn"): one that is made of two words of the
// package's names is judged as those two.
func judgeFile(at finding, known map[string]bool, rules, allowed []wordRule) []finding {
	stem := strings.TrimSuffix(path.Base(at.file), ".go")
	var words []string
	for _, w := range split(stem) {
		words = append(words, halves(w, known)...)
	}
	return judge(at, name{"file", stem, words}, rules, allowed)
}

func halves(word string, known map[string]bool) []string {
	for i := 3; i <= len(word)-3; i++ {
		if known[word[:i]] && known[word[i:]] && !known[word] {
			return []string{word[:i], word[i:]}
		}
	}
	return []string{word}
}

// vocabulary is every word in the names that a package declares.
func vocabulary(p *packages.Package) map[string]bool {
	known := map[string]bool{}
	for name := range p.TypesInfo.Defs {
		for _, w := range split(name.Name) {
			known[w] = true
		}
	}
	return known
}
