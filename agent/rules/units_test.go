package rules

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
)

// everyUnit is a catalogue of two points of each unit: a.pascals, b.pascals and so on.
func everyUnit() Catalogue {
	c := Catalogue{"a": {}, "b": {}}
	for device, points := range c {
		for _, n := range named {
			point := string(n.unit)
			points[point] = Input{Ref: Ref{device, point}, Unit: n.unit, StaleAfter: 5 * time.Second}
		}
		points["open"] = Input{Ref: Ref{device, "open"}, StaleAfter: 5 * time.Second}
	}
	return c
}

func TestUnlikeQuantitiesAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"a.celsius > torr(3)":                                 "10: puts celsius and pascals together",
		"a.celsius + a.pascals > 3":                           "10: puts celsius and pascals together",
		"3 > a.celsius - a.volts":                             "14: puts celsius and volts together",
		"(a.celsius ?? a.volts) > 3":                          "11: puts celsius and volts together",
		"min(a.celsius, 1, a.volts) > 3":                      "",
		"min(a.celsius, a.volts) > 3":                         "0: puts celsius and volts together",
		"max(a.celsius, a.volts) > 3":                         "0: puts celsius and volts together",
		"(a.open ? a.celsius : a.volts) > 3":                  "29: puts celsius and volts together",
		"(a.celsius > a.volts ? a.open : b.open)":             "11: puts celsius and volts together",
		"a.open and a.celsius == a.volts":                     "21: puts celsius and volts together",
		"rate(\"a.pascals\") > torr(1)":                       "18: puts pascals per second and pascals together",
		"rate(\"a.celsius\") > rate(\"a.pascals\")":           "18: puts celsius per second and pascals per second together",
		"age(\"a.pascals\") > torr(1)":                        "17: puts seconds and pascals together",
		"age(\"a.pascals\") > a.meters":                       "17: puts seconds and meters together",
		"a.pascals * a.pascals > torr(1)":                     "22: puts a product of units and pascals together",
		"2 * a.celsius / 3 > torr(1)":                         "18: puts celsius and pascals together",
		"a.pascals / a.seconds > torr(1)":                     "22: puts pascals per second and pascals together",
		"-abs(a.celsius) > torr(1)":                           "16: puts celsius and pascals together",
		"torr(a.pascals) > 1":                                 "0: torr is given pascals",
		"mbar(a.celsius) > 1":                                 "0: mbar is given celsius",
		"torr(pa(1)) > a.pascals":                             "0: torr is given pascals",
		"seconds(a.volts) > 1":                                "0: seconds is given volts",
		"log10(a.celsius + a.volts) > 1":                      "16: puts celsius and volts together",
		"(a.celsius + a.volts) ** 2 > 1":                      "11: puts celsius and volts together",
		"a.percent > a.watts":                                 "10: puts percent and watts together",
		"a.hertz > a.counts_per_second":                       "8: puts hertz and counts_per_second together",
		"\"healthy\" == health(\"a\") or a.volts > a.celsius": "36: puts volts and celsius together",
	} {
		_, err := CompileCondition(text, everyUnit())
		var mistake *ExprError
		ok := errors.As(err, &mistake)
		if got := ""; !ok || want != "" && !strings.Contains(fmt.Sprintf("%d: %s", mistake.At, mistake.text), want) {
			if ok {
				got = fmt.Sprintf("%d: %s", mistake.At, mistake.text)
			}
			t.Errorf("compile(%s) = %q, want %q", text, got, want)
		}
	}
}

func TestLikeQuantitiesAreNot(t *testing.T) {
	for _, text := range []string{
		"a.celsius > 3", "a.celsius + 3 > b.celsius", "a.volts * a.amperes > a.watts", "a.pascals * b.pascals > 3",
		"a.pascals / b.pascals > 2 and a.celsius > a.pascals / b.pascals", "rate(\"a.pascals\") > torr(1e-6) / seconds(60)",
		"age(\"a.pascals\") > 3", "age(\"a.pascals\") > seconds(3)", "a.pascals > torr(100 * a.volts / 10)", "a.pascals > mbar(10 ** (1.667 * a.volts - 11.33))",
		"a.celsius > 1 + 2 ** a.volts", "a.volts ** 2 + 3 > a.celsius", "exp(a.volts) > a.celsius", "log10(a.pascals) > a.volts",
		"sqrt(a.volts) > a.celsius", "(a.open ? 1 : a.celsius) > b.celsius", "1 / a.seconds > a.hertz", "rate(\"a.meters\") / a.meters < a.hertz",
	} {
		if _, err := CompileCondition(text, everyUnit()); err != nil {
			t.Errorf("compile(%s): %v, want it to be like", text, err)
		}
	}
}

func TestWarningsOfBareNumbers(t *testing.T) {
	for text, want := range map[string]int{
		"a.pascals > 1": 1, "max(a.pascals, b.pascals) < -1": 1, "1 >= a.pascals * 2": 1, "a.pascals > 1 or b.pascals > 1": 2,
		"a.pascals > torr(1)": 0, "a.celsius > 1": 0, "a.pascals / b.pascals > 1": 0, "rate(\"a.pascals\") > 1": 0, "a.pascals - b.pascals > torr(1) * 2": 0,
	} {
		if e, err := CompileCondition(text, everyUnit()); err != nil || len(e.Warnings) != want {
			t.Errorf("compile(%s) = %v, warnings %q, want %d", text, err, e.Warnings, want)
		}
	}
}

