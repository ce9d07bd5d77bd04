package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// constant shifts each whole number in an expression that the compiler computes, and in the constants that are named in it, where the
// expression stands. It says whether the node is such an expression, or one that must stay a constant.
func (s *source) constant(e ast.Expr, parent ast.Node) bool {
	if pair, ok := parent.(*ast.KeyValueExpr); ok && pair.Key == e {
		return s.pkg.TypesInfo.Types[e].Value != nil
	}
	v, ok := s.pkg.TypesInfo.Types[e]
	if !ok || v.Value == nil || !v.IsValue() {
		return false
	}
	as, ok := s.typeName(e)
	if !ok {
		return true
	}
	for _, c := range s.shifts(e) {
		m := s.shared(c)
		s.around(m, e, fmt.Sprintf("%s.Pick%s(%%d, %s, ", switches, as, c.value), ")")
	}
	return true
}

// shift is a constant expression with one whole number in it that is one more.
type shift struct {
	number *ast.BasicLit
	in     declaration // of the constant that the number stands in; empty = in the expression itself
	value  string
}

// shifts are all of an expression that change its value.
func (s *source) shifts(e ast.Expr) (all []shift) {
	add := func(number *ast.BasicLit, in declaration, code string) {
		if v, ok := s.eval(e, code); ok && constant.Compare(v, token.NEQ, s.pkg.TypesInfo.Types[e].Value) {
			all = append(all, shift{number, in, v.ExactString()})
		}
	}
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			return false
		case *ast.BasicLit:
			if more, ok := oneMore(n); ok {
				add(n, declaration{}, s.replaced(e, n, more))
			}
		case *ast.Ident:
			if d, value := s.declared(n); value != "" {
				add(d.number, d, s.replaced(e, n, "("+value+")"))
			}
		}
		return true
	})
	return all
}

// declared is the whole number in the declaration of a constant of this package, and the constant's value if it were one more. There is
// none where the constant is made of others, or is not in what is mutated.
func (s *source) declared(name *ast.Ident) (d declaration, value string) {
	d, ok := s.program.declarations[s.pkg.TypesInfo.Uses[name]]
	if !ok || d.source.functions == nil {
		return d, ""
	}
	more, _ := oneMore(d.number)
	v, ok := d.source.eval(d.value, d.source.replaced(d.value, d.number, more))
	if !ok {
		return d, ""
	}
	return d, v.ExactString()
}

// shared is the mutant of a shift. Those of a constant's declaration are one, wherever the constant is used.
func (s *source) shared(c shift) *mutant {
	m := s.program.ofNumber[c.number]
	if m == nil {
		d := c.in
		if d.source == nil {
			return s.mutant(c.number, "one more")
		}
		m = d.source.mutantIn("", d.spec, "one more "+c.number.Value)
		s.program.ofNumber[c.number] = m
	}
	return m
}

// declaration is that of a constant with a whole number in it.
type declaration struct {
	source *source
	spec   *ast.ValueSpec
	value  ast.Expr
	number *ast.BasicLit
}

// declare notes the constants that a file declares.
func (s *source) declare() {
	ast.Inspect(s.file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != len(spec.Names) {
			return true
		}
		for n, name := range spec.Names {
			object, ok := s.pkg.TypesInfo.Defs[name].(*types.Const)
			for number := range literals(spec.Values[n]) {
				if _, whole := oneMore(number); ok && whole {
					s.program.declarations[object] = declaration{s, spec, spec.Values[n], number}
				}
			}
		}
		return true
	})
}

func literals(e ast.Expr) func(func(*ast.BasicLit) bool) {
	return func(yield func(*ast.BasicLit) bool) {
		done := false
		ast.Inspect(e, func(n ast.Node) bool {
			if b, ok := n.(*ast.BasicLit); ok && !done {
				done = !yield(b)
			}
			return !done
		})
	}
}

func oneMore(n *ast.BasicLit) (string, bool) {
	v, err := strconv.ParseInt(n.Value, 0, 64)
	return strconv.FormatInt(v+1, 10), n.Kind == token.INT && err == nil
}

// replaced is the text of an expression with another text in the place of one of its nodes.
func (s *source) replaced(e ast.Expr, n ast.Node, text string) string {
	from := s.at(e.Pos())
	code := s.text(e)
	return code[:s.at(n.Pos())-from] + text + code[s.at(n.End())-from:]
}

// eval computes code that stands where an expression does.
func (s *source) eval(e ast.Expr, code string) (constant.Value, bool) {
	v, err := types.Eval(s.pkg.Fset, s.pkg.Types, e.Pos(), code)
	return v.Value, err == nil && v.Value != nil
}

// typeName is the type that an expression has where it stands, in brackets; "" where it says so itself. It is not ok where this file cannot
// name it.
func (s *source) typeName(e ast.Expr) (string, bool) {
	if v, err := types.Eval(s.pkg.Fset, s.pkg.Types, e.Pos(), s.text(e)); err == nil {
		if b, ok := v.Type.(*types.Basic); !ok || b.Info()&types.IsUntyped == 0 {
			return "", true
		}
	}
	ok := true
	name := types.TypeString(s.pkg.TypesInfo.TypeOf(e), func(p *types.Package) string {
		if p == s.pkg.Types {
			return ""
		}
		for _, i := range s.file.Imports {
			if path, err := strconv.Unquote(i.Path.Value); err == nil && path == p.Path() {
				if i.Name != nil {
					return i.Name.Name
				}
				return p.Name()
			}
		}
		ok = false
		return p.Name()
	})
	return "[" + cmp.Or(strings.TrimPrefix(name, "untyped "), "int") + "]", ok && name != "untyped nil"
}
