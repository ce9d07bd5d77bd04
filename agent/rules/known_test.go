package rules

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/expr-lang/expr/parser"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

func derivedOf(t *testing.T, text string, unit buffer.Unit) *Derived {
	t.Helper()
	e, err := CompileQuantity(text, points())
	if err != nil {
		if e, err = CompileCondition(text, points()); err != nil {
			t.Fatal(err)
		}
	}
	return &Derived{Device: "d", Point: drivers.Point{Name: "x", Unit: unit}, Value: e}
}

func volts(v float64, b buffer.Bound) buffer.Sample {
	return buffer.Sample{Device: "box", Name: "volts", Unit: buffer.Volts, Value: v, Bound: b}
}

// What a derived point says where its inputs are exact, bounds, not known, or too large for a number.
func TestWhatADerivedPointSays(t *testing.T) {
	old := valve("V1", 0)
	old.Up = 98 * sec
	for _, c := range []struct {
		text  string
		unit  buffer.Unit
		of    buffer.Sample
		value float64
		bound buffer.Bound
		none  string
	}{
		{"ion1.ig", buffer.Pascals, pressure("ig", 0.1, buffer.Exact), 0.1, buffer.Exact, ""},
		{"ion1.ig", buffer.Pascals, pressure("ig", 0.1, buffer.AtMost), 0.1, buffer.AtMost, ""},
		{"ion1.ig", buffer.Pascals, pressure("ig", 0.1, buffer.AtLeast), 0.1, buffer.AtLeast, ""},
		{"ion1.ig", buffer.Pascals, pressure("ig", 0, buffer.AtLeast), 0, buffer.Exact, "cannot be told"},
		{"ion1.ig", buffer.Pascals, missing(pressure("ig", 0, 0), "sensor off"), 0, buffer.Exact, "ion1.ig: sensor off"},
		{"box.volts", buffer.Volts, volts(-3, buffer.AtLeast), -3, buffer.AtLeast, ""},
		{"box.volts", buffer.Volts, volts(-3, buffer.AtMost), -3, buffer.AtMost, ""},
		{"box.volts ** 3", buffer.Volts, volts(1e200, buffer.Exact), 0, buffer.Exact, "cannot be told"},
		{"-(box.volts ** 3)", buffer.Volts, volts(1e200, buffer.Exact), 0, buffer.Exact, "cannot be told"},
		{"V1.open", "", valve("V1", 1), 1, buffer.Exact, ""},
		{"V1.open", "", old, 0, buffer.Exact, ""},
		{"V1.open", "", valve("V1", 0.5), 0, buffer.Exact, "cannot be told"},
		{"V1.open", "", missing(valve("V1", 0), "no answer"), 0, buffer.Exact, "V1.open: no answer"},
	} {
		s := derivedOf(t, c.text, c.unit).sample(now(100*sec, c.of))
		if s.Missing != c.none || c.none == "" && (s.Value != c.value || s.Bound != c.bound) {
			t.Errorf("%s of %+v = %+v, want %v, %v, %q", c.text, c.of, s, c.value, c.bound, c.none)
		}
	}
}

// As of when a derived point is true, and when it goes stale.
func TestTimeOfADerivedPoint(t *testing.T) {
	ig, cg := pressure("ig", 1, buffer.Exact), pressure("cg1", 2, buffer.Exact)
	ig.Up, cg.Up, ig.Time, cg.Time = 96*sec, 98*sec, time.Unix(96, 0), time.Unix(98, 0)
	ig.StaleAfter, cg.StaleAfter = 20*sec, 3*sec
	fresh := cg
	fresh.Up, fresh.Time = 100*sec, time.Unix(100, 0)
	for _, c := range []struct {
		text      string
		samples   []buffer.Sample
		up, stale time.Duration
		none      bool // no time
	}{
		{"ion1.ig + ion1.cg1", []buffer.Sample{ig, cg}, 96 * sec, 5 * sec, false},
		{"ion1.cg1 + ion1.ig", []buffer.Sample{ig, cg}, 96 * sec, 5 * sec, false},
		{"ion1.cg1", []buffer.Sample{fresh}, 100 * sec, 3 * sec, false},
		{"ion1.ig ?? ion1.cg1", []buffer.Sample{missing(ig, "sensor off"), cg}, 98 * sec, 3 * sec, false},
		{"ion1.cg1", nil, 100 * sec, 5 * sec, true},
		{`age("ion1.ig")`, []buffer.Sample{ig}, 100 * sec, 5 * sec, true},
	} {
		s := derivedOf(t, c.text, buffer.Pascals).sample(now(100*sec, c.samples...))
		if s.Up != c.up || s.StaleAfter != c.stale || s.Time.IsZero() != c.none {
			t.Errorf("%s is of %v (%v), stale after %v; want %v, %v", c.text, s.Up, s.Time, s.StaleAfter, c.up, c.stale)
		}
	}
	slow := derivedOf(t, "ion1.cg1", buffer.Pascals)
	slow.Value.Inputs[0].StaleAfter = 20 * sec
	if s := slow.sample(now(100 * sec)); s.StaleAfter != 20*sec {
		t.Errorf("of an input that is slow it is stale after %v, want its 20s", s.StaleAfter)
	}
}

