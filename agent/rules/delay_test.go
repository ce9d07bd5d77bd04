package rules

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
)

// seen is one look at a gauge: when, and what it read.
type seen struct {
	now  time.Duration
	what string // good, bad, over (at least a good value), lost, gone, same (not read anew)
	trip bool
}

// looks plays looks to a rule that trips above 0.1 Pa.
func looks(t *testing.T, r *Rule, list []seen) {
	t.Helper()
	latches := Latches{}
	var s *buffer.Sample
	for _, l := range list {
		if l.what != "same" {
			s = gauge(l.what, l.now)
		}
		v := now(l.now)
		if s != nil {
			v = now(l.now, *s)
		}
		if got := len(Trips([]*Rule{r}, v, latches)) > 0; got != l.trip {
			t.Errorf("trips at %v, %s = %v, want %v", l.now, l.what, got, l.trip)
		}
	}
}

// gauge is a sample of ion1.ig read at a time, nil if there is none.
func gauge(what string, up time.Duration) *buffer.Sample {
	s := pressure("ig", 0.01, buffer.Exact)
	switch what {
	case "bad":
		s.Value = 1
	case "over":
		s.Bound = buffer.AtLeast
	case "lost":
		s = missing(s, "no answer")
	case "gone":
		return nil
	}
	s.Up, s.StaleAfter = max(up, 1), 5*sec
	return &s
}

func TestForWaitsUntilItHasLasted(t *testing.T) {
	for name, list := range map[string][]seen{
		"a spike":                         {{1 * sec, "good", false}, {2 * sec, "bad", false}, {3 * sec, "good", false}, {4 * sec, "bad", false}, {6 * sec, "same", false}},
		"it stays bad":                    {{1 * sec, "good", false}, {2 * sec, "bad", false}, {4 * sec, "bad", false}, {5*sec - 1, "same", false}, {5 * sec, "same", true}},
		"a bound that may be bad":         {{2 * sec, "over", false}, {5 * sec, "over", true}},
		"missing counts as holding":       {{2 * sec, "bad", false}, {3 * sec, "lost", false}, {5 * sec, "lost", true}},
		"gone counts as holding":          {{2 * sec, "bad", false}, {3 * sec, "gone", false}, {5 * sec, "gone", true}},
		"missing first, then bad":         {{1 * sec, "good", false}, {2 * sec, "lost", false}, {4 * sec, "lost", false}, {5 * sec, "bad", true}},
		"missing alone has missing_after": {{1 * sec, "good", false}, {2 * sec, "lost", false}, {6 * sec, "lost", false}, {6*sec + 1, "lost", true}},
		"one good reading ends the delay": {{2 * sec, "bad", false}, {4 * sec, "good", false}, {5 * sec, "bad", false}, {8*sec - 1, "bad", false}, {8 * sec, "bad", true}},
		"a stale value does not end it":   {{2 * sec, "good", false}, {6 * sec, "bad", false}, {9 * sec, "same", true}},
		"lost and found good is none":     {{1 * sec, "good", false}, {2 * sec, "lost", false}, {5 * sec, "good", false}, {6 * sec, "bad", false}, {8 * sec, "bad", false}},
	} {
		t.Run(name, func(t *testing.T) {
			r := rule(t, "ion1.ig > pa(0.1)", 0)
			r.Delay.For = 3 * sec
			looks(t, r, list)
		})
	}
}

func TestSamplesCountsReadings(t *testing.T) {
	for name, list := range map[string][]seen{
		"two spikes":                   {{1 * sec, "bad", false}, {2 * sec, "bad", false}, {3 * sec, "good", false}, {4 * sec, "bad", false}, {5 * sec, "bad", false}},
		"three in a row":               {{1 * sec, "bad", false}, {2 * sec, "bad", false}, {3 * sec, "bad", true}},
		"one looked at often":          {{1 * sec, "bad", false}, {2 * sec, "same", false}, {3 * sec, "same", false}, {4 * sec, "same", false}},
		"a missing reading counts":     {{1 * sec, "bad", false}, {2 * sec, "lost", false}, {3 * sec, "lost", true}},
		"a silent gauge does not wait": {{1 * sec, "bad", false}, {2 * sec, "gone", true}},
		"a stale gauge does not wait":  {{1 * sec, "bad", false}, {6 * sec, "same", false}, {6*sec + 1, "same", true}},
		"missing alone does not trip":  {{1 * sec, "good", false}, {2 * sec, "lost", false}, {3 * sec, "lost", false}, {4 * sec, "lost", false}, {5 * sec, "good", false}},
		"the longest bounds it all":    {{1 * sec, "bad", false}, {4500 * time.Millisecond, "bad", false}, {5 * sec, "same", true}},
	} {
		t.Run(name, func(t *testing.T) {
			r := rule(t, "ion1.ig > pa(0.1)", 0)
			r.Delay = Delay{Samples: 3, Max: 4 * sec}
			if strings.HasPrefix(name, "a stale") || strings.HasPrefix(name, "one looked") {
				r.Delay.Max = 20 * sec
			}
			looks(t, r, list)
		})
	}
}

