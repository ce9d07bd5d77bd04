package main

import (
	"fmt"
	"go/ast"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// program is the packages that are mutated.
type program struct {
	dir     string // of the module, absolute
	module  string
	places  map[string]*regexp.Regexp // file, absolute -> names of the functions that are mutated
	sources []*source
	all     []*mutant

	declarations map[types.Object]declaration
	ofNumber     map[*ast.BasicLit]*mutant // of the number in a constant's declaration
}

// load reads the packages of the places: files, or patterns of files, each with :REGEXP after it for only some of its functions.
func load(dir string, places []string) (*program, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	p := &program{
		dir: dir, places: map[string]*regexp.Regexp{}, declarations: map[types.Object]declaration{}, ofNumber: map[*ast.BasicLit]*mutant{},
	}
	var folders []string
	for _, place := range places {
		pattern, names, _ := strings.Cut(place, ":")
		functions, err := regexp.Compile("^(" + names + ")$")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", place, err)
		}
		if names == "" {
			functions = regexp.MustCompile("")
		}
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(files) == 0 {
			return nil, fmt.Errorf("%s: no such file", place)
		}
		for _, f := range files {
			if !strings.HasSuffix(f, "_test.go") {
				p.places[f] = functions
				folders = append(folders, filepath.Dir(f))
			}
		}
	}
	slices.Sort(folders)
	return p, p.read(slices.Compact(folders))
}

// read loads the packages in some folders, with their types.
func (p *program) read(folders []string) error {
	mode := packages.LoadSyntax | packages.NeedModule
	loaded, err := packages.Load(&packages.Config{Mode: mode, Dir: p.dir}, folders...)
	if err != nil {
		return err
	}
	for _, l := range loaded {
		if len(l.Errors) > 0 {
			return fmt.Errorf("%s: %w", l.PkgPath, l.Errors[0])
		}
		p.module = l.Module.Path
		if err := p.open(l); err != nil {
			return err
		}
	}
	return nil
}

// mutants finds all mutants, in the order of files.
func (p *program) mutants() []*mutant {
	for _, s := range p.sources {
		s.declare()
	}
	for _, s := range p.sources {
		s.find()
	}
	return p.all
}

// open reads the files of a package.
func (p *program) open(l *packages.Package) error {
	for n, file := range l.Syntax {
		path := l.CompiledGoFiles[n]
		code, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		p.sources = append(p.sources, &source{program: p, pkg: l, file: file, path: path, code: code, functions: p.places[path], named: map[string]int{}})
	}
	return nil
}
