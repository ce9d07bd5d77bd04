package rules

import (
	"math"
	"slices"
	"time"

	"github.com/expr-lang/expr/ast"

	"pychron-edge/buffer"
)

// Overlap finds a value of a point at which both conditions certainly hold, and says it for people: "ion1.ig = 5e-07 torr".
// "" says that there is none, or that it cannot be told: it is found where both read the same point and nothing else, and
// compare it with numbers.
func Overlap(a, b *Expression, d buffer.Display) string {
	if len(a.Inputs) != 1 || !slices.Equal(a.Inputs, b.Inputs) || len(a.Devices)+len(b.Devices) > 0 || a.Inputs[0].Age || a.Inputs[0].Rate {
		return ""
	}
	in := a.Inputs[0]
	for _, x := range probes(in.Unit, append(slices.Clone(a.thresholds), b.thresholds...)) {
		v := View{Present: new(buffer.Present), Display: d}
		v.Present.Set(in.Device, []buffer.Sample{{Device: in.Device, Channel: in.Point, Unit: in.Unit, Value: x, StaleAfter: time.Second}})
		if a.Judge(v, 0).certain(true) && b.Judge(v, 0).certain(true) {
			return a.Values(v)
		}
	}
	return ""
}

// probes are the thresholds and a value of each interval they divide the range of a unit into: between two of them no
// comparison with them changes.
func probes(u buffer.Unit, thresholds []float64) []float64 {
	if u == "" {
		return []float64{0, 1}
	}
	slices.Sort(thresholds)
	var all []float64
	for i, x := range thresholds {
		if i == 0 {
			all = append(all, below(x))
		} else {
			all = append(all, thresholds[i-1]+(x-thresholds[i-1])/2)
		}
		all = append(all, x)
	}
	if n := len(thresholds); n > 0 {
		all = append(all, -below(-thresholds[n-1]))
	}
	return slices.DeleteFunc(all, func(x float64) bool { return u == buffer.Pascals && x < 0 })
}

// below is a number below x, of the sign of x.
func below(x float64) float64 {
	switch {
	case x > 0:
		return x / 2
	case x < 0:
		return 2 * x
	}
	return -1
}

// threshold notes what a channel is compared with, where that is a number.
func (b *builder) threshold(x *ast.BinaryNode, l, r func(*scene) number) {
	for _, side := range []struct {
		node ast.Node
		of   func(*scene) number
	}{{x.Left, l}, {x.Right, r}} {
		if reads(side.node) {
			continue
		}
		if n := side.of(&scene{}); n.exact() && !math.IsInf(n.lo, 0) {
			b.expression.thresholds = append(b.expression.thresholds, n.lo)
		}
	}
}

// reads says whether n depends on anything.
func reads(n ast.Node) bool {
	return ast.Find(n, func(n ast.Node) bool {
		_, is := n.(*ast.MemberNode)
		return is || slices.Contains([]string{"rate", "age", "health"}, called(n))
	}) != nil
}
