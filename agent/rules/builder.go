package rules

import (
	"errors"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"pychron-edge/buffer"
	"pychron-edge/near"
)

// maxInputs is the most points one expression may read: one bit each says which of them is to blame for no value.
const maxInputs = 64

// member is the point that n names.
func (b *builder) member(n *ast.MemberNode) (Input, error) {
	device, isName := n.Node.(*ast.IdentifierNode)
	point, isField := n.Property.(*ast.StringNode)
	if !isName || !isField || n.Optional || n.Method {
		return Input{}, at(b.text, n, "this is no channel; must be <device>.<point>")
	}
	return b.lookup(n, device.Value, point.Value)
}

// noReadings is said of a device's name where no device has points.
const noReadings = "there is no device with readings in this file"

// devices are those that <device>.<point> may begin with.
func (b *builder) devices() string {
	if len(b.catalogue) == 0 {
		return "and " + noReadings
	}
	return "with the devices " + strings.Join(Names(b.catalogue), ", ")
}

// lookup finds a point, or says what there is.
func (b *builder) lookup(n ast.Node, device, point string) (Input, error) {
	points, ok := b.catalogue[device]
	if !ok {
		if member, ok := n.(*ast.MemberNode); ok {
			n = member.Node
		}
		return Input{}, about(device, at(b.text, n, "device %s is unknown; %s", device, near.OneOf(Names(b.catalogue), noReadings)))
	}
	in, ok := points[point]
	if !ok {
		return Input{}, about(device, at(b.text, n, "%s has no point %s; %s", device, point, near.OneOf(Names(points), "it reads nothing")))
	}
	return in, nil
}

// permitCall checks a call and, for the functions of a name, the name.
func (b *builder) permitCall(x *ast.CallNode) error {
	name := called(x)
	f, ok := Functions[name]
	if !ok {
		return at(b.text, x, "function %s is unknown; %s", x.Callee, near.OneOf(Names(Functions), "there is none"))
	}
	if f.one == nil && f.two == nil {
		_, err := b.named(x)
		return err
	}
	var wrong []error
	for i := range x.Arguments {
		wrong = append(wrong, b.permit(&x.Arguments[i], false))
	}
	return errors.Join(wrong...)
}

// named is what age, rate or health is about.
func (b *builder) named(x *ast.CallNode) (Input, error) {
	name := called(x)
	want := "\"device.point\""
	if name == "health" {
		want = "\"device\""
	}
	if len(x.Arguments) != 1 {
		return Input{}, at(b.text, x, "%s takes one name; must be %s(%s)", name, name, want)
	}
	word, ok := x.Arguments[0].(*ast.StringNode)
	if !ok {
		return Input{}, at(b.text, x, "%s takes a name in quotes; must be %s(%s)", name, name, want)
	}
	device, point, dotted := strings.Cut(word.Value, ".")
	if name == "health" {
		if _, ok := b.catalogue[device]; !ok || dotted {
			return Input{}, about(word.Value, at(b.text, word, "device %s is unknown; %s", word.Value, near.OneOf(Names(b.catalogue), noReadings)))
		}
		return Input{Ref: Ref{Device: device}}, nil
	}
	in, err := b.lookup(word, device, point)
	if err == nil && name == "rate" && in.Unit == "" {
		err = at(b.text, word, "%s is on or off and has no rate; must be a quantity", word.Value)
	}
	in.Rate, in.Age = name == "rate", name == "age"
	return in, err
}

// input numbers an input of the expression, each point once.
func (b *builder) input(n ast.Node, in Input) (int, error) {
	e := b.expression
	if i := slices.Index(e.Inputs, in); i >= 0 {
		return i, nil
	}
	if len(e.Inputs) == maxInputs {
		return 0, at(b.text, n, "reads too many points; must be at most %d", maxInputs)
	}
	e.Inputs = append(e.Inputs, in)
	return len(e.Inputs) - 1, nil
}

