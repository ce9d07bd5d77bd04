package main

import (
	"path/filepath"
	"testing"
)

// The project itself keeps its import directions. The other checks need its code type-checked: `make walls` runs them.
func TestThisProjectImportsOneWay(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := readTables(root)
	if err != nil {
		t.Fatal(err)
	}
	m := &module{dir: root, path: "pychron-edge"}
	found, err := m.imports(tables.imports, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Error(f)
	}
}
