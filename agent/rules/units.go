package rules

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"pychron-edge/buffer"
)

// units is what n is measured in, and the first mistake of putting unlike quantities together.
//
//   - Compared, added, subtracted, or put into min, max, first, ?? or ?: are quantities of one unit. A bare number goes
//     with any of them and takes their unit.
//   - Products and quotients are tracked: volts times amperes are watts, pascals over pascals are a bare number.
//   - rate is the unit per second, age is seconds, torr, mbar and pa are pascals, seconds is seconds.
//   - A power, exp, log10 and sqrt are bare numbers: a curve fitted to a sensor keeps no units.
func (b *builder) units(n ast.Node) (dimension, error) {
	switch x := n.(type) {
	case *ast.MemberNode:
		in, err := b.member(x)
		return dimensionOf(in.Unit), err
	case *ast.UnaryNode:
		return b.units(x.Node)
	case *ast.ConditionalNode:
		if _, err := b.units(x.Cond); err != nil {
			return nil, err
		}
		return b.alike(x, x.Exp1, x.Exp2)
	case *ast.BinaryNode:
		return b.unitsOfBinary(x)
	case *ast.CallNode:
		return b.unitsOfCall(x)
	}
	return nil, nil
}

// others are the mistakes of units in those parts of an expression, joined by and and or, whose names are right where others are wrong.
func (b *builder) others(n ast.Node) error {
	if x, ok := n.(*ast.BinaryNode); ok && slices.Contains([]string{"and", "&&", "or", "||"}, x.Operator) {
		return errors.Join(b.others(x.Left), b.others(x.Right))
	}
	if b.permit(&n, false) != nil {
		return nil // which was told
	}
	_, err := b.units(n)
	return err
}

// alike is the unit of all of them, which the node n puts together.
func (b *builder) alike(n ast.Node, all ...ast.Node) (dimension, error) {
	var common dimension
	for _, one := range all {
		d, err := b.units(one)
		switch {
		case err != nil:
			return nil, err
		case d.bare():
		case common.bare():
			common = d
		case !maps.Equal(common, d):
			return nil, at(b.text, n, "puts %s and %s together; must be quantities of one unit, or one of them a bare number", common, d)
		}
	}
	return common, nil
}

func (b *builder) unitsOfBinary(x *ast.BinaryNode) (dimension, error) {
	if b.healthOf(x) != nil {
		return nil, nil
	}
	switch x.Operator {
	case "*", "/", "**", "^":
		l, err1 := b.units(x.Left)
		r, err2 := b.units(x.Right)
		power := map[string]int{"*": 1, "/": -1}[x.Operator]
		if power == 0 {
			return nil, first(err1, err2)
		}
		return l.times(r, power), first(err1, err2)
	}
	d, err := b.alike(x, x.Left, x.Right)
	if err == nil && strings.ContainsAny(x.Operator, "<>=") {
		b.warnBare(x, d)
		return nil, nil
	}
	return d, err
}

// warnBare notices a pressure compared with a bare number, which is in pascals though few people think in them.
func (b *builder) warnBare(x *ast.BinaryNode, d dimension) {
	if !d.is(buffer.Pascals) {
		return
	}
	for _, pair := range [][2]ast.Node{{x.Left, x.Right}, {x.Right, x.Left}} {
		if literal(pair[1]) {
			b.expression.Warnings = append(b.expression.Warnings, pair[0].String()+" is compared with a bare number, which is in pascals; say pa(...), torr(...) or mbar(...)")
		}
	}
}

func literal(n ast.Node) bool {
	switch x := n.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		return true
	case *ast.UnaryNode:
		return literal(x.Node)
	}
	return false
}

func (b *builder) unitsOfCall(x *ast.CallNode) (dimension, error) {
	name := called(x)
	f := Functions[name]
	switch {
	case name == "age":
		return dimensionOf(buffer.Seconds), nil
	case name == "rate":
		in, err := b.named(x)
		return dimensionOf(in.Unit).times(perSecond, 1), err
	case f.kind == wordOf:
		return nil, nil
	}
	d, err := b.alike(x, x.Arguments...)
	switch {
	case err != nil:
		return nil, err
	case f.gives != "" && !d.bare() && !(f.gives == buffer.Pascals && slices.ContainsFunc(signals, d.is)):
		return nil, at(b.text, x, "%s is given %s; must be a bare number%s", name, d, map[buffer.Unit]string{buffer.Pascals: ", or the output of a gauge in volts, amperes, hertz, percent or counts per second"}[f.gives])
	case f.gives != "":
		return dimensionOf(f.gives), nil
	case !f.keeps:
		return nil, nil
	}
	return d, nil
}