// grower writes well-typed expressions. Its leaves are numbered, so that one can be put in the place of another.
type grower struct {
	*rapid.T
	leaves []buffer.Unit
}

func (g *grower) leaf(u buffer.Unit) string {
	g.leaves = append(g.leaves, u)
	return fmt.Sprintf("<%d>", len(g.leaves)-1)
}

// of writes a quantity of unit u with at least one leaf in it, whose unit is that of the whole.
func (g *grower) of(u buffer.Unit, depth int) string {
	forms := []string{"leaf", "leaf"}
	if depth > 0 {
		forms = []string{"leaf", "sum", "negative", "abs", "pick", "??", "?:", "scaled", "part", "with bare", "product", "watts"}
	}
	more := func() string { return g.of(u, depth-1) }
	switch rapid.SampledFrom(forms).Draw(g.T, "form") {
	case "sum":
		return "(" + more() + rapid.SampledFrom([]string{" + ", " - "}).Draw(g.T, "sign") + more() + ")"
	case "negative":
		return "(-" + more() + ")"
	case "abs":
		return "abs(" + more() + ")"
	case "pick":
		return rapid.SampledFrom([]string{"min", "max"}).Draw(g.T, "which") + "(" + more() + ", " + more() + ")"
	case "??":
		return "(" + more() + " ?? " + more() + ")"
	case "?:":
		return "(" + g.condition(depth-1) + " ? " + more() + " : " + more() + ")"
	case "scaled":
		return "(" + g.bare(depth-1) + " * " + more() + ")"
	case "part":
		return "(" + more() + " / " + g.bare(depth-1) + ")"
	case "with bare":
		return "(" + more() + " + " + g.bare(depth-1) + ")"
	case "product":
		other := rapid.SampledFrom(named).Draw(g.T, "other").unit
		return "(" + more() + " * " + g.leaf(other) + " / " + g.leaf(other) + ")"
	case "watts":
		if u == buffer.Watts {
			return "(" + g.of(buffer.Volts, depth-1) + " * " + g.of(buffer.Amperes, depth-1) + ")"
		}
	}
	return g.leaf(u)
}

// bare writes a bare number.
func (g *grower) bare(depth int) string {
	if depth <= 0 || rapid.Bool().Draw(g.T, "number") {
		return "2"
	}
	u := rapid.SampledFrom(named).Draw(g.T, "unit").unit
	return "(" + g.of(u, depth-1) + " / " + g.of(u, depth-1) + ")"
}

func (g *grower) condition(depth int) string {
	u := rapid.SampledFrom(named).Draw(g.T, "unit").unit
	operator := rapid.SampledFrom([]string{" < ", " <= ", " > ", " >= ", " == ", " != "}).Draw(g.T, "operator")
	switch rapid.SampledFrom([]string{"quantity", "quantity", "rate", "pressure"}).Draw(g.T, "kind") {
	case "rate":
		if u == buffer.Seconds {
			break // a bare number, which goes with everything
		}
		return "(rate(\"" + g.leaf(u) + "\")" + operator + g.of(u, depth) + " / seconds(2))"
	case "pressure":
		return "(" + g.of(buffer.Pascals, depth) + operator + rapid.SampledFrom([]string{"torr", "mbar", "pa"}).Draw(g.T, "function") + "(2))"
	}
	return "(" + g.of(u, depth) + operator + g.of(u, depth) + ")"
}

// text puts the points in; the leaf called changed becomes another.
func (g *grower) text(form string, changed int, other buffer.Unit) string {
	for i, u := range g.leaves {
		if i == changed {
			u = other
		}
		form = strings.ReplaceAll(form, fmt.Sprintf("<%d>", i), []string{"a", "b"}[i%2]+"."+string(u))
	}
	return form
}

// named says whether the dimension is none or that of a unit, perhaps per second.
func (d dimension) named() bool { return d.bare() || d.String() != "a product of units" }

// Whatever is put together of like quantities compiles, and does not with one point of it changed for one of another unit.
func TestOneUnitChangedIsRefused(t *testing.T) {
	c := everyUnit()
	rapid.Check(t, func(rt *rapid.T) {
		g := &grower{T: rt}
		form := g.condition(3)
		whole := g.text(form, -1, "")
		if len(whole) > maxExpression || len(g.leaves) > maxInputs/2 {
			return
		}
		if _, err := CompileCondition(whole, c); err != nil {
			rt.Fatalf("compile(%s): %v, want it well-typed", whole, err)
		}
		i := rapid.IntRange(0, len(g.leaves)-1).Draw(rt, "changed")
		other := rapid.SampledFrom(named).Draw(rt, "to").unit
		if changed := dimensionOf(other).times(dimensionOf(g.leaves[i]), -1); changed.named() || dimension(nil).times(changed, -1).named() {
			return // the same unit, or volts for watts: what was a bare number may now be amperes, and go with amperes
		}
		wrong := g.text(form, i, other)
		if _, err := CompileCondition(wrong, c); err == nil || !strings.Contains(err.Error(), "together") {
			rt.Fatalf("compile(%s) = %v, want it refused for leaf %d, %s for %s", wrong, err, i, other, g.leaves[i])
		}
	})
}
