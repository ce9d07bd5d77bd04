package rules

import (
	"reflect"

	"github.com/expr-lang/expr/ast"
)

func isBool(n ast.Node) bool { return n.Type().Kind() == reflect.Bool }

// number builds a quantity.
func (b *builder) number(n ast.Node) (func(*scene) number, error) {
	switch x := n.(type) {
	case *ast.IntegerNode:
		return func(*scene) number { return exactly(float64(x.Value)) }, nil
	case *ast.FloatNode:
		return func(*scene) number { return exactly(x.Value) }, nil
	case *ast.UnaryNode:
		f, err := b.number(x.Node)
		if x.Operator != "-" {
			return f, err
		}
		return func(s *scene) number { return negate(f(s)) }, err
	case *ast.MemberNode:
		in, err := b.member(x)
		if err != nil {
			return nil, err
		}
		return b.value(x, in)
	case *ast.CallNode:
		return b.call(x)
	case *ast.ConditionalNode:
		c, err1 := b.truth(x.Cond)
		l, err2 := b.number(x.Exp1)
		r, err3 := b.number(x.Exp2)
		return func(s *scene) number { return choose(c(s), l(s), r(s)) }, first(err1, err2, err3)
	case *ast.BinaryNode:
		return b.arithmetic(x)
	}
	return nil, at(b.text, n, "is no quantity; must be one such as ion1.ig * 1.4")
}

func (b *builder) arithmetic(x *ast.BinaryNode) (func(*scene) number, error) {
	l, err1 := b.number(x.Left)
	r, err2 := b.number(x.Right)
	if err := first(err1, err2); err != nil {
		return nil, err
	}
	if x.Operator == "??" {
		return func(s *scene) number { return substitute(s, l, r) }, nil
	}
	f, ok := map[string]func(a, b number) number{"+": add, "-": subtract, "*": multiply, "/": divide, "**": power, "^": power}[x.Operator]
	if !ok {
		return nil, at(b.text, x, "%s gives no quantity; must be + - * / ** ??", x.Operator)
	}
	return func(s *scene) number { return f(l(s), r(s)) }, nil
}

// call builds a function.
func (b *builder) call(x *ast.CallNode) (func(*scene) number, error) {
	f, ok := Functions[called(x)]
	if !ok || f.kind == wordOf {
		return nil, at(b.text, x, "is no quantity; must be health(\"device\") == \"healthy\"")
	}
	if f.kind == ofName {
		in, err := b.named(x)
		if err != nil {
			return nil, err
		}
		return b.value(x, in)
	}
	var args []func(*scene) number
	for _, a := range x.Arguments {
		g, err := b.number(a)
		if err != nil {
			return nil, err
		}
		args = append(args, g)
	}
	if f.one != nil {
		return func(s *scene) number { return f.one(args[0](s)) }, nil
	}
	return func(s *scene) number { return f.two(args[0](s), args[1](s)) }, nil
}

// value builds a point's value, rate or age.
func (b *builder) value(n ast.Node, in Input) (func(*scene) number, error) {
	if in.Unit == "" && !in.Age {
		return nil, at(b.text, n, "%s is on or off; must be %s ? 1 : 0", in.Ref, in.Ref)
	}
	i, err := b.input(n, in)
	return func(s *scene) number { return in.number(s, 1<<i) }, err
}
