package rules

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
)

var (
	v1, v2   = Ref{"V1", "open"}, Ref{"V2", "open"}
	thePipe  = &Pipette{Name: "air", In: v1, Out: v2, Depletion: 0.1}
	standing = func(states map[Ref]ValveState) Situation {
		return Situation{Valve: func(r Ref) ValveState { return states[r] }, Latches: Latches{}}
	}
)

// What a valve must be before another moves: closed as a switch shows it, or as it was told where the move vents nothing.
func TestValvesThatMustBeClosedOrOpen(t *testing.T) {
	for _, c := range []struct {
		state        ValveState
		closed, vent bool // allowed where it must be closed, and for a vent
		open         bool // where it must be open
	}{{Unknown, false, false, false}, {Closed, true, true, false}, {Open, false, false, true}, {Moving, false, false, false}, {ToldClosed, true, false, false}, {Unproven, false, false, false}} {
		s := standing(map[Ref]ValveState{v2: c.state})
		for what, one := range map[string]struct {
			move  Move
			pipes []*Pipette
			want  bool
		}{
			"closed":           {Move{Ref: v1, Closed: []Ref{v2}}, nil, c.closed},
			"closed, a vent":   {Move{Ref: v1, Closed: []Ref{v2}, Vent: true}, nil, c.vent},
			"open":             {Move{Ref: v1, Open: []Ref{v2}}, nil, c.open},
			"of a pipette":     {Move{Ref: v1}, []*Pipette{thePipe}, c.closed},
			"of none":          {Move{Ref: Ref{"V9", "open"}}, []*Pipette{thePipe}, true},
			"a vent's pipette": {Move{Ref: v1, Vent: true}, []*Pipette{thePipe}, c.vent},
		} {
			err := Allowed(one.move, s, nil, one.pipes)
			if (err == nil) != one.want || err != nil && (!errors.Is(err, buffer.ErrConflict) || !strings.Contains(err.Error(), c.state.String())) {
				t.Errorf("%s with V2 %v = %v, want allowed %t", what, c.state, err, one.want)
			}
			all := Conditions(one.move, s, now(0), nil, one.pipes)
			if good := len(all) == 0 || all[0].Good; good != one.want || len(all) > 0 && all[0].Now != c.state.String() {
				t.Errorf("%s with V2 %v: conditions %+v, want good %t", what, c.state, all, one.want)
			}
		}
	}
}

func TestConditionsSayWhatIsLookedAt(t *testing.T) {
	r := rule(t, "ion1.ig > pa(0.1)", 0)
	other := rule(t, "ion1.ig > pa(0.1)", 0)
	other.Name, other.Halt, other.Forbid = "other", nil, []Ref{v1}
	elsewhere := rule(t, "ion1.ig > pa(0.1)", 0)
	elsewhere.Halt = []string{"furnace"}
	m := Move{Ref: v1, Closed: []Ref{{"box", "A"}}, Open: []Ref{v2}}
	var got []string
	for _, c := range Conditions(m, standing(nil), now(sec), []*Rule{r, other, elsewhere}, []*Pipette{thePipe}) {
		got = append(got, c.What)
	}
	want := []string{"box.A verified closed", "V2 verified open", "pipette air: V2 verified closed", "rule other"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("conditions of V1 = %q, want %q", got, want)
	}
	all := Conditions(Move{Ref: Ref{"laser", "enabled"}, Laser: true}, standing(nil), now(sec), []*Rule{r, other}, nil)
	if len(all) != 1 || all[0].What != "rule r" || all[0].Good || all[0].Now != "not judged yet" {
		t.Errorf("conditions of the laser = %+v, want the rule, not judged yet", all)
	}
}

