package rules

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
)

const sec = time.Second

func rule(t testing.TB, when string, staleAfter time.Duration) *Rule {
	t.Helper()
	e, err := CompileCondition(when, points())
	if err != nil {
		t.Fatalf("compile(%s): %v", when, err)
	}
	return &Rule{Name: "r", When: e, Halt: []string{"laser"}, StaleAfter: staleAfter}
}

func TestTrips(t *testing.T) {
	good, bad := pressure("ig", 0.01, buffer.Exact), pressure("ig", 1, buffer.Exact)
	at := func(s buffer.Sample, up time.Duration) buffer.Sample { s.Up = up; return s }
	type look struct {
		now    time.Duration
		sample *buffer.Sample
		trips  bool
	}
	for name, c := range map[string]struct {
		staleAfter time.Duration
		looks      []look
	}{
		"a bad value trips at once":           {0, []look{{10 * sec, new(at(bad, 10*sec)), true}}},
		"a good value does not":               {0, []look{{10 * sec, new(at(good, 10*sec)), false}}},
		"an over-range bound that may be bad": {0, []look{{10 * sec, new(at(pressure("ig", 0.01, buffer.AtLeast), 10*sec)), true}}},
		"an under-range bound that is good":   {0, []look{{10 * sec, new(at(pressure("ig", 0.01, buffer.AtMost), 10*sec)), false}}},
		"one lost reply does not trip": {0, []look{
			{10 * sec, new(at(good, 10*sec)), false}, {11 * sec, new(missing(at(good, 10*sec), "no answer")), false},
			{12 * sec, new(at(good, 12*sec)), false}, {16 * sec, new(missing(at(good, 12*sec), "no answer")), false},
		}},
		"missing for longer than stale_after": {0, []look{
			{10 * sec, new(at(good, 10*sec)), false}, {11 * sec, new(missing(at(good, 11*sec), "sensor off")), false},
			{15 * sec, new(missing(at(good, 15*sec), "sensor off")), false}, {15*sec + 1, new(missing(at(good, 15*sec), "sensor off")), true},
		}},
		"stale": {0, []look{
			{10 * sec, new(at(good, 10*sec)), false}, {15 * sec, new(at(good, 10*sec)), false}, {15*sec + 1, new(at(good, 10*sec)), true},
		}},
		"stale for the rule's own stale_after": {2 * sec, []look{
			{10 * sec, new(at(good, 10*sec)), false}, {12 * sec, new(at(good, 10*sec)), false}, {12*sec + 1, new(at(good, 10*sec)), true},
		}},
		"stale, but the rule is patient": {20 * sec, []look{
			{10 * sec, new(at(good, 10*sec)), false}, {29 * sec, new(at(good, 10*sec)), false}, {30*sec + 1, new(at(good, 10*sec)), true},
		}},
		"never read": {0, []look{{0, nil, false}, {5 * sec, nil, false}, {5*sec + 1, nil, true}}},
		"garbage that is no number": {0, []look{
			{10 * sec, new(at(good, 10*sec)), false}, {11 * sec, new(at(pressure("ig", nan, 0), 11*sec)), false},
			{16 * sec, new(at(pressure("ig", nan, 0), 16*sec)), true},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r, latches := rule(t, "ion1.ig > pa(0.1)", c.staleAfter), Latches{}
			for _, l := range c.looks {
				v := now(l.now)
				if l.sample != nil {
					v = now(l.now, *l.sample)
				}
				if got := Trips([]*Rule{r}, v, latches); (len(got) > 0) != l.trips {
					t.Errorf("trips at %v = %v, want %v", l.now, got, l.trips)
				}
			}
		})
	}
}

var nan = func() float64 { zero := 0.0; return zero / zero }()

