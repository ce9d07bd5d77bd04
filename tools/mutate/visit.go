package main

import (
	"go/ast"
	"go/token"
	"slices"
)

// visit makes the mutants of one node; above are the nodes it is in. It says whether to go into the node.
func (s *source) visit(n ast.Node, above []ast.Node) bool {
	var parent ast.Node
	if len(above) > 0 {
		parent = above[len(above)-1]
	}
	if n, ok := n.(ast.Expr); ok && s.constant(n, parent) {
		return false
	}
	switch n := n.(type) {
	case *ast.GenDecl:
		return n.Tok == token.VAR
	case *ast.ArrayType:
		return n.Len == nil
	case *ast.IfStmt:
		s.negate(n.Cond)
	case *ast.ForStmt:
		s.negate(n.Cond)
	case *ast.SwitchStmt:
		s.cases(n)
	case *ast.BinaryExpr:
		if n.Op == token.LAND || n.Op == token.LOR {
			s.sides(n)
		}
	case *ast.ExprStmt, *ast.IncDecStmt, *ast.SendStmt, *ast.DeferStmt, *ast.GoStmt:
		s.drop(n.(ast.Stmt), parent)
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			s.drop(n, parent)
		}
	}
	return true
}

func (s *source) negate(cond ast.Expr) {
	if cond != nil {
		s.around(s.mutant(cond, "negated"), cond, switches+".Neg(%d, ", ")")
	}
}

// cases negates the conditions of a switch without a value.
func (s *source) cases(n *ast.SwitchStmt) {
	if n.Tag != nil {
		return
	}
	for _, c := range n.Body.List {
		for _, cond := range c.(*ast.CaseClause).List {
			s.negate(cond)
		}
	}
}

// sides takes one side of an and or an or: the other is as if it were true in an and, false in an or.
func (s *source) sides(n *ast.BinaryExpr) {
	before, after := switches+".On(%d) || (", "))"
	if n.Op == token.LOR {
		before = "!" + switches + ".On(%d) && ("
	}
	s.around(s.mutant(n, "only the left of"), n.Y, "("+before, after)
	s.around(s.mutant(n, "only the right of"), n.X, "("+before, after)
}

// drop leaves out a statement that stands in a block. What only panics is kept: what follows it does not compile without.
func (s *source) drop(n ast.Stmt, parent ast.Node) {
	switch p := parent.(type) {
	case *ast.BlockStmt:
	case *ast.CaseClause:
	case *ast.CommClause:
		if !slices.Contains(p.Body, n) {
			return
		}
	default:
		return
	}
	if e, ok := n.(*ast.ExprStmt); ok && s.panics(e.X) {
		return
	}
	s.around(s.mutant(n, "dropped"), n, "if !"+switches+".On(%d) { ", " }")
}

func (s *source) panics(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	name, ok := call.Fun.(*ast.Ident)
	return ok && name.Name == "panic"
}
