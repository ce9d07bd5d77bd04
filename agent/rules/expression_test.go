package rules

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// points is the catalogue the tests of expressions use.
func points() Catalogue {
	c := Catalogue{}
	for _, p := range []struct {
		device, point string
		unit          buffer.Unit
	}{
		{"ion1", "ig", buffer.Pascals}, {"ion1", "cg1", buffer.Pascals}, {"V1", "open", ""}, {"V2", "open", ""},
		{"furnace", "temperature", buffer.Celsius}, {"box", "volts", buffer.Volts},
	} {
		if c[p.device] == nil {
			c[p.device] = map[string]Input{}
		}
		c[p.device][p.point] = Input{Ref: Ref{p.device, p.point}, Unit: p.unit, StaleAfter: 5 * time.Second}
	}
	return c
}

// now makes a view at a time, of samples just read.
func now(at time.Duration, samples ...buffer.Sample) View {
	v := View{Present: new(buffer.Present), Now: at}
	byDevice := map[string][]buffer.Sample{}
	for _, s := range samples {
		if s.StaleAfter == 0 {
			s.StaleAfter = 5 * time.Second
		}
		if s.Up == 0 {
			s.Up, s.Time = at, time.Unix(0, int64(at)).UTC()
		}
		byDevice[s.Device] = append(byDevice[s.Device], s)
	}
	for device, list := range byDevice {
		v.Present.Set(device, list)
	}
	return v
}

func pressure(point string, value float64, bound buffer.Bound) buffer.Sample {
	return buffer.Sample{Device: "ion1", Channel: point, Name: "pressure", Unit: buffer.Pascals, Value: value, Bound: bound}
}

func valve(name string, open float64) buffer.Sample {
	return buffer.Sample{Device: name, Name: "open", Value: open}
}

func missing(s buffer.Sample, why string) buffer.Sample {
	s.Missing, s.Value = why, 0
	return s
}