// Every channel of a condition must have been read that often: the fast one does not vote for the slow one.
func TestSamplesOfTwoChannels(t *testing.T) {
	r, latches := rule(t, "ion1.ig > pa(0.1) or ion1.cg1 > pa(100)", 0), Latches{}
	r.Delay = Delay{Samples: 3, Max: 20 * sec}
	slow := pressure("cg1", 200, 0)
	for at := 1 * sec; at < 7*sec; at += sec / 2 {
		if at%(2*sec) == 0 || at == sec {
			slow.Up = at
		}
		fast := pressure("ig", 0.01, 0)
		fast.Up = at
		if got := len(Trips([]*Rule{r}, now(at, fast, slow), latches)) > 0; got != (at == 4*sec) {
			t.Errorf("trips at %v = %v, want at the third reading of the slow gauge, at 4 s", at, got)
		}
	}
}

func TestNothingIsSwitchedOnWhilePending(t *testing.T) {
	r, latches := rule(t, "ion1.ig > pa(0.1)", 0), Latches{}
	r.Forbid, r.Delay.For = []Ref{{"V1", "open"}}, 3*sec
	move := Move{Ref: Ref{"V1", "open"}}
	for at, want := range []struct {
		what string
		is   bool
	}{{"good", true}, {"bad", false}, {"lost", false}, {"good", true}, {"lost", true}} {
		up := time.Duration(at+1) * sec
		Trips([]*Rule{r}, now(up, *gauge(want.what, up)), latches)
		if err := Allowed(move, Situation{Latches: latches}, []*Rule{r}, nil); (err == nil) != want.is {
			t.Errorf("opening at %v, %s = %v, want allowed %v", up, want.what, err, want.is)
		}
	}
}

func TestWhyNamesTheValueThatWasBad(t *testing.T) {
	r, latches := rule(t, "ion1.ig > pa(0.1)", 0), Latches{}
	r.Delay.For = 3 * sec
	Trips([]*Rule{r}, now(sec, *gauge("bad", sec)), latches)
	got := Trips([]*Rule{r}, now(4*sec, *gauge("lost", 4*sec)), latches)
	if len(got) != 1 || got[0].Why != "ion1.ig = 0.007501 torr; now ion1.ig: no answer" {
		t.Errorf("trips = %v, want one that says what was bad and what is now", got)
	}
}

func TestMissingAfter(t *testing.T) {
	r := rule(t, "ion1.ig > pa(0.1)", 0)
	r.MissingAfter = 60 * sec
	looks(t, r, []seen{{10 * sec, "good", false}, {20 * sec, "lost", false}, {70 * sec, "lost", false}, {70*sec + 1, "lost", true}})
	looks(t, r, []seen{{10 * sec, "good", false}, {20 * sec, "lost", false}, {30 * sec, "bad", true}})
	r.StaleAfter = 20 * sec // missing_after is the one that counts
	looks(t, r, []seen{{10 * sec, "good", false}, {20 * sec, "lost", false}, {70 * sec, "lost", false}, {70*sec + 1, "lost", true}})
	r.MissingAfter, r.StaleAfter = 2*sec, 0
	looks(t, r, []seen{{10 * sec, "good", false}, {11 * sec, "lost", false}, {12 * sec, "lost", false}, {12*sec + 1, "lost", true}})
}

// history is the model: it remembers everything and judges from the beginning each time.
type history []struct {
	now, up time.Duration
	state   string // good, bad, none
	silent  bool
}

// pending is the part of the history since the last good judgement.
func (h history) pending() history {
	for i := len(h) - 1; i >= 0; i-- {
		if h[i].state == "good" {
			return h[i+1:]
		}
	}
	return h
}

