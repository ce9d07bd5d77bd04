package rules

import (
	"errors"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// builder turns one parsed expression into functions.
type builder struct {
	catalogue  Catalogue
	expression *Expression
	text       string
}

var operators = []string{"and", "&&", "or", "||", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "**", "^", "??"}

// permit refuses what has no meaning here, before types are looked at, with what is allowed. word says that a quoted word
// may stand here. Every mistake is told, those of names above all. It also writes V1.open == 1 as V1.open, and V1.open == 0 as not V1.open.
func (b *builder) permit(n *ast.Node, word bool) error {
	switch x := (*n).(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return nil
	case *ast.StringNode:
		if !word {
			return at(b.text, x, "a quoted word stands alone; must be one of age(\"device.point\"), rate(\"device.point\") and health(\"device\") == \"healthy\"")
		}
		return nil
	case *ast.UnaryNode:
		return b.permit(&x.Node, false)
	case *ast.BinaryNode:
		return b.permitBinary(n, x)
	case *ast.ConditionalNode:
		return errors.Join(b.permit(&x.Cond, false), b.permit(&x.Exp1, false), b.permit(&x.Exp2, false))
	case *ast.MemberNode:
		_, err := b.member(x)
		return err
	case *ast.CallNode:
		if called(x) == "first" {
			return b.permitFirst(n, x)
		}
		return b.permitCall(x)
	case *ast.IdentifierNode:
		points, ok := b.catalogue[x.Value]
		switch {
		case ok && len(points) == 0:
			return at(b.text, x, "%s is a device that reads nothing; must be <device>.<point>", x.Value)
		case ok:
			return at(b.text, x, "%s is a device; must be one of its points %s", x.Value, strings.Join(Names(points), ", "))
		}
		return about(x.Value, at(b.text, x, "%s is unknown; must be <device>.<point>, %s", x.Value, b.devices()))
	}
	return at(b.text, *n, "this syntax has no meaning in a configuration; must be <device>.<point>, numbers, %s, not, ?: and the functions %s",
		strings.Join(operators, " "), strings.Join(Names(Functions), ", "))
}

// first is the first error there is.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// permitFirst rewrites first(a, b, c), the first of them that has a value, as a ?? (b ?? c).
func (b *builder) permitFirst(n *ast.Node, x *ast.CallNode) error {
	if len(x.Arguments) < 2 {
		return at(b.text, x, "first takes substitutes; must be two channels or more")
	}
	for _, a := range x.Arguments {
		if !mentions(a) {
			return at(b.text, a, "a fixed number in place of a missing value would be invented; must be a channel")
		}
	}
	rest := x.Arguments[len(x.Arguments)-1]
	for _, a := range slices.Backward(x.Arguments[:len(x.Arguments)-1]) {
		pair := &ast.BinaryNode{Operator: "??", Left: a, Right: rest}
		pair.SetLocation(x.Location())
		rest = pair
	}
	ast.Patch(n, rest)
	return b.permit(n, false)
}

func (b *builder) permitBinary(n *ast.Node, x *ast.BinaryNode) error {
	if !slices.Contains(operators, x.Operator) {
		return at(b.text, x, "operator %s has no meaning; must be one of %s", x.Operator, strings.Join(operators, " "))
	}
	if x.Operator == "??" && !mentions(x.Right) {
		return at(b.text, x.Right, "a fixed number in place of a missing value would be invented; allowed after ?? is another channel")
	}
	if word := b.healthOf(x); word != nil {
		if !slices.Contains(healthWords, word.Value) {
			return at(b.text, word, "health is never %q; must be one of %s", word.Value, strings.Join(healthWords, ", "))
		}
		return errors.Join(b.permit(&x.Left, true), b.permit(&x.Right, true))
	}
	if err := errors.Join(b.permit(&x.Left, false), b.permit(&x.Right, false)); err != nil {
		return err
	}
	b.stateIsNumber(n, x)
	return nil
}

// healthOf is the word in health("x") == "word", either way round; nil if x is something else.
func (b *builder) healthOf(x *ast.BinaryNode) *ast.StringNode {
	if x.Operator != "==" && x.Operator != "!=" {
		return nil
	}
	for _, pair := range [][2]ast.Node{{x.Left, x.Right}, {x.Right, x.Left}} {
		word, isWord := pair[1].(*ast.StringNode)
		if isWord && called(pair[0]) == "health" {
			return word
		}
	}
	return nil
}

// called is the name of the function n calls, "" if it calls none.
func called(n ast.Node) string {
	if call, ok := n.(*ast.CallNode); ok {
		if f, ok := call.Callee.(*ast.IdentifierNode); ok {
			return f.Value
		}
	}
	return ""
}

// stateIsNumber rewrites a comparison of a 0/1 point with 0 or 1.
func (b *builder) stateIsNumber(n *ast.Node, x *ast.BinaryNode) {
	if x.Operator != "==" && x.Operator != "!=" {
		return
	}
	for _, pair := range [][2]ast.Node{{x.Left, x.Right}, {x.Right, x.Left}} {
		value, isNumber := pair[1].(*ast.IntegerNode)
		member, isPoint := pair[0].(*ast.MemberNode)
		if !isNumber || !isPoint || value.Value != 0 && value.Value != 1 {
			continue
		}
		if in, err := b.member(member); err != nil || in.Unit != "" {
			continue
		}
		if (value.Value == 1) == (x.Operator == "==") {
			ast.Patch(n, member)
		} else {
			ast.Patch(n, &ast.UnaryNode{Operator: "not", Node: member})
		}
		return
	}
}

// mentions says whether a point, or a rate of one, occurs in n.
func mentions(n ast.Node) bool {
	return ast.Find(n, func(n ast.Node) bool { _, is := n.(*ast.MemberNode); return is || called(n) == "rate" }) != nil
}
