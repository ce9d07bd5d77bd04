package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
	"regexp"

	"golang.org/x/tools/go/packages"
)

// source is one file and what is inserted into it.
type source struct {
	program    *program
	pkg        *packages.Package
	file       *ast.File
	path       string
	code       []byte
	functions  *regexp.Regexp // names of the functions that are mutated; nil = none
	function   string         // the one that is looked at
	insertions []insertion
	named      map[string]int // mutants by name, to tell apart what is written twice in a function
}

// find finds the mutants of each declaration.
func (s *source) find() {
	if s.functions == nil {
		return
	}
	for _, d := range s.file.Decls {
		s.function = nameOf(d)
		if s.functions.MatchString(s.function) {
			ast.PreorderStack(d, nil, func(n ast.Node, above []ast.Node) bool { return s.visit(n, above) })
		}
	}
}

// nameOf is the name of a function, with its receiver's type before it; "" for another declaration.
func nameOf(d ast.Decl) string {
	f, ok := d.(*ast.FuncDecl)
	switch {
	case !ok:
		return ""
	case f.Recv == nil:
		return f.Name.Name
	}
	t := f.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if generic, ok := t.(*ast.IndexExpr); ok {
		t = generic.X
	}
	return fmt.Sprint(t) + "." + f.Name.Name
}

func (s *source) at(p token.Pos) int { return s.pkg.Fset.Position(p).Offset }

func (s *source) text(n ast.Node) string { return string(s.code[s.at(n.Pos()):s.at(n.End())]) }

// mutant makes a mutant at a node of the function that is looked at.
func (s *source) mutant(n ast.Node, what string) *mutant { return s.mutantIn(s.function, n, what) }

func (s *source) mutantIn(function string, n ast.Node, what string) *mutant {
	p := s.program
	file, err := filepath.Rel(p.dir, s.path)
	if err != nil {
		file = s.path
	}
	m := &mutant{n: len(p.all), file: file, function: function, what: what + ": " + brief(s.text(n)), line: s.pkg.Fset.Position(n.Pos()).Line}
	s.named[m.text()]++
	if times := s.named[m.text()]; times > 1 {
		m.what += fmt.Sprintf(" #%d", times)
	}
	p.all = append(p.all, m)
	return m
}

// around puts text before and after a node; %d in it is the mutant's number.
func (s *source) around(m *mutant, n ast.Node, before, after string) {
	s.insertions = append(s.insertions,
		insertion{s.at(n.Pos()), false, m, fmt.Sprintf(before, m.n)}, insertion{s.at(n.End()), true, m, after})
}
