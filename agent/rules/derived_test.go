package rules

import (
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

func derivedPoint(t *testing.T, name, unit, value string, c Catalogue) *Derived {
	t.Helper()
	d := &Derived{Device: name, Point: drivers.Point{Name: "pressure", Unit: drivers.Unit(unit)}}
	compile := CompileQuantity
	if unit == "" {
		compile = CompileCondition
	}
	var err error
	if d.Value, err = compile(value, c); err != nil {
		t.Fatalf("compile(%s): %v", value, err)
	}
	return d
}

func TestDerived(t *testing.T) {
	ig, cg := pressure("ig", 2, 0), pressure("cg1", 8, 0)
	bound := func(s buffer.Sample, b buffer.Bound) buffer.Sample { s.Bound = b; return s }
	for _, c := range []struct {
		value, unit string
		ig, cg      buffer.Sample
		want        float64
		bound       buffer.Bound
		missing     string
	}{
		{"ion1.ig * 1.4", "pascals", ig, cg, 2.8, buffer.Exact, ""},
		{"ion1.ig ?? ion1.cg1", "pascals", ig, cg, 2, buffer.Exact, ""},
		{"ion1.ig ?? ion1.cg1", "pascals", missing(ig, "sensor off"), cg, 8, buffer.Exact, ""},
		{"ion1.ig ?? ion1.cg1", "pascals", missing(ig, "sensor off"), missing(cg, "no sensor"), 0, buffer.Exact, "ion1.cg1: no sensor"},
		{"ion1.ig + ion1.cg1", "pascals", missing(ig, "sensor off"), cg, 0, buffer.Exact, "ion1.ig: sensor off"},
		{"ion1.ig * 2", "pascals", bound(ig, buffer.AtMost), cg, 4, buffer.AtMost, ""},
		{"ion1.ig * 2", "pascals", bound(ig, buffer.AtLeast), cg, 4, buffer.AtLeast, ""},
		{"ion1.cg1 - ion1.ig", "volts", bound(ig, buffer.AtLeast), cg, 6, buffer.AtMost, ""},
		{"ion1.ig / (ion1.cg1 - 8)", "pascals", ig, cg, 0, buffer.Exact, "cannot be told"},
		{"ion1.ig > pa(1)", "", ig, cg, 1, buffer.Exact, ""},
		{"ion1.ig > pa(1)", "", bound(ig, buffer.AtMost), cg, 0, buffer.Exact, "cannot be told"},
	} {
		s := derivedPoint(t, "x", c.unit, c.value, points()).sample(now(9*sec, c.ig, c.cg))
		if s.Value != c.want || s.Bound != c.bound || s.Missing != c.missing {
			t.Errorf("%s = %g %v %q, want %g %v %q", c.value, s.Value, s.Bound, s.Missing, c.want, c.bound, c.missing)
		}
	}
}

// A gauge that was read a second ago is not stale where it is its rate that is not known yet.
func TestWhyADerivedRateHasNoValue(t *testing.T) {
	ig := pressure("ig", 2, 0)
	ig.Up = 8 * sec
	if s := derivedPoint(t, "x", "pascals", "rate(\"ion1.ig\") * 2", points()).sample(now(9*sec, ig)); s.Missing != "ion1.ig: no rate yet" {
		t.Errorf("missing because %q, want that there is no rate yet", s.Missing)
	}
}

func TestDerivedIsAsOldAsItsOldestInput(t *testing.T) {
	ig, cg := pressure("ig", 2, 0), pressure("cg1", 8, 0)
	ig.Up, ig.Time, ig.StaleAfter = 50*sec, time.Unix(50, 0), 5*sec
	cg.Up, cg.Time, cg.StaleAfter = 20*sec, time.Unix(20, 0), 60*sec
	d := derivedPoint(t, "x", "pascals", "ion1.ig + ion1.cg1", points())
	s := d.sample(now(51*sec, ig, cg))
	if s.Up != 20*sec || !s.Time.Equal(time.Unix(20, 0)) {
		t.Errorf("up %v, time %v, want those of the older input", s.Up, s.Time)
	}
	if s.Stale(55*sec) || !s.Stale(55*sec+1) {
		t.Errorf("stale after %v from %v, want when the first input is, at 55s", s.StaleAfter, s.Up)
	}
}

func TestDeriveInOrder(t *testing.T) {
	c := points()
	for _, name := range []string{"a", "b"} {
		c[name] = map[string]Input{"pressure": {Ref: Ref{name, "pressure"}, Unit: buffer.Pascals, StaleAfter: 5 * sec}}
	}
	p := []*Derived{
		derivedPoint(t, "a", "pascals", "ion1.ig * 2", c), derivedPoint(t, "b", "pascals", "a.pressure + 1", c),
		derivedPoint(t, "z", "", "V1.open", c),
	}
	v := now(sec, pressure("ig", 2, 0))
	if got := Derive(p, v, "ion1"); len(got) != 2 || got[0] != "a" || got[1] != "b" {
		t.Errorf("derive after ion1 = %v, want a, b", got)
	}
	if got := v.Present.Device("b"); len(got) != 1 || got[0].Value != 5 {
		t.Errorf("b = %v, want 5", got)
	}
	if got := Derive(p, v, "furnace"); len(got) != 0 {
		t.Errorf("derive after furnace = %v, want none", got)
	}
}

func TestRates(t *testing.T) {
	r := NewRates([]Ref{{"ion1", "ig"}})
	add := func(at time.Duration, value float64, b buffer.Bound) {
		s := pressure("ig", value, b)
		s.Up, s.StaleAfter = at, 5*sec
		r.Add([]buffer.Sample{s, valve("V1", 1)})
	}
	is := func(want float64, ok bool, when string) {
		t.Helper()
		if got, is := r.of(Ref{"ion1", "ig"}); is != ok || got != want {
			t.Errorf("rate %s = %v, %v, want %v, %v", when, got, is, want, ok)
		}
	}
	is(0, false, "of nothing")
	add(sec, 1, 0)
	is(0, false, "of one reading")
	add(3*sec, 2, 0)
	is(0.5, true, "of two")
	for at := 4 * sec; at <= 20*sec; at += sec {
		add(at, 10+at.Seconds(), 0)
	}
	is(1, true, "over the window")
	add(21*sec, 5, buffer.AtMost)
	is(0, false, "across a bound")
	add(22*sec, 1, 0)
	add(40*sec, 2, 0)
	is(0, false, "across a gap")
}