// truth builds a condition.
func (b *builder) truth(n ast.Node) (func(*scene) truth, error) {
	switch x := n.(type) {
	case *ast.BoolNode:
		return func(*scene) truth { return boolean(x.Value) }, nil
	case *ast.UnaryNode:
		f, err := b.truth(x.Node)
		return func(s *scene) truth { return not(f(s.inverted())) }, err
	case *ast.MemberNode:
		return b.state(x)
	case *ast.ConditionalNode:
		c, err1 := b.truth(x.Cond)
		yes, err2 := b.truth(x.Exp1)
		no, err3 := b.truth(x.Exp2)
		return func(s *scene) truth { return chooseTruth(c(s), yes(s), no(s)) }, first(err1, err2, err3)
	case *ast.BinaryNode:
		return b.condition(x)
	}
	return nil, at(b.text, n, "is no condition; must be one such as ion1.ig > torr(1e-3)")
}

// condition builds a comparison, or a combination of conditions.
func (b *builder) condition(x *ast.BinaryNode) (func(*scene) truth, error) {
	if word := b.healthOf(x); word != nil {
		return b.healthIs(x, word.Value)
	}
	if isBool(x.Left) || isBool(x.Right) {
		return b.combine(x)
	}
	l, err1 := b.number(x.Left)
	r, err2 := b.number(x.Right)
	if err := first(err1, err2); err != nil {
		return nil, err
	}
	b.threshold(x, l, r)
	l, r = b.slackened(x, l, r)
	switch x.Operator {
	case "<":
		return func(s *scene) truth { return less(l(s), r(s)) }, nil
	case ">":
		return func(s *scene) truth { return less(r(s), l(s)) }, nil
	case "<=":
		return func(s *scene) truth { return not(less(r(s), l(s))) }, nil
	case ">=":
		return func(s *scene) truth { return not(less(l(s), r(s))) }, nil
	case "==":
		return func(s *scene) truth { return equal(l(s), r(s)) }, nil
	case "!=":
		return func(s *scene) truth { return not(equal(l(s), r(s))) }, nil
	}
	return nil, at(b.text, x, "%s of numbers is no condition; must be a comparison", x.Operator)
}

func (b *builder) combine(x *ast.BinaryNode) (func(*scene) truth, error) {
	l, err1 := b.truth(x.Left)
	r, err2 := b.truth(x.Right)
	if err := first(err1, err2); err != nil {
		return nil, err
	}
	same := func(s *scene) truth { p, q := l(s), r(s); return or3(and(p, q), and(not(p), not(q))) }
	switch x.Operator {
	case "and", "&&":
		return func(s *scene) truth { return and(l(s), r(s)) }, nil
	case "or", "||":
		return func(s *scene) truth { return or3(l(s), r(s)) }, nil
	case "==":
		return same, nil
	case "!=":
		return func(s *scene) truth { return not(same(s)) }, nil
	case "??":
		return func(s *scene) truth { return substituteTruth(s, l, r) }, nil
	}
	return nil, at(b.text, x, "%s of conditions has no meaning; must be one of and, or, ==, !=, ??", x.Operator)
}

// healthIs builds health("device") == "word" and its opposite.
func (b *builder) healthIs(x *ast.BinaryNode, word string) (func(*scene) truth, error) {
	call, ok := x.Left.(*ast.CallNode)
	if !ok {
		call, _ = x.Right.(*ast.CallNode)
	}
	in, err := b.named(call)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(b.expression.Devices, in.Device) {
		b.expression.Devices = append(b.expression.Devices, in.Device)
	}
	is := x.Operator == "=="
	return func(s *scene) truth { return boolean((s.health(in.Device) == word) == is) }, nil
}

// state builds a 0/1 point.
func (b *builder) state(x *ast.MemberNode) (func(*scene) truth, error) {
	in, err := b.member(x)
	if err != nil {
		return nil, err
	}
	if in.Unit != "" {
		return nil, at(b.text, x, "%s is a quantity; must be a condition such as %s > 1", in.Ref, in.Ref)
	}
	i, err := b.input(x, in)
	return func(s *scene) truth {
		sample := in.usable(s)
		switch {
		case sample == nil:
			return truth{none: 1 << i}
		case sample.Bound != buffer.Exact || sample.Value != 0 && sample.Value != 1:
			return truth{yes: true, no: true}
		}
		return boolean(sample.Value == 1)
	}, err
}