func TestTripLatchesUntilGoodAndAsked(t *testing.T) {
	r, latches := rule(t, "ion1.ig > pa(0.1)", 0), Latches{}
	look := func(at time.Duration, s buffer.Sample) []Trip { return Trips([]*Rule{r}, now(at, s), latches) }
	first := look(sec, pressure("ig", 1, 0))
	if len(first) != 1 || !strings.Contains(first[0].Why, "ion1.ig = 0.007501 torr") {
		t.Fatalf("trips on 1 Pa = %v, want one that names the value", first)
	}
	if again := look(2*sec, pressure("ig", 2, 0)); len(again) != 0 {
		t.Errorf("trips while tripped = %v, want none", again)
	}
	if err := ClearTrip(r, latches); !errors.Is(err, errNotGood) {
		t.Errorf("clear while bad = %v, want errNotGood", err)
	}
	look(3*sec, pressure("ig", 0.01, 0))
	if !latches["r"].Tripped {
		t.Error("cleared by itself when good, want latched")
	}
	look(4*sec, missing(pressure("ig", 0, 0), "sensor off"))
	if err := ClearTrip(r, latches); !errors.Is(err, errNotGood) {
		t.Errorf("clear while missing = %v, want errNotGood", err)
	}
	look(5*sec, pressure("ig", 0.01, 0))
	if err := ClearTrip(r, latches); err != nil || latches["r"].Tripped {
		t.Errorf("clear while good = %v, tripped %v, want cleared", err, latches["r"].Tripped)
	}
	if again := look(6*sec, pressure("ig", 1, 0)); len(again) != 1 {
		t.Errorf("trips after a clear = %v, want one", again)
	}
}

func TestShortCircuitHidesWhatDoesNotMatter(t *testing.T) {
	r, latches := rule(t, "V1.open and ion1.ig > pa(0.1)", 0), Latches{}
	for at := range time.Duration(60) {
		if got := Trips([]*Rule{r}, now(at*sec, valve("V1", 0)), latches); len(got) != 0 {
			t.Fatalf("trips at %v with V1 closed and no gauge = %v, want none", at*sec, got)
		}
	}
	if l := latches["r"]; !l.Good {
		t.Errorf("not good with V1 closed: %s", l.NoValue)
	}
}

// For no history of readings, losses and clears does a rule stand untripped after its value was bad, or after it had no
// value for longer than it may; and it never trips on a value that was good and never lost for that long.
func TestNoHistoryHidesABadValue(t *testing.T) {
	const limit, timeout = 0.1, 5 * sec
	rapid.Check(t, func(rt *rapid.T) {
		r, latches := rule(t, "ion1.ig > pa(0.1)", 0), Latches{}
		var at, lastValue time.Duration
		s := missing(pressure("ig", 0, 0), "not yet")
		tripped := false
		Trips([]*Rule{r}, now(0), latches)
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			at += time.Duration(rapid.IntRange(1, 3000).Draw(rt, "ms")) * time.Millisecond
			switch rapid.SampledFrom([]string{"good", "bad", "lost", "off", "over", "clear", "wait"}).Draw(rt, "what") {
			case "good":
				s, lastValue = pressure("ig", limit/2, 0), at
			case "bad":
				s, lastValue = pressure("ig", limit*2, 0), at
			case "over":
				s, lastValue = pressure("ig", limit/2, buffer.AtLeast), at
			case "lost":
				s = missing(s, "no answer")
			case "off":
				s = missing(pressure("ig", 0, 0), "sensor off")
			case "clear":
				if ClearTrip(r, latches) == nil {
					tripped = false
				}
			}
			bad := s.Missing == "" && at-lastValue <= timeout && (s.Value > limit || s.Bound == buffer.AtLeast)
			must := bad || at-lastValue > timeout
			got := Trips([]*Rule{r}, now(at, withStale(s, lastValue)), latches)
			if must && !latches["r"].Tripped {
				rt.Fatalf("not tripped at %v: bad %v, last value at %v", at, bad, lastValue)
			}
			if len(got) > 0 && !must {
				rt.Fatalf("tripped at %v by %s, though good at %v", at, got[0].Why, lastValue)
			}
			tripped = tripped || must
			if latches["r"].Tripped != tripped {
				rt.Fatalf("tripped %v at %v, want %v", latches["r"].Tripped, at, tripped)
			}
		}
	})
}

func withStale(s buffer.Sample, up time.Duration) buffer.Sample {
	s.StaleAfter = 5 * sec
	if up > 0 {
		s.Up = up
	} else {
		s.Up = 1 // read at the very start, of nothing
	}
	return s
}

// After every Read the rules are judged: this is the time it takes from a reading to a decision.
func BenchmarkTrips(b *testing.B) {
	r, latches := rule(b, "ion1.ig > torr(1e-3) or ion1.cg1 > torr(1) and not V1.open", 0), Latches{}
	v := now(sec, pressure("ig", 0.01, 0), pressure("cg1", 1, 0), valve("V1", 0))
	b.ReportAllocs()
	for b.Loop() {
		if len(Trips([]*Rule{r}, v, latches)) > 0 {
			b.Fatal("tripped")
		}
	}
}