// trips says whether the last judgement of the history is to trip.
func (h history) trips(r *Rule, missingAfter time.Duration) bool {
	at, value := h[len(h)-1], h[0].now
	for _, j := range h {
		if j.state != "none" {
			value = j.up
		}
	}
	if at.state == "none" && at.now-value > missingAfter {
		return true
	}
	d := h.pending()
	held, readings, silent := false, map[time.Duration]bool{}, false
	for _, j := range d {
		held = held || j.state == "bad"
		silent = silent || j.silent
		if !j.silent {
			readings[j.up] = true
		}
	}
	if !held {
		return false
	}
	lasted := at.now - d[0].now
	return lasted >= r.Delay.For && (len(readings) >= r.Delay.Samples || silent || lasted >= r.Delay.Max)
}

// For any history, a rule with for, samples and missing_after trips when the model does.
func TestDelayAsItsModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r, latches := rule(t, "ion1.ig > pa(0.1)", 0), Latches{}
		seconds := func(name string, low, high int) time.Duration {
			return time.Duration(rapid.IntRange(low, high).Draw(rt, name)) * sec
		}
		r.Delay.For, r.MissingAfter = seconds("for", 0, 4), seconds("missing_after", 0, 12)
		r.Delay.Samples, r.Delay.Max = rapid.IntRange(0, 4).Draw(rt, "samples"), seconds("longest", 1, 8)
		missingAfter := r.MissingAfter
		if missingAfter == 0 {
			missingAfter = 5 * sec
		}
		var h history
		var at time.Duration
		var s *buffer.Sample
		for range rapid.IntRange(1, 60).Draw(rt, "looks") {
			at += time.Duration(rapid.IntRange(1, 30).Draw(rt, "step")) * 100 * time.Millisecond
			what := rapid.SampledFrom([]string{"good", "bad", "bad", "over", "lost", "gone", "same", "same"}).Draw(rt, "what")
			if what != "same" {
				s = gauge(what, at)
			}
			v, j := now(at), history{{now: at, state: "none", silent: true}}[0]
			if s != nil {
				v = now(at, *s)
				j.up, j.silent = s.Up, at-s.Up > 5*sec
				switch {
				case j.silent || s.Missing != "":
				case s.Value > 0.1 || s.Bound == buffer.AtLeast:
					j.state = "bad"
				default:
					j.state = "good"
				}
			}
			h = append(h, j)
			was := latches["r"] != nil && latches["r"].Tripped
			got := len(Trips([]*Rule{r}, v, latches)) > 0
			if want := !was && h.trips(r, missingAfter); got != want {
				rt.Fatalf("trips at %v = %v, want %v, of %+v with %+v, missing_after %v", at, got, want, h, r.Delay, missingAfter)
			}
			if rapid.IntRange(0, 9).Draw(rt, "clear") == 0 {
				ClearTrip(r, latches)
			}
		}
	})
}

// A channel and its substitute are without a value only since the second of them was lost, whichever that is.
func TestSubstitutes(t *testing.T) {
	for _, text := range []string{"first(ion1.ig, ion1.cg1) > pa(0.1)", "first(ion1.cg1, ion1.ig) > pa(0.1)", "(ion1.ig > pa(0.1)) ?? (ion1.cg1 > pa(0.1))"} {
		rapid.Check(t, func(rt *rapid.T) {
			r, latches := rule(t, text, 0), Latches{}
			at, last := sec, map[string]time.Duration{}
			for range rapid.IntRange(1, 60).Draw(rt, "looks") {
				at += time.Duration(rapid.IntRange(1, 2500).Draw(rt, "ms")) * time.Millisecond
				var samples []buffer.Sample
				lost := 0
				for _, point := range []string{"ig", "cg1"} {
					if len(last) == 0 {
						last["ig"], last["cg1"] = at, at
					}
					s := pressure(point, 0.01, 0)
					if rapid.Bool().Draw(rt, "lost") {
						s = missing(s, "sensor off")
						lost++
					} else {
						last[point] = at
					}
					samples = append(samples, s)
				}
				want := lost == 2 && at-max(last["ig"], last["cg1"]) > 5*sec
				was := latches["r"] != nil && latches["r"].Tripped
				if got := len(Trips([]*Rule{r}, now(at, samples...), latches)) > 0; got != (want && !was) {
					rt.Fatalf("%s trips at %v = %v, want %v, with the last values at %v", text, at, got, want, last)
				}
			}
		})
	}
}