// What a rule lets move, and how it stands, in each state of its latch.
func TestRuleInEachState(t *testing.T) {
	r := rule(t, "ion1.ig > pa(0.1)", 0)
	r.Forbid = []Ref{v1}
	for _, c := range []struct {
		latch        *Latch
		valve, laser bool
		says         string
		inForce      bool
	}{
		{nil, true, false, "not judged yet", false},
		{&Latch{Good: true}, true, true, "good: ion1.ig", false},
		{&Latch{}, true, false, "not known to be good: ion1.ig", false},
		{&Latch{Tripped: true, Why: "too high"}, false, false, "tripped: too high", true},
		{&Latch{Tripped: true, Good: true}, false, false, "tripped, good now: ion1.ig", true},
		{&Latch{pending: pending{held: true}}, false, false, "not known to be good", false},
		{&Latch{Tripped: true, Bypass: Bypass{Until: time.Hour, By: "jr"}}, true, true, "bypassed by jr", false},
		{&Latch{Tripped: true, Bypass: Bypass{Until: 1, By: "jr"}}, true, true, "bypassed by jr", false},
	} {
		if got := r.standing(c.latch, now(sec)); !strings.HasPrefix(got, c.says) {
			t.Errorf("latch %+v stands %q, want %q", c.latch, got, c.says)
		}
		if got := c.latch.InForce(); got != c.inForce {
			t.Errorf("latch %+v in force %t, want %t", c.latch, got, c.inForce)
		}
		if err := r.allows(c.latch, Move{Ref: v1}); (err == nil) != c.valve {
			t.Errorf("latch %+v: valve = %v, want allowed %t", c.latch, err, c.valve)
		}
		if err := r.allows(c.latch, Move{Ref: Ref{"laser", "enabled"}, Laser: true}); (err == nil) != c.laser {
			t.Errorf("latch %+v: laser = %v, want allowed %t", c.latch, err, c.laser)
		}
		if err := r.allows(c.latch, Move{Ref: v2}); err != nil {
			t.Errorf("latch %+v: what it neither halts nor forbids = %v, want nil", c.latch, err)
		}
		latches := Latches{}
		if c.latch != nil {
			latches["r"] = c.latch
		}
		tripped, good := c.latch != nil && c.latch.Tripped, c.latch != nil && c.latch.Good
		if err := ClearTrip(r, latches); (err == nil) != (!tripped || good) || err == nil && c.latch != nil && (c.latch.Tripped || c.latch.Why != "") {
			t.Errorf("clearing it = %v, latch %+v", err, c.latch)
		}
	}
	for state, told := range map[ValveState][2]ValveState{Closed: {Unproven, ToldClosed}, Open: {Open, Open}, Unknown: {Unknown, Unknown}, Moving: {Moving, Moving}} {
		if got := [2]ValveState{state.Told(false), state.Told(true)}; got != told {
			t.Errorf("%v without a switch is %v, want %v", state, got, told)
		}
	}
}

func TestRefsByName(t *testing.T) {
	for name, want := range map[string]Ref{"V1": v1, "V1.commanded": {"V1", "commanded"}, "box.A": {"box", "A"}} {
		if got := RefOf(name, "open"); got != want {
			t.Errorf("RefOf(%q) = %v, want %v", name, got, want)
		}
	}
}

// A value that is no valve's: a bound, no number, neither 0 nor 1.
func TestValveWhoseValueIsNone(t *testing.T) {
	bound, no := valve("V1", 1), valve("V1", nan)
	bound.Bound = buffer.AtLeast
	for _, s := range []buffer.Sample{bound, no, valve("V1", 0.5), valve("V1", 2)} {
		if got := ValveIn(now(sec, s), v1); got != Unknown {
			t.Errorf("ValveIn(%+v) = %v, want unknown", s, got)
		}
	}
}

func TestWhyABypassEnds(t *testing.T) {
	for _, c := range []struct {
		latch Latch
		why   string // "" = it does not
	}{
		{Latch{Bypass: Bypass{Until: 10 * sec}}, ""}, // never judged: its condition is not another
		{Latch{Bypass: Bypass{Until: 10 * sec}, of: "ion1.ig > pa(0.1)"}, ""},
		{Latch{Bypass: Bypass{Until: 10 * sec}, of: "something else"}, "the condition was changed"},
		{Latch{Bypass: Bypass{Until: 5 * sec}}, "its time is over"},
		{Latch{Bypass: Bypass{Until: 5 * sec, ended: "jr"}}, "ended by jr"},
	} {
		r, l := rule(t, "ion1.ig > pa(0.1)", 0), c.latch
		ends := EndBypasses([]*Rule{r}, 5*sec, Latches{"r": &l})
		if (len(ends) == 1) != (c.why != "") || len(ends) == 1 && (ends[0].Why != c.why || l.Bypass != Bypass{}) {
			t.Errorf("%+v ends %+v, want %q", c.latch, ends, c.why)
		}
	}
}

