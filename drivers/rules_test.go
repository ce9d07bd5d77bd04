package drivers_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pychron-edge/drivers"
)

// kit is the files that drivers are made of, beside those that register a model.
var kit = strings.Fields(`actuation labjack answer agilent_daq window channels checksum control enqack fixed fusions granville laser mks modbus mstp number output packet
	pressure selectpoll spectrometer split telegram terminated unitwatch words heating gamma_values lakeshore_read lakeshore_set thermocube_set watlow_modbus_set ascii_read ascii_set ascii_vectors modbus_values phrase quantity`)

// A driver turns bytes into readings: it does not know the time, has no timers, starts nothing and does not log. Durations as
// options are fine.
func TestDriversKnowNoTimeAndDoNotLog(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	looked := 0
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		stem := strings.TrimSuffix(name, ".go")
		if strings.HasSuffix(stem, "_test") && stem != "blueprint_driver_test" || !slices.Contains(kit, stem) && !strings.Contains(string(source), "\tregister(\"") {
			continue
		}
		looked++
		file, err := parser.ParseFile(token.NewFileSet(), name, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		forbidden(t, name, file)
	}
	if looked < len(kit)+5 {
		t.Errorf("looked at %d files, want the kit and the models", looked)
	}
}

func forbidden(t *testing.T, name string, file *ast.File) {
	for _, i := range file.Imports {
		if path, _ := strconv.Unquote(i.Path.Value); path == "log" || path == "log/slog" || path == "os" || path == "net" {
			t.Errorf("%s imports %s", name, path)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			t.Errorf("%s starts a goroutine", name)
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			if ok && x.Name == "time" && slices.Contains(strings.Fields("Now Since Until Sleep After AfterFunc Tick NewTimer NewTicker"), n.Sel.Name) {
				t.Errorf("%s uses time.%s", name, n.Sel.Name)
			}
			if ok && x.Name == "fmt" && strings.HasPrefix(n.Sel.Name, "Print") {
				t.Errorf("%s uses fmt.%s", name, n.Sel.Name)
			}
		}
		return true
	})
}

// Every model that takes a port passes the conformance suite in some test of this package.
func TestEveryModelConforms(t *testing.T) {
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(source), "drivertest.Conform(") {
			tests.Write(source)
		}
	}
	for _, m := range drivers.Models() {
		if m.Manual || len(m.Pins.Out) > 0 {
			continue
		}
		if !strings.Contains(tests.String(), strconv.Quote(m.Name)) {
			t.Errorf("model %s has no test that calls drivertest.Conform", m.Name)
		}
	}
}

// What a model says of itself is enough for the table of models, and its defaults are usable or say what they lack.
func TestModelsDescribeThemselves(t *testing.T) {
	for _, m := range drivers.Models() {
		for what, text := range map[string]string{"About": m.About, "Reads": m.Reads, "Source": m.Source, "Confidence": string(m.Confidence)} {
			if text == "" {
				t.Errorf("%s says no %s", m.Name, what)
			}
		}
		if m.Manual || m.Name == "ascii" || m.Name == "modbus" { // these are nothing without their options
			continue
		}
		if err := m.Check(m.Defaults()); err != nil && !m.Laser {
			t.Errorf("%s: its defaults are refused: %v", m.Name, err)
		}
		seen := map[string]bool{}
		for _, p := range m.Points(m.Defaults()) {
			if seen[p.Point()] {
				t.Errorf("%s: two readings are the point %s", m.Name, p.Point())
			}
			seen[p.Point()] = true
		}
		if len(seen) == 0 {
			t.Errorf("%s has no points", m.Name)
		}
	}
}
