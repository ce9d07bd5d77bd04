package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// imports compares what every Go file imports of the module with the table, whatever platform or tag the file is for.
// A folder of the table without Go code is a finding only where strict: it may be about to be built.
func (m *module) imports(table map[string]importRule, strict bool) (found []finding, err error) {
	seen := map[string]bool{}
	err = filepath.WalkDir(m.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		file := m.relative(name)
		if d.IsDir() && notOurs(file) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(file, ".go") {
			return nil
		}
		more, err := m.importsOf(name, table, seen)
		found = append(found, more...)
		return err
	})
	if strict {
		for _, folder := range slices.Sorted(maps.Keys(table)) {
			if !seen[folder] {
				found = append(found, finding{folder: folder, text: "stands in imports.txt and must have Go code"})
			}
		}
	}
	return found, err
}

// notOurs says which folders hold no package of the module: another module, data of tests, hidden ones.
func notOurs(folder string) bool {
	name := path.Base(folder)
	return folder == "tools" || name == "testdata" || name == "node_modules" || len(name) > 1 && strings.HasPrefix(name, ".")
}

func (m *module) importsOf(name string, table map[string]importRule, seen map[string]bool) (found []finding, err error) {
	file := m.relative(name)
	folder := path.Dir(file)
	rule, ok := table[folder]
	if !ok {
		if seen[folder] {
			return nil, nil
		}
		found = append(found, finding{folder: folder, text: "has Go code and must have a line in imports.txt"})
	}
	seen[folder] = true
	if !ok {
		return found, nil
	}
	may := slices.Clone(rule.code)
	if strings.HasSuffix(file, "_test.go") {
		may = append(append(may, folder), rule.tests...)
	}
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, name, nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	for _, i := range parsed.Imports {
		full, _ := strconv.Unquote(i.Path.Value)
		ours, is := strings.CutPrefix(full, m.path+"/")
		if is && !slices.Contains(may, ours) {
			at := finding{folder: folder, file: file, line: fset.Position(i.Pos()).Line}
			found = append(found, at.with("imports %s; must be %s", ours, choice(may)))
		}
	}
	return found, nil
}

func choice(may []string) string {
	if len(may) == 0 {
		return "none of ours"
	}
	return "one of: " + strings.Join(may, " ")
}
