package house_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// allowed says which of our packages each folder may import: one way through the house.
var allowed = map[string][]string{
	"buffer":              {},
	"buffer/journal":      {"buffer"},
	"drivers":             {"buffer"},
	"drivers/line":        {"drivers", "buffer"},
	"drivers/pin":         {"drivers"},
	"drivers/drivertest":  {"drivers", "drivers/line"},
	"drivers/sim":         {"drivers", "buffer"},
	"telemetry":           {"buffer"},
	"uplink":              {"buffer"},
	"uplink/viewer":       {"buffer", "telemetry", "uplink", "uplink/viewer/store"},
	"uplink/viewer/store": {"buffer", "telemetry"},
	"agent":               {"drivers", "drivers/line", "drivers/pin", "drivers/sim", "buffer", "telemetry", "uplink"},
}

// Tests may also use these.
var testOnly = map[string][]string{
	"drivers":      {"drivers/drivertest", "drivers/line", "drivers/sim"},
	"drivers/line": {"drivers/drivertest"},
	"drivers/sim":  {"drivers/line"},
	"agent":        {"drivers/drivertest"},
}

func TestImportsGoOneWay(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && file != "." || d.Name() == "node_modules" || file == "tools") {
			return fs.SkipDir
		}
		dir := path.Dir(filepath.ToSlash(file))
		if !strings.HasSuffix(file, ".go") || dir == "." || slices.Contains([]string{"e2e", "bench", "bench/naive", "demo", "hw", "hw/init"}, dir) {
			return nil
		}
		may, ok := allowed[dir]
		if !ok {
			t.Errorf("folder %s has Go code and no line in the table of imports", dir)
			return nil
		}
		seen[dir] = true
		if strings.HasSuffix(file, "_test.go") {
			may = append(append([]string{dir}, may...), testOnly[dir]...)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range parsed.Imports {
			ours, is := strings.CutPrefix(strings.Trim(imp.Path.Value, `"`), "pychron-edge/")
			if is && !slices.Contains(may, ours) {
				t.Errorf("%s imports %s; allowed are %v", file, ours, may)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir := range allowed {
		if !seen[dir] {
			t.Errorf("the table names %s, where there is no Go code", dir)
		}
	}
}
