package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// words finds the declared names (of types, functions, methods, fields, variables, constants, parameters, files) that carry a
// forbidden word without an exception, and texts that tell a user what "is allowed" where they must say what it must be.
func (m *module) words(rules, allowed []wordRule) (found []finding) {
	seen := map[string]bool{}
	for _, p := range m.withTests {
		fresh, known := map[string]bool{}, vocabulary(p)
		for _, f := range p.Syntax {
			if name := m.fset.Position(f.Pos()).Filename; !seen[name] {
				seen[name], fresh[name] = true, true
				at := m.at(f.Pos())
				at.line = 0
				found = append(found, judgeFile(at, known, rules, allowed)...)
				found = append(found, m.phrases(f)...)
			}
		}
		found = append(found, m.names(p, fresh, rules, allowed)...)
	}
	return found
}

// names judges the names that the fresh files of a package declare.
func (m *module) names(p *packages.Package, fresh map[string]bool, rules, allowed []wordRule) (found []finding) {
	for id, object := range p.TypesInfo.Defs {
		if fresh[m.fset.Position(id.Pos()).Filename] && !test(id.Name, object) {
			found = append(found, judge(m.at(id.Pos()), name{kind(object), id.Name, split(id.Name)}, rules, allowed)...)
		}
	}
	return found
}

// name is a declared name. Its kind is type, function, method, field, constant, variable (parameters, too), file, or name for
// what is left: a package, an import, a label, the variable of a type switch.
type name struct {
	kind, text string
	words      []string // in lower case
}

// test says whether a name is that of a test: a sentence about what must be so, not the name of a thing.
func test(name string, object types.Object) bool {
	_, is := object.(*types.Func)
	return is && slices.ContainsFunc([]string{"Test", "Fuzz", "Benchmark", "Example"}, func(p string) bool { return strings.HasPrefix(name, p) })
}

func kind(o types.Object) string {
	switch o := o.(type) {
	case *types.TypeName:
		return "type"
	case *types.Func:
		if o.Signature().Recv() != nil {
			return "method"
		}
		return "function"
	case *types.Const:
		return "constant"
	case *types.Var:
		if o.IsField() {
			return "field"
		}
		return "variable"
	}
	return "name"
}

// judge reports each rule that a name breaks.
func judge(at finding, n name, rules, allowed []wordRule) (found []finding) {
	for _, r := range rules {
		if !r.covers(at) {
			continue
		}
		for _, p := range r.phrases {
			if i := n.find(p); i >= 0 && !n.excepted(at, i, i+len(p.words), allowed) {
				found = append(found, at.with("%s %s has the word %s; must be: %s", n.kind, n.text, strings.Join(p.words, " "), r.why))
			}
		}
	}
	return found
}

// excepted says whether an allowed phrase covers the words from i to j of a name.
func (n name) excepted(at finding, i, j int, allowed []wordRule) bool {
	for _, r := range allowed {
		if !r.covers(at) {
			continue
		}
		for _, p := range r.phrases {
			if k := n.find(p); k >= 0 && k <= i && j <= k+len(p.words) {
				*r.used = true
				return true
			}
		}
	}
	return false
}

// find gives the word at which a phrase begins in a name, or -1.
func (n name) find(p phrase) int {
	if p.kind != "" && p.kind != n.kind {
		return -1
	}
	for i := range len(n.words) - len(p.words) + 1 {
		if slices.Equal(n.words[i:i+len(p.words)], p.words) {
			return i
		}
	}
	return -1
}

// phrases finds the texts and comments that say "allowed is" or "allowed are".
func (m *module) phrases(f *ast.File) (found []finding) {
	report := func(pos token.Pos, text string) {
		for _, bad := range []string{"allowed is", "allowed are"} {
			if strings.Contains(text, bad) {
				found = append(found, m.at(pos).with("the text says %q; must say \"must be ...\"", bad))
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, is := n.(*ast.BasicLit); is && lit.Kind == token.STRING {
			report(lit.Pos(), lit.Value)
		}
		return true
	})
	for _, group := range f.Comments {
		report(group.Pos(), group.Text())
	}
	return found
}
