package buffer_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pychron-edge/buffer"
)

// emitters are the functions whose first argument is the name of a metric, and emitted the fields that hold one.
var (
	emitters   = []string{"gauge", "counter", "Add", "Set", "Observe"}
	emitted    = []string{"Metric", "metric"}
	metricName = regexp.MustCompile(`^[a-z]+(_[a-z]+)+$`)
)

// Whoever emits a metric has declared it: its help, type and labels stand in buffer.Metrics and nowhere else.
func TestEmittedMetricsAreDeclared(t *testing.T) {
	found := map[string]bool{}
	err := filepath.WalkDir("..", func(file string, d fs.DirEntry, err error) error {
		root, _, _ := strings.Cut(strings.TrimPrefix(filepath.ToSlash(file), "../"), "/")
		if err != nil || !slices.Contains([]string{"agent", "telemetry", "uplink"}, root) || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			return err
		}
		for _, name := range metricsIn(parsed) {
			found[name] = true
			if buffer.Declared(name) == nil {
				t.Errorf("%s emits %s, which buffer.Metrics does not declare", file, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"commands_total", "device_up", "port_wedged", "agent_up", "ring_events", "valve_actuations_total"} {
		if !found[name] {
			t.Errorf("%s was not found: this test looks past it", name)
		}
	}
}

// metricsIn are the names of metrics that stand in a file as text where one is emitted.
func metricsIn(file *ast.File) (names []string) {
	note := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if name, err := strconv.Unquote(lit.Value); err == nil && metricName.MatchString(name) {
				names = append(names, name)
			}
		}
	}
	point := func(n *ast.CompositeLit) bool {
		s, ok := n.Type.(*ast.SelectorExpr)
		id, plain := n.Type.(*ast.Ident)
		return ok && s.Sel.Name == "Point" || plain && id.Name == "Point"
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			ofNote := nameOf(n.Fun) == "Add" && len(n.Args) == 2 // buffer.Note has one, too
			if len(n.Args) > 0 && !ofNote && slices.Contains(emitters, nameOf(n.Fun)) {
				note(n.Args[0])
			}
		case *ast.CompositeLit:
			for _, element := range n.Elts {
				if kv, ok := element.(*ast.KeyValueExpr); ok && (slices.Contains(emitted, nameOf(kv.Key)) || point(n) && nameOf(kv.Key) == "Name") {
					note(kv.Value)
				}
			}
		}
		return true
	})
	return names
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}
