package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// tables are the project's rules, one text file each. A line has columns between bars; # begins a comment.
type tables struct {
	imports map[string]importRule
	pure    []pureRule
	words   []wordRule
	allowed []wordRule
}

// importRule is what one folder's files may import of the module, and its tests as well.
type importRule struct{ code, tests []string }

// pureRule is a folder of pure decisions and the imports that it must not have.
type pureRule struct {
	folder    string
	forbidden []string
}

// wordRule forbids (or allows) words in the names of some folders.
type wordRule struct {
	phrases []phrase
	where   []string // "agent" is that folder alone, "agent/..." those below it too, "..." all; "agent/a*.go" files
	why     string   // what to write instead; for an exception its reason
	used    *bool    // an exception that some name needed
}

// phrase is a word of a name, or several that follow each other; of names of that kind only where kind is not "".
type phrase struct {
	kind  string
	words []string
}

func readTables(dir string) (*tables, error) {
	t := &tables{imports: map[string]importRule{}}
	at := filepath.Join(dir, "tools", "walls")
	for _, read := range []struct {
		name    string
		columns int
		add     func(c []string)
	}{
		{"imports.txt", 3, func(c []string) {
			t.imports[c[0]] = importRule{strings.Fields(c[1]), strings.Fields(c[2])}
		}},
		{"pure.txt", 2, func(c []string) { t.pure = append(t.pure, pureRule{c[0], strings.Fields(c[1])}) }},
		{"words.txt", 3, func(c []string) { t.words = append(t.words, newWordRule(c)) }},
		{"allowed.txt", 3, func(c []string) { t.allowed = append(t.allowed, newWordRule(c)) }},
	} {
		if err := readTable(filepath.Join(at, read.name), read.columns, read.add); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func readTable(name string, columns int, add func([]string)) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("reading a table: %w", err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		line, _, _ = strings.Cut(line, "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		c := strings.Split(line, "|")
		if len(c) != columns {
			return fmt.Errorf("%s:%d: %d columns, must be %d", name, i+1, len(c), columns)
		}
		for i := range c {
			c[i] = strings.TrimSpace(c[i])
		}
		add(c)
	}
	return nil
}

func newWordRule(c []string) wordRule {
	r := wordRule{where: strings.Fields(c[1]), why: c[2], used: new(bool)}
	for _, text := range strings.Fields(c[0]) {
		kind, name, has := strings.Cut(text, ":")
		if !has {
			kind, name = "", text
		}
		r.phrases = append(r.phrases, phrase{kind, split(name)})
	}
	return r
}

func (r wordRule) covers(f finding) bool {
	return slices.ContainsFunc(r.where, func(pattern string) bool {
		if strings.HasSuffix(pattern, ".go") {
			full, _ := path.Match(pattern, f.file)
			short, _ := path.Match(pattern, path.Base(f.file))
			return full || short
		}
		return matches(pattern, f.folder)
	})
}

// matches says whether a folder or an import is the one that a pattern names; "a/..." is a and all below it, "..." everything.
func matches(pattern, name string) bool {
	below, many := strings.CutSuffix(pattern, "...")
	below = path.Clean(below)
	return name == below || many && (below == "." || strings.HasPrefix(name, below+"/"))
}

// unneeded are the exceptions that no name needs any more.
func (t *tables) unneeded() (found []finding) {
	for _, r := range t.allowed {
		if !*r.used {
			found = append(found, finding{folder: "tools/walls/allowed.txt", text: fmt.Sprintf("the exception for %v must go: no name needs it", r)})
		}
	}
	return found
}

func (r wordRule) String() string {
	var names []string
	for _, p := range r.phrases {
		names = append(names, strings.Join(p.words, " "))
	}
	return strings.Join(names, ", ") + " in " + strings.Join(r.where, ", ")
}