// The count of a pipette from each of its states, after each valve was seen to open, or was told to and nobody knows.
func TestPipetteCountFromEachState(t *testing.T) {
	loaded, half, suspect := PipetteCount{Shots: 5, Loaded: true}, PipetteCount{Shots: 5, Half: true}, PipetteCount{Shots: 5, Loaded: true, Suspect: true, Uncertain: 1}
	empty := PipetteCount{Shots: 5}
	other := Ref{"V9", "open"}
	for _, c := range []struct {
		from                    PipetteCount
		in, out                 PipetteCount // opened
		inFailed, outFailed     PipetteCount
		somethingElse, cutShort PipetteCount
	}{
		{empty, loaded, empty, half, empty, empty, empty},
		{loaded, loaded, PipetteCount{Shots: 6}, loaded, suspect, loaded, PipetteCount{Shots: 5, Uncertain: 1}},
		{half, loaded, PipetteCount{Shots: 5, Uncertain: 1}, half, PipetteCount{Shots: 5, Uncertain: 1}, half, PipetteCount{Shots: 5, Uncertain: 1}},
		{suspect, PipetteCount{Shots: 5, Loaded: true, Uncertain: 1}, PipetteCount{Shots: 6}, suspect, suspect, suspect, PipetteCount{Shots: 5, Uncertain: 1}},
	} {
		got := []PipetteCount{
			thePipe.Opened(c.from, v1), thePipe.Opened(c.from, v2), thePipe.Failed(c.from, v1), thePipe.Failed(c.from, v2),
			thePipe.Opened(c.from, other), c.from.CutShort(), thePipe.Failed(c.from, other),
		}
		want := []PipetteCount{c.in, c.out, c.inFailed, c.outFailed, c.somethingElse, c.cutShort, c.from}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("from %+v: %+v, want %+v", c.from, got, want)
		}
	}
}

// Which readings a rate is made of.
func TestReadingsOfARate(t *testing.T) {
	one := func(up time.Duration, v float64) buffer.Sample {
		return buffer.Sample{Device: "ion1", Channel: "ig", Value: v, Up: up, StaleAfter: 5 * sec}
	}
	far := func(up time.Duration, v float64) buffer.Sample { s := one(up, v); s.StaleAfter = 0; return s }
	lost, bound, patient := one(3*sec, 0), one(3*sec, 9), one(20*sec, 19)
	lost.Missing, bound.Bound, patient.StaleAfter = "no answer", buffer.AtLeast, 0
	ref := Ref{"ion1", "ig"}
	for what, c := range map[string]struct {
		samples []buffer.Sample
		rate    float64
		ok      bool
	}{
		"none":                  {nil, 0, false},
		"one":                   {[]buffer.Sample{one(sec, 1)}, 0, false},
		"two":                   {[]buffer.Sample{one(sec, 1), one(2*sec, 3)}, 2, true},
		"the same again":        {[]buffer.Sample{one(sec, 1), one(2*sec, 3), one(2*sec, 9)}, 2, true},
		"one from before":       {[]buffer.Sample{one(sec, 1), one(2*sec, 3), one(1500*time.Millisecond, 9)}, 2, true},
		"at the start":          {[]buffer.Sample{one(0, 1), one(sec, 3)}, 2, true},
		"at the first moment":   {[]buffer.Sample{one(1, 1), one(1+sec, 3)}, 2, true},
		"across one missing":    {[]buffer.Sample{one(sec, 1), one(2*sec, 3), lost, one(4*sec, 9)}, 0, false},
		"across a bound":        {[]buffer.Sample{one(sec, 1), one(2*sec, 3), bound, one(4*sec, 9)}, 0, false},
		"across a silence":      {[]buffer.Sample{one(sec, 1), one(7*sec, 3)}, 0, false},
		"across just not one":   {[]buffer.Sample{one(sec, 1), one(6*sec, 11)}, 2, true},
		"without a stale_after": {[]buffer.Sample{one(sec, 0), patient}, 1, true},
		"within the window":     {[]buffer.Sample{one(0, 0), one(5*sec, 100), one(10*sec, 10)}, 1, true},
		"longer than it":        {[]buffer.Sample{one(0, 0), one(4*sec, 100), one(7*sec, 0), one(10*sec+1, 40)}, -60 / (6*sec + 1).Seconds(), true},
		"one twice":             {[]buffer.Sample{one(sec, 1), one(sec, 1)}, 0, false},
		"three far apart":       {[]buffer.Sample{far(0, 0), far(6*sec, 100), far(11*sec, 0)}, -20, true},
		"two far apart":         {[]buffer.Sample{one(0, 0), one(4*sec, 0), one(8*sec, 4), one(12*sec, 8), one(16*sec, 12)}, 1, true},
	} {
		r := NewRates([]Ref{ref})
		for _, s := range c.samples {
			r.Add([]buffer.Sample{{Device: "other", Channel: "ig"}, s})
		}
		if got, ok := r.of(ref); ok != c.ok || got != c.rate {
			t.Errorf("%s: rate %v, %t; want %v, %t", what, got, ok, c.rate, c.ok)
		}
	}
	var none *Rates
	none.Add([]buffer.Sample{one(0, 0)})
	if _, ok := none.of(ref); ok {
		t.Error("there is a rate where none is kept")
	}
}

func TestRuleThatWasNotJudgedDoesNotClearItself(t *testing.T) {
	r := rule(t, "ion1.ig > pa(0.1)", 0)
	r.ClearsItself = true
	if cleared := ClearThemselves([]*Rule{r}, time.Hour, Latches{}); len(cleared) != 0 {
		t.Errorf("cleared %v, want none", cleared)
	}
}
