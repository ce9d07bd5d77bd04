package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

// mutant is one file with one thing changed.
type mutant struct {
	file string
	line int
	what string
	code []byte
}

func (m mutant) String() string { return fmt.Sprintf("%s:%d: %s", m.file, m.line, m.what) }

// edit replaces a stretch of the source.
type edit struct {
	from, to int
	text     string
	what     string
}

// mutants are all of a file, in its order.
func mutants(name string, source []byte) ([]mutant, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	at := func(p token.Pos) int { return set.Position(p).Offset }
	var all []mutant
	for _, e := range edits(file, source, at) {
		code := bytes.Join([][]byte{source[:e.from], []byte(e.text), source[e.to:]}, nil)
		if nice, err := format.Source(code); err == nil && len(nice) > 0 {
			all = append(all, mutant{name, 1 + bytes.Count(source[:e.from], []byte("\n")), e.what, code})
		}
	}
	return all, nil
}

// edits are what is to be changed in a file: conditions, statements without a result, whole numbers.
func edits(file *ast.File, source []byte, at func(token.Pos) int) []edit {
	var all []edit
	text := func(n ast.Node) string { return string(source[at(n.Pos()):at(n.End())]) }
	add := func(n ast.Node, to, what string) {
		all = append(all, edit{at(n.Pos()), at(n.End()), to, what + ": " + brief(text(n))})
	}
	negate := func(cond ast.Expr) {
		if cond != nil {
			add(cond, "!("+text(cond)+")", "negated")
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			return n.Tok == token.CONST || n.Tok == token.VAR
		case *ast.IfStmt:
			negate(n.Cond)
		case *ast.ForStmt:
			negate(n.Cond)
		case *ast.CaseClause:
			for _, c := range n.List {
				if _, compares := c.(*ast.BinaryExpr); compares {
					negate(c)
				}
			}
		case *ast.BinaryExpr:
			if n.Op == token.LAND || n.Op == token.LOR {
				add(n, text(n.X), "only the left of")
				add(n, text(n.Y), "only the right of")
			}
		case *ast.ExprStmt, *ast.IncDecStmt, *ast.SendStmt, *ast.DeferStmt:
			add(n, "{}", "dropped")
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				add(n, used(n, text), "dropped")
			}
		case *ast.BasicLit:
			if v, err := strconv.ParseInt(n.Value, 0, 64); n.Kind == token.INT && err == nil {
				add(n, strconv.FormatInt(v+1, 10), "one more")
			}
		}
		return true
	})
	return all
}

// used keeps what an assignment mentions, so that what it dropped still compiles.
func used(n *ast.AssignStmt, text func(ast.Node) string) string {
	blank := make([]string, len(n.Rhs))
	values := make([]string, len(n.Rhs))
	for i, v := range n.Rhs {
		blank[i], values[i] = "_", text(v)
	}
	if len(n.Lhs) != len(n.Rhs) {
		blank = make([]string, len(n.Lhs))
		for i := range blank {
			blank[i] = "_"
		}
	}
	return strings.Join(blank, ", ") + " = " + strings.Join(values, ", ")
}

// brief is a stretch of code on one line.
func brief(code string) string {
	code = strings.Join(strings.Fields(code), " ")
	if len(code) > 90 {
		code = code[:90] + "…"
	}
	return code
}
