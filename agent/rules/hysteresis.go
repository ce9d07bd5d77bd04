package rules

import (
	"math"

	"github.com/expr-lang/expr/ast"

	"pychron-edge/buffer"
)

// Hysteresis of an alarm without clear_when: a quantity must come back by 5 % of the greater of what is compared, a
// pressure by half a decade.
const hysteresis = 0.05

var halfDecade = math.Sqrt(10)

// over says that a condition certainly does not hold, not even with its hysteresis.
func (e *Expression) over(v View) bool {
	return e.judge(&scene{View: v, slack: 1}).certain(false)
}

// inverted is the scene as what is negated must see it.
func (s *scene) inverted() *scene {
	if s.slack == 0 {
		return s
	}
	other := *s
	other.slack = -s.slack
	return &other
}

// slackened gives both sides of a comparison such that, in a scene with slack, it holds the sooner.
func (b *builder) slackened(x *ast.BinaryNode, l, r func(*scene) number) (left, right func(*scene) number) {
	pressure := b.ofPressure(x)
	switch x.Operator {
	case "<", "<=":
		return lowered(l, r, pressure), r
	case ">", ">=":
		return l, lowered(r, l, pressure)
	}
	return l, r
}

// lowered is f, lower by the hysteresis where the scene has slack: what it is compared with need not reach as far.
func lowered(f, other func(*scene) number, pressure bool) func(*scene) number {
	return func(s *scene) number {
		n := f(s)
		if s.slack == 0 || n.none != 0 {
			return n
		}
		o := other(s)
		if o.none != 0 {
			return n
		}
		if pressure && n.lo > 0 {
			factor := math.Pow(halfDecade, -float64(s.slack))
			return between(n.lo*factor, n.hi*factor)
		}
		margin := hysteresis * float64(s.slack)
		return between(n.lo-margin*greater(n.lo, o.lo), n.hi-margin*greater(n.hi, o.hi))
	}
}

// greater is the greater magnitude of two numbers, of those that are finite.
func greater(a, b float64) float64 {
	a, b = math.Abs(a), math.Abs(b)
	switch {
	case math.IsInf(a, 0) && math.IsInf(b, 0):
		return 0
	case math.IsInf(a, 0):
		return b
	case math.IsInf(b, 0):
		return a
	}
	return max(a, b)
}

// ofPressure says whether a comparison reads a pressure, or has a number given as one.
func (b *builder) ofPressure(n ast.Node) bool {
	f := &pressureFinder{catalogue: b.catalogue}
	ast.Walk(&n, f)
	return f.found
}

type pressureFinder struct {
	catalogue Catalogue
	found     bool
}

// Visit looks at one node.
func (f *pressureFinder) Visit(n *ast.Node) {
	switch x := (*n).(type) {
	case *ast.MemberNode:
		device, isName := x.Node.(*ast.IdentifierNode)
		point, isField := x.Property.(*ast.StringNode)
		if isName && isField && f.catalogue[device.Value][point.Value].Unit == buffer.Pascals {
			f.found = true
		}
	case *ast.CallNode:
		switch called(x) {
		case "torr", "mbar", "pa":
			f.found = true
		}
	}
}