// A point that is derived again takes the place of what it was, and what was handed out does not change.
func TestDerivedPointsStandOnce(t *testing.T) {
	x, y := derivedOf(t, "box.volts", buffer.Volts), derivedOf(t, "box.volts * 2", buffer.Volts)
	y.Point.Name = "y"
	v := now(100*sec, volts(1, buffer.Exact))
	Derive([]*Derived{x, y}, v, "box")
	before := v.Present.Device("d")
	again := now(101*sec, volts(5, buffer.Exact))
	again.Present.Set("d", before)
	Derive([]*Derived{x, y}, again, "box")
	after := again.Present.Device("d")
	if len(before) != 2 || before[0].Value != 1 || len(after) != 2 || after[0].Value != 5 || after[1].Value != 10 {
		t.Errorf("before %+v, after %+v; want x and y once each, and what was before unchanged", before, after)
	}
}

// What an input says that has no usable value, and what it is for people.
func TestInputsInWords(t *testing.T) {
	e, err := CompileCondition(`ion1.ig > pa(1) and rate("box.volts") > 1 and age("ion1.cg1") < 5 and health("V1") == "healthy"`, points())
	if err != nil {
		t.Fatal(err)
	}
	was, is := volts(1, buffer.Exact), volts(5, buffer.Exact)
	was.Up, is.Up = 96*sec, 98*sec
	v := now(100*sec, pressure("ig", 0.5, buffer.AtMost), is)
	v.Health = func(string) string { return "degraded" }
	v.Rates = NewRates([]Ref{{"box", "volts"}})
	if got := e.Values(v); !strings.Contains(got, "box.volts: no rate yet") || !strings.Contains(got, "V1 is degraded") {
		t.Errorf("values = %q, want no rate yet and the health", got)
	}
	v.Rates.Add([]buffer.Sample{was, is})
	if got := e.Values(v); !strings.Contains(got, "rate of box.volts = 2 V/s") || !strings.Contains(got, "ion1.ig <= 0.00375 torr") || !strings.Contains(got, "age of ion1.cg1 = 100 s") {
		t.Errorf("values = %q, want the rate, the bound and the age", got)
	}
	for _, x := range []float64{nan, math.Inf(1), math.Inf(-1)} {
		if why := (Input{Ref: Ref{"box", "volts"}}).absent(now(sec, volts(x, buffer.Exact)), 0); why != "not a number" {
			t.Errorf("%v is absent for %q, want that it is not a number", x, why)
		}
	}
	for _, c := range []struct {
		of   buffer.Sample
		want number
	}{
		{pressure("ig", 0.5, buffer.AtMost), from(0, 0.5)}, {pressure("ig", -1, buffer.AtMost), from(-1, -1)},
		{volts(0.5, buffer.AtMost), from(-inf, 0.5)}, {volts(0.5, buffer.AtLeast), from(0.5, inf)}, {volts(0.5, buffer.Exact), exactly(0.5)},
	} {
		if got := intervalOf(&c.of); got != c.want {
			t.Errorf("%+v lies in %+v, want %+v", c.of, got, c.want)
		}
	}
}

func TestWhetherAConditionHolds(t *testing.T) {
	e, err := CompileCondition("V1.open", points())
	if err != nil {
		t.Fatal(err)
	}
	old := valve("V1", 1)
	old.Up = 98 * sec
	bound := valve("V1", 1)
	bound.Bound = buffer.AtLeast
	for _, c := range []struct {
		of           buffer.Sample
		holds, known bool
	}{{valve("V1", 1), true, true}, {old, true, true}, {valve("V1", 0), false, true}, {valve("V1", 0.5), false, false}, {bound, false, false}, {missing(valve("V1", 1), "no answer"), false, false}} {
		if holds, known := e.Holds(now(100*sec, c.of)); holds != c.holds || known != c.known {
			t.Errorf("with %+v it holds %t, known %t; want %t, %t", c.of, holds, known, c.holds, c.known)
		}
	}
}

