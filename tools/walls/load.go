package main

import (
	"errors"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// module is what the checks look at.
type module struct {
	dir, path string // its root, absolute, and its path
	fset      *token.FileSet
	packages  []*packages.Package // without their tests
	withTests []*packages.Package // also: the same packages with their tests, so a file may stand in two of them
}

const mode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedModule |
	packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedForTest

// load parses and type-checks the packages of the module at dir. What they import comes from the compiler's export data.
func load(dir string) (*module, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, err
	}
	m := &module{dir: dir, fset: token.NewFileSet()}
	all, err := packages.Load(&packages.Config{Mode: mode, Dir: dir, Fset: m.fset, Tests: true, Env: os.Environ(),
		BuildFlags: []string{"-tags=e2e,board"}}, "./...")
	if err != nil {
		return nil, fmt.Errorf("loading %s: %w", dir, err)
	}
	for _, p := range all {
		if err := m.add(p); err != nil {
			return nil, err
		}
	}
	if len(m.packages) == 0 {
		return nil, fmt.Errorf("%s must be the root of a module with Go code", dir)
	}
	slices.SortFunc(m.packages, func(a, b *packages.Package) int { return strings.Compare(a.PkgPath, b.PkgPath) })
	return m, nil
}

func (m *module) add(p *packages.Package) error {
	if strings.HasSuffix(p.PkgPath, ".test") { // the main program that the go command writes around tests
		return nil
	}
	var errs []error
	for _, e := range p.Errors {
		errs = append(errs, e)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%s does not compile: %w", p.ID, err)
	}
	if p.Module != nil {
		m.path = p.Module.Path
	}
	m.withTests = append(m.withTests, p)
	if p.ForTest == "" && len(p.CompiledGoFiles) > 0 {
		m.packages = append(m.packages, p)
	}
	return nil
}

// at gives a position: folder and file relative to the root, and line.
func (m *module) at(pos token.Pos) finding {
	p := m.fset.Position(pos)
	file := m.relative(p.Filename)
	return finding{folder: filepath.ToSlash(filepath.Dir(file)), file: file, line: p.Line}
}

func (m *module) relative(file string) string {
	short, err := filepath.Rel(m.dir, file)
	if err != nil {
		return file
	}
	return filepath.ToSlash(short)
}

// folder of a package, relative to the root; "." is the root.
func (m *module) folder(p *packages.Package) string {
	return filepath.ToSlash(filepath.Dir(m.relative(p.CompiledGoFiles[0])))
}

func (f finding) with(format string, args ...any) finding {
	f.text = fmt.Sprintf(format, args...)
	return f
}

// file is the base name of the file in which an identifier stands or an object is declared.
func (m *module) file(x interface{ Pos() token.Pos }) string {
	return filepath.Base(m.fset.Position(x.Pos()).Filename)
}