func TestConditions(t *testing.T) {
	v := now(100*time.Second,
		pressure("ig", 0.2, buffer.Exact), missing(pressure("cg1", 0, 0), "sensor off"), valve("V1", 1), valve("V2", 0),
		buffer.Sample{Device: "furnace", Name: "temperature", Unit: buffer.Celsius, Value: 900, Up: 90 * time.Second},
	)
	v.Health = func(string) string { return "degraded" }
	const yes, no, none = "yes", "no", "none"
	for text, want := range map[string]string{
		"ion1.ig > torr(1e-3)":                               yes,
		"ion1.ig > torr(2e-3)":                               no,
		"ion1.ig >= mbar(2e-3)":                              yes,
		"torr(1e-3) < ion1.ig":                               yes,
		"ion1.ig == pa(0.2)":                                 yes,
		"ion1.ig != pa(0.2)":                                 no,
		"V1.open":                                            yes,
		"not V1.open":                                        no,
		"V1.open == 1":                                       yes,
		"V2.open == 0":                                       yes,
		"1 != V2.open":                                       yes,
		"V1.open and not V2.open":                            yes,
		"V1.open == V2.open":                                 no,
		"V1.open != V2.open":                                 yes,
		"ion1.cg1 > pa(1)":                                   none,
		"ion1.cg1 > pa(1) or V1.open":                        yes,
		"ion1.cg1 > pa(1) and V2.open":                       no,
		"ion1.cg1 > pa(1) and V1.open":                       none,
		"(ion1.cg1 ?? ion1.ig) > pa(0.1)":                    yes,
		"furnace.temperature > 800":                          none, // read 10 s ago
		"age(\"furnace.temperature\") > 9":                   yes,
		"age(\"ion1.ig\") > 1":                               no,
		"age(\"box.volts\") > 99":                            yes, // never read: since the start
		"rate(\"ion1.ig\") > 0":                              none,
		"health(\"ion1\") == \"degraded\"":                   yes,
		"\"healthy\" != health(\"ion1\")":                    yes,
		"(V1.open ? ion1.ig : ion1.cg1) < pa(1)":             yes,
		"V1.open ? ion1.ig < pa(1) : V2.open":                yes,
		"min(ion1.ig, 0.1) < pa(0.15)":                       yes,
		"max(ion1.ig, 1) >= pa(1) && abs(-ion1.ig)>0":        yes,
		"ion1.ig / 0 > pa(1)":                                "either",
		"10 ** (log10(ion1.ig)) < pa(0.3)":                   yes,
		"pa(0.1) < ion1.ig < pa(0.3)":                        yes,
		"V1.open ?? V2.open":                                 yes,
		"1 == 1 and V1.open":                                 yes,
		"min(0.1, ion1.ig) < pa(0.15)":                       yes,
		"max(0.1, ion1.ig) < pa(0.15)":                       no,
		"age(\"V1.open\") > 5":                               no,
		"((ion1.cg1 / seconds(1)) ?? rate(\"ion1.ig\")) > 0": none,
	} {
		e, err := CompileCondition(text, points())
		if err != nil {
			t.Errorf("compile(%s): %v", text, err)
			continue
		}
		if got := judged(e.Judge(v, 0)); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

func judged(t truth) string {
	switch {
	case t.none != 0 && !t.yes:
		return "none"
	case t.yes && t.no:
		return "either"
	case t.yes:
		return "yes"
	}
	return "no"
}

func TestCensoredValues(t *testing.T) {
	for _, c := range []struct {
		text  string
		ig    float64
		bound buffer.Bound
		want  string
	}{
		{"ion1.ig > pa(1)", 2, buffer.AtLeast, "yes"},
		{"ion1.ig > pa(3)", 2, buffer.AtLeast, "either"},
		{"ion1.ig > pa(3)", 2, buffer.AtMost, "no"},
		{"ion1.ig > pa(1)", 2, buffer.AtMost, "either"},
		{"ion1.ig < pa(1)", 2, buffer.AtLeast, "no"},
		{"ion1.ig < pa(0)", 2, buffer.AtMost, "no"}, // a pressure is not below zero
		{"1 / ion1.ig > 1", 2, buffer.AtLeast, "no"},
		{"-ion1.ig < -1", 2, buffer.AtLeast, "yes"},
		{"ion1.ig * ion1.ig > 3", 2, buffer.AtLeast, "yes"},
		{"ion1.ig * 0 > 1", 2, buffer.AtLeast, "no"},
		{"ion1.ig ** 2 >= 4", 2, buffer.AtLeast, "yes"},
	} {
		e, err := CompileCondition(c.text, points())
		if err != nil {
			t.Fatalf("compile(%s): %v", c.text, err)
		}
		if got := judged(e.Judge(now(time.Second, pressure("ig", c.ig, c.bound)), 0)); got != c.want {
			t.Errorf("%s with ig %v %g is %s, want %s", c.text, c.bound, c.ig, got, c.want)
		}
	}
}

// All names that are wrong are told at once, each at its place.
func TestEveryWrongNameIsTold(t *testing.T) {
	_, err := CompileCondition("ion2.ig > 1 and (ion1.icg > foo(2) or first(V1.open, V9.open))", points())
	got := ""
	for _, m := range Mistakes(err) {
		got += fmt.Sprintf("%d %s %.22s; ", m.At, m.About, m)
	}
	if want := "0 ion2 device ion2 is unknown; 22 ion1 ion1 has no point icg;; 28  function foo is unknow; 53 V9 device V9 is unknown; ; "; got != want {
		t.Errorf("mistakes %q, want %q", got, want)
	}
}

func TestRefusedExpressions(t *testing.T) {
	for _, c := range []struct {
		text string
		at   int
		says string
	}{
		{"ion2.ig > 1", 0, "device ion2 is unknown; must be one of V1, V2, box, furnace, ion1"},
		{"ion1.igg > 1", 5, "ion1 has no point igg; must be one of cg1, ig"},
		{"V1.open and ion1.icg > 1", 17, "has no point icg"},
		{"age(\"ion1.xx\") > 1", 4, "has no point xx"},
		{"age(ion1.ig) > 1", 0, "takes a name in quotes"},
		{"health(\"ion2\") == \"healthy\"", 7, "device ion2 is unknown"},
		{"health(\"ion1\") == \"unavailble\"", 18, "health is never"},
		{"health(\"ion1\")", 0, ""},
		{"rate(\"V1.open\") > 1", 5, "has no rate"},
		{"1 < 2", 0, "names no channel"},
		{"true", 0, "names no channel"},
		{"ion1.ig", 0, "is a quantity"},
		{"ion1", 0, "is a device; must be one of its points cg1, ig"},
		{"ion1.ig > ", 10, ""},
		{"", 0, "is empty"},
		{"ion1.ig > foo(1)", 10, "function foo is unknown"},
		{"len(\"x\") > 1 and V1.open", 0, "function len is unknown"},
		{"ion1.ig > \"1\"", 10, "quoted word"},
		{"ion1.ig ?? 0 > 1", 11, ""},
		{"(ion1.ig ?? 0) > 1", 12, "would be invented"},
		{"ion1.ig in [1,2]", 8, "operator in has no meaning"},
		{"[1][0] > V1.open", 3, "no channel"},
		{"let x = 1; V1.open", 4, "syntax has no meaning"},
		{"any([1], # > 1)", 0, ""},
		{"ion1[\"ig\"].x > 1", 11, "no channel"},
		{"ion1?.ig > 1", 0, ""},
		{"V1.open + 1 > 1", 0, ""},
		{"V1.open > 0.5", 0, ""},
		{"torr(V1.open) > 1", 0, ""},
		{"not ion1.ig", 0, ""},
		{"torr() > V1.open", 0, ""},
		{"ion1.ig > 1 " + strings.Repeat("or ion1.ig > 1 ", 300), 0, "bytes long"},
	} {
		_, err := CompileCondition(c.text, points())
		all := Mistakes(err)
		if len(all) != 1 {
			t.Errorf("compile(%s) = %v, want one mistake", c.text, err)
			continue
		}
		mistake := all[0]
		if c.says != "" && (!strings.Contains(mistake.text, c.says) || mistake.At != c.at) {
			t.Errorf("compile(%s) = %q at %d, want %q at %d", c.text, mistake.text, mistake.At, c.says, c.at)
		}
	}
}

func TestPressureAgainstBareNumber(t *testing.T) {
	e, err := CompileCondition("ion1.ig > 1e-3", points())
	if err != nil || len(e.Warnings) != 1 {
		t.Errorf("a pressure against a bare number: %v warnings, %v, want 1", e.Warnings, err)
	}
	e, _ = CompileCondition("furnace.temperature > 800", points())
	if len(e.Warnings) != 0 {
		t.Errorf("a temperature against a bare number: %v warnings, want none", e.Warnings)
	}
}

// An interval must hold whatever the operation gives for values inside its operands.
func FuzzIntervals(f *testing.F) {
	f.Add(1.0, 2.0, 0.5, 3.0, 0.3, 0.7)
	f.Add(-1.0, 2.0, -3.0, 0.0, 0.0, 1.0)
	f.Fuzz(func(t *testing.T, a, b, c, d, p, q float64) {
		for _, x := range []float64{a, b, c, d} {
			if math.IsNaN(x) || math.Abs(x) > 1e6 {
				return
			}
		}
		p, q = math.Mod(math.Abs(p), 1), math.Mod(math.Abs(q), 1)
		if math.IsNaN(p) || math.IsNaN(q) {
			return
		}
		l, r := between(a, b), between(c, d)
		x, y := l.lo+p*(l.hi-l.lo), r.lo+q*(r.hi-r.lo)
		for name, op := range map[string]struct {
			of func(a, b number) number
			at float64
		}{
			"+": {add, x + y}, "-": {subtract, x - y}, "*": {multiply, x * y}, "/": {divide, x / y}, "**": {power, math.Pow(x, y)},
			"min": {minimum, min(x, y)}, "max": {maximum, max(x, y)}, "abs": {func(a, _ number) number { return magnitude(a) }, math.Abs(x)},
		} {
			n := op.of(l, r)
			if math.IsNaN(op.at) || math.IsInf(op.at, 0) {
				continue
			}
			slack := 1e-9 * (1 + math.Abs(op.at))
			if !(n.lo-slack <= op.at && op.at <= n.hi+slack) {
				t.Errorf("%v %s %v = %v, does not hold %v (of %v and %v)", l, name, r, n, op.at, x, y)
			}
		}
		if less(l, r).certain(true) && !(x < y) || less(l, r).certain(false) && x < y {
			t.Errorf("%v < %v is %v, though %v and %v", l, r, less(l, r), x, y)
		}
	})
}

func FuzzExpression(f *testing.F) {
	for _, s := range []string{"ion1.ig > torr(1e-3)", "V1.open == 1", "(ion1.cg1 ?? ion1.ig) > 1", "health(\"ion1\") != \"healthy\"", "V1.open ? 1 : 2", "a.b.c", "((", "-ion1.ig < rate(\"ion1.ig\")"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, _, err := compile(text, points())
		if err != nil {
			return
		}
		v := now(time.Second, pressure("ig", 1, buffer.AtLeast), valve("V1", 1))
		if e.judge != nil {
			e.Judge(v, 0)
		} else {
			e.Compute(v)
		}
		e.Values(v)
	})
}
