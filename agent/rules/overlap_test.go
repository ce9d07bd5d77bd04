package rules

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
)

func TestOverlap(t *testing.T) {
	for _, c := range []struct{ when, clear, want string }{
		{"ion1.ig > torr(1e-6)", "ion1.ig < torr(5e-7)", ""},
		{"ion1.ig > torr(1e-6)", "ion1.ig < torr(5e-6)", "ion1.ig = 3e-06 torr"},
		{"ion1.ig > torr(1e-6)", "ion1.ig > torr(5e-7)", "ion1.ig = 2e-06 torr"},
		{"torr(1e-6) < ion1.ig", "torr(5e-6) >= ion1.ig", "ion1.ig = 3e-06 torr"},
		{"ion1.ig > pa(5)", "ion1.ig <= pa(5)", ""},
		{"ion1.ig >= pa(5)", "ion1.ig <= pa(5)", "ion1.ig = 0.0375 torr"},
		{"ion1.ig > pa(5)", "ion1.ig > pa(5)", "ion1.ig = 0.07501 torr"},
		{"ion1.ig < pa(5)", "ion1.ig < pa(0)", ""}, // a pressure is not below zero
		{"furnace.temperature < -20", "furnace.temperature < -30", "furnace.temperature = -60 °C"},
		{"furnace.temperature < 0", "furnace.temperature < 0", "furnace.temperature = -1 °C"},
		{"furnace.temperature > 100 or furnace.temperature < 10", "furnace.temperature > 20 and furnace.temperature < 90", ""},
		{"furnace.temperature > 100 or furnace.temperature < 10", "furnace.temperature > 5 and furnace.temperature < 90", "furnace.temperature = 7.5 °C"},
		{"furnace.temperature > 10 + 2 * 45", "not (furnace.temperature > 110)", "furnace.temperature = 105 °C"},
		{"furnace.temperature != 5", "furnace.temperature == 6", "furnace.temperature = 6 °C"},
		{"V1.open", "not V1.open", ""},
		{"V1.open == 1", "V1.open != 0", "V1.open = 1"},
		{"V1.open", "not V2.open", ""},                                             // two points: not told
		{"ion1.ig > pa(5)", "ion1.cg1 > pa(5)", ""},                                // likewise
		{"rate(\"ion1.ig\") > 5", "rate(\"ion1.ig\") > 5", ""},                     // likewise
		{"age(\"ion1.ig\") > 5", "age(\"ion1.ig\") > 5", ""},                       // likewise
		{"health(\"ion1\") == \"healthy\"", "ion1.ig > pa(5)", ""},                 // likewise
		{"health(\"ion1\") == \"healthy\"", "health(\"ion1\") == \"healthy\"", ""}, // likewise
		{"age(\"ion1.ig\") < 5", "age(\"ion1.ig\") < 5", ""},                       // likewise
		{"ion1.ig > pa(5) or V1.open", "ion1.ig > pa(3) or V1.open", ""},           // likewise
		{"ion1.ig > pa(5)", "ion1.ig > pa(3) or V1.open", ""},                      // likewise
		{"ion1.ig > pa(5) and health(\"ion1\") == \"unknown\"", "ion1.ig > pa(5)", ""},
		{"not V1.open", "V1.open == 0", "V1.open = 0"},
		{"ion1.ig < pa(0.5)", "ion1.ig < pa(0.75)", "ion1.ig = 0.001875 torr"},
		{"furnace.temperature > 5", "furnace.temperature < furnace.temperature * 2", "furnace.temperature = 10 °C"},
		{"furnace.temperature > 5 or furnace.temperature > 10.0 ** 400", "furnace.temperature > 5", "furnace.temperature = 10 °C"},
		{"furnace.temperature < 5 or furnace.temperature < -(10.0 ** 400)", "furnace.temperature < 5", "furnace.temperature = 2.5 °C"},
	} {
		when, err1 := CompileCondition(c.when, points())
		clear, err2 := CompileCondition(c.clear, points())
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if got := Overlap(when, clear, buffer.Display{Unit: "torr"}); got != c.want {
			t.Errorf("%s and %s overlap at %q, want %q", c.when, c.clear, got, c.want)
		}
	}
}

// Thresholds in any order: an overlap is told exactly where there is one.
func TestOverlapOfTwoThresholds(t *testing.T) {
	holds := map[string]func(x, than int) bool{
		"<": func(x, than int) bool { return x < than }, "<=": func(x, than int) bool { return x <= than },
		">": func(x, than int) bool { return x > than }, ">=": func(x, than int) bool { return x >= than },
		"==": func(x, than int) bool { return x == than }, "!=": func(x, than int) bool { return x != than },
	}
	rapid.Check(t, func(rt *rapid.T) {
		draw := func() (text string, holds2 func(int) bool) {
			op := rapid.SampledFrom([]string{"<", "<=", ">", ">=", "==", "!="}).Draw(rt, "operator")
			than := rapid.IntRange(-4, 4).Draw(rt, "than") * 2
			return fmt.Sprintf("furnace.temperature %s %d", op, than), func(x int) bool { return holds[op](x, than) }
		}
		t1, h1 := draw()
		t2, h2 := draw()
		t3, h3 := draw()
		when, _ := CompileCondition(t1+" and "+t2, points())
		clear, _ := CompileCondition(t3, points())
		want := false
		for x := -12; x <= 12; x++ { // odd numbers stand for what is between
			want = want || h1(x) && h2(x) && h3(x)
		}
		if got := Overlap(when, clear, buffer.Display{}); (got != "") != want {
			rt.Fatalf("%s and %s overlap at %q, want an overlap %v", when.Text, clear.Text, got, want)
		}
	})
}