func TestFirst(t *testing.T) {
	v := now(sec, missing(pressure("ig", 0, 0), "sensor off"), pressure("cg1", 2, 0), valve("V2", 1))
	for text, want := range map[string]string{
		"first(ion1.ig, ion1.cg1) > pa(1)":                                "yes",
		"first(ion1.ig, ion1.ig, ion1.cg1 * 2) > pa(3)":                   "yes",
		"first(ion1.cg1, ion1.ig) > pa(3)":                                "no",
		"first(ion1.ig, ion1.ig) > pa(3)":                                 "none",
		"first(V1.open, V2.open)":                                         "yes",
		"first(V1.open == 1, not V2.open)":                                "no",
		"max(first(ion1.ig, ion1.cg1), pa(5)) > first(ion1.cg1, ion1.ig)": "yes",
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
	for text, want := range map[string]string{
		"first(ion1.ig) > pa(1)":                      "first takes substitutes",
		"first(ion1.ig, 3) > pa(1)":                   "would be invented",
		"first(3, ion1.ig) > pa(1)":                   "would be invented",
		"first(ion1.ig, furnace.temperature) > pa(1)": "puts pascals and celsius together",
		"first(ion1.ig, V1.open) > pa(1)":             "",
		"first(ion1.ig, ion1.xx) > pa(1)":             "ion1 has no point xx",
	} {
		if _, err := CompileCondition(text, points()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("compile(%s) = %v, want %q", text, err, want)
		}
	}
}

func TestSamplesOfWhatHasNoReadings(t *testing.T) {
	r, latches := rule(t, "ion1.ig > pa(0.1) and age(\"ion1.cg1\") < 9", 0), Latches{}
	r.Delay = Delay{Samples: 2, Max: 20 * sec}
	once := pressure("cg1", 1, 0)
	once.Up = sec
	Trips([]*Rule{r}, now(sec, *gauge("bad", sec), once), latches)
	if got := Trips([]*Rule{r}, now(2*sec, *gauge("bad", 2*sec), once), latches); len(got) != 1 {
		t.Errorf("trips at the second reading = %v, want one: an age is never read and does not wait", got)
	}
	r = rule(t, "ion1.ig > pa(0.1)", 2*sec)
	r.Delay, r.MissingAfter = Delay{Samples: 3, Max: 20 * sec}, 20*sec
	looks(t, r, []seen{{1 * sec, "bad", false}, {3 * sec, "same", false}, {3*sec + 1, "same", true}}) // silent by the rule's own stale_after
}

// Of a sum and its substitute, the sum is without a value since the first of its channels was lost.
func TestSubstituteForASum(t *testing.T) {
	r, latches := rule(t, "first(ion1.ig + ion1.cg1, box.volts ** 1) > 10", 0), Latches{}
	r.When.Inputs[2].StaleAfter = 3 * sec
	lost := func(point string) buffer.Sample { return missing(pressure(point, 0, 0), "sensor off") }
	trips := func(at time.Duration, samples ...buffer.Sample) bool {
		return len(Trips([]*Rule{r}, now(at, samples...), latches)) > 0
	}
	volts := buffer.Sample{Device: "box", Name: "volts", Unit: buffer.Volts, Value: 1}
	trips(sec, pressure("ig", 1, 0), pressure("cg1", 1, 0), volts)
	trips(2*sec, lost("ig"), pressure("cg1", 1, 0), volts)
	trips(5*sec, lost("ig"), pressure("cg1", 1, 0), volts)
	if trips(6*sec+1, lost("ig"), lost("cg1")) {
		t.Error("tripped 1 s after the last substitute was lost, want none: its time is not over")
	}
	if !trips(8*sec+1, lost("ig"), lost("cg1")) {
		t.Error("not tripped though the sum is without a value for 7 s and the substitute for 3 s")
	}
}

func TestAChangedConditionForgetsThatItWasPending(t *testing.T) {
	r, latches := rule(t, "ion1.ig > pa(0.1)", 0), Latches{}
	r.Delay.For = 3 * sec
	Trips([]*Rule{r}, now(1*sec, *gauge("bad", 1*sec)), latches)
	changed := rule(t, "ion1.ig > pa(0.2)", 0)
	changed.Delay.For = 3 * sec
	if got := Trips([]*Rule{changed}, now(4*sec, *gauge("bad", 4*sec)), latches); len(got) != 0 {
		t.Errorf("trips = %v, want it counted anew", got)
	}
	if got := Trips([]*Rule{changed}, now(7*sec, *gauge("bad", 7*sec)), latches); len(got) != 1 {
		t.Errorf("trips 3 s later = %v, want one", got)
	}
}

// What was read at the very start was read.
func TestSamplesOfTheFirstInstant(t *testing.T) {
	r := rule(t, "ion1.ig > pa(0.1)", 0)
	r.Delay = Delay{Samples: 1, Max: 20 * sec}
	if got := Trips([]*Rule{r}, now(0, pressure("ig", 1, 0)), Latches{}); len(got) != 1 {
		t.Errorf("trips at 0 = %v, want one", got)
	}
}