func TestGreaterOfWhatIsFinite(t *testing.T) {
	for _, c := range [][3]float64{{-3, 2, 3}, {2, -3, 3}, {inf, 2, 2}, {2, inf, 2}, {-inf, 2, 2}, {2, -inf, 2}, {inf, -inf, 0}} {
		if got := greater(c[0], c[1]); got != c[2] {
			t.Errorf("greater(%v, %v) = %v, want %v", c[0], c[1], got, c[2])
		}
	}
}

// By how much a side of a comparison is lowered for people who look at it: half a decade of a pressure that is not zero, else a part of
// the greater side; not at all without slack, nor where nothing is known.
func TestLoweredByTheHysteresis(t *testing.T) {
	side := func(n number) func(*scene) number { return func(*scene) number { return n } }
	for _, c := range []struct {
		n, other number
		pressure bool
		slack    int
		want     number
	}{
		{exactly(4), exactly(2), false, 0, exactly(4)},
		{number{none: 1}, exactly(2), false, 1, number{none: 1}},
		{exactly(4), number{none: 2}, false, 1, exactly(4)},
		{exactly(4), exactly(2), false, 1, exactly(4 - hysteresis*4)},
		{exactly(4), exactly(8), false, 1, exactly(4 - hysteresis*8)},
		{exactly(4), exactly(2), true, 1, exactly(4 / halfDecade)},
		{from(0, 4), exactly(2), true, 1, from(0-hysteresis*2, 4-hysteresis*4)},
		{exactly(4), exactly(2), false, -1, exactly(4 + hysteresis*4)},
	} {
		got := lowered(side(c.n), side(c.other), c.pressure)(&scene{slack: c.slack})
		if got.none != c.want.none || math.Abs(got.lo-c.want.lo) > 1e-9 || math.Abs(got.hi-c.want.hi) > 1e-9 {
			t.Errorf("%+v beside %+v, pressure %t, slack %d = %+v, want %+v", c.n, c.other, c.pressure, c.slack, got, c.want)
		}
	}
	for text, want := range map[string]bool{
		"ion1.ig > 3": true, "box.volts > 3": false, "box.volts > pa(1)": true, "torr(1) > 3": true, "mbar(1) > 3": true, "furnace.temperature > 3": false,
		"ion1[0] > 1": false, "box.volts.more > 1": false, "ig > 3": false,
	} {
		tree, err := parser.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := (&builder{catalogue: points()}).ofPressure(tree.Node); got != want {
			t.Errorf("%s is of a pressure: %t, want %t", text, got, want)
		}
	}
}

// The limits of an expression, and what is told of one that is beyond.
func TestLimitsOfExpressions(t *testing.T) {
	padded := func(n int) string { return "V1.open" + strings.Repeat(" ", n-len("V1.open")) }
	for n, want := range map[int]string{2000: "", 2001: "is 2001 bytes long; must be at most 2000"} {
		if _, err := CompileCondition(padded(n), points()); fmt.Sprint(err) != want && !(want == "" && err == nil) {
			t.Errorf("an expression of %d bytes = %v, want %q", n, err, want)
		}
	}
	c := Catalogue{"d": {}}
	var sum []string
	for n := range 65 {
		name := fmt.Sprintf("p%d", n)
		c["d"][name] = Input{Ref: Ref{"d", name}, Unit: buffer.Volts}
		sum = append(sum, "d."+name)
	}
	for n, want := range map[int]string{64: "", 65: "reads too many points; must be at most 64"} {
		if _, err := CompileQuantity(strings.Join(sum[:n], " + "), c); fmt.Sprint(err) != want && !(want == "" && err == nil) {
			t.Errorf("an expression of %d points = %v, want %q", n, err, want)
		}
	}
	if e, err := CompileQuantity("V1.open ? 1 : 2", points()); err != nil || e.Compute(now(sec, valve("V1", 1))) != exactly(1) {
		t.Errorf("a choice of whole numbers = %v, want it to be a quantity", err)
	}
	if _, err := CompileQuantity("ion1.nothing", points()); err == nil || !strings.Contains(err.Error(), "no point nothing") {
		t.Errorf("a quantity of an unknown point = %v, want that there is none", err)
	}
	if got := Names(map[string]int{"b": 1, "a": 1}); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("names = %q, want them in order", got)
	}
}
