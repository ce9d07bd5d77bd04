package rules

import (
	"errors"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// inForce is a rule with its latch, judged as the commander does.
type inForce struct {
	*testing.T
	rule    *Rule
	latches Latches
}

// judge gives how many bypasses ended, how many trips there were, and how many cleared by themselves.
func (f *inForce) judge(at time.Duration, what string) [3]int {
	list := []*Rule{f.rule}
	ends := EndBypasses(list, at, f.latches)
	v := now(at)
	if s := gauge(what, at); s != nil {
		v = now(at, *s)
	}
	trips := Trips(list, v, f.latches)
	return [3]int{len(ends), len(trips), len(ClearThemselves(list, at, f.latches))}
}

func (f *inForce) want(at time.Duration, what string, ends, trips, cleared int) {
	f.Helper()
	if got := f.judge(at, what); got != [3]int{ends, trips, cleared} {
		f.Errorf("at %v, %s: bypasses ended, trips, cleared = %v, want %v", at, what, got, [3]int{ends, trips, cleared})
	}
}

func (f *inForce) wantAllowed(want bool) {
	f.Helper()
	for _, m := range []Move{{Ref: Ref{"laser", "enabled"}, Laser: true}, {Ref: Ref{"V1", "open"}}} {
		if err := Allowed(m, Situation{Latches: f.latches}, []*Rule{f.rule}, nil); (err == nil) != want {
			f.Errorf("%s: %v, want allowed %v", m.Ref, err, want)
		}
	}
}

func newInForce(t *testing.T) *inForce {
	r := rule(t, "ion1.ig > pa(0.1)", 0)
	r.Forbid = []Ref{{"V1", "open"}}
	return &inForce{t, r, Latches{}}
}

func TestABypassedRuleNeitherTripsNorForbids(t *testing.T) {
	f := newInForce(t)
	f.want(1*sec, "good", 0, 0, 0)
	if err := BypassRule(f.rule, f.latches, 1*sec, time.Hour, "jr", " dead gauge "); err != nil {
		t.Fatal(err)
	}
	if got := f.latches["r"].Bypass; got != (Bypass{Until: time.Hour + sec, By: "jr", Why: "dead gauge"}) {
		t.Errorf("bypass = %+v, want until an hour later, by jr", got)
	}
	f.want(2*sec, "bad", 0, 0, 0)
	f.want(60*sec, "gone", 0, 0, 0)
	f.wantAllowed(true)
	f.want(time.Hour+sec-1, "bad", 0, 0, 0)
	f.want(time.Hour+sec, "bad", 1, 1, 0)
	f.wantAllowed(false)
}

func TestARuleThatIsGoodAfterItsBypassIsInForce(t *testing.T) {
	f := newInForce(t)
	f.want(1*sec, "good", 0, 0, 0)
	BypassRule(f.rule, f.latches, 1*sec, time.Minute, "jr", "x")
	f.want(2*sec, "bad", 0, 0, 0)
	f.want(61*sec, "good", 1, 0, 0)
	f.wantAllowed(true)
	f.want(62*sec, "bad", 0, 1, 0)
}

func TestATripOutlivesABypass(t *testing.T) {
	f := newInForce(t)
	f.want(1*sec, "bad", 0, 1, 0)
	f.wantAllowed(false)
	BypassRule(f.rule, f.latches, 1*sec, time.Minute, "jr", "x")
	f.wantAllowed(true)
	f.want(30*sec, "good", 0, 0, 0)
	f.want(61*sec, "good", 1, 1, 0) // what it halts is halted again
	f.wantAllowed(false)
	f.want(62*sec, "good", 0, 0, 0)
	if err := ClearTrip(f.rule, f.latches); err != nil {
		t.Error(err)
	}
	f.wantAllowed(true)
}

func TestABypassEndedByHand(t *testing.T) {
	f := newInForce(t)
	f.want(1*sec, "good", 0, 0, 0)
	if err := BypassRule(f.rule, f.latches, 2*sec, 0, "jr", ""); !errors.Is(err, buffer.ErrConflict) {
		t.Errorf("end of no bypass = %v, want a conflict", err)
	}
	BypassRule(f.rule, f.latches, 2*sec, time.Minute, "jr", "x")
	if err := BypassRule(f.rule, f.latches, 3*sec, 0, "kl", ""); err != nil {
		t.Error(err)
	}
	if ends := EndBypasses([]*Rule{f.rule}, 3*sec, f.latches); len(ends) != 1 || ends[0].Why != "ended by kl" || ends[0].Was.By != "jr" {
		t.Errorf("bypasses ended = %+v, want that of jr, by kl", ends)
	}
	f.want(3*sec, "bad", 0, 1, 0)
}

func TestABypassIsOfOneCondition(t *testing.T) {
	f := newInForce(t)
	f.want(1*sec, "good", 0, 0, 0)
	BypassRule(f.rule, f.latches, 1*sec, time.Minute, "jr", "x")
	f.rule = rule(t, "ion1.ig > pa(0.2)", 0)
	f.want(2*sec, "bad", 1, 1, 0)
}

func TestBypassesThatAreRefused(t *testing.T) {
	f := newInForce(t)
	for _, c := range []struct {
		d   time.Duration
		why string
	}{{MaxBypass + 1, "x"}, {-1, "x"}, {time.Hour, ""}, {time.Hour, " \n"}} {
		if err := BypassRule(f.rule, f.latches, 0, c.d, "jr", c.why); !errors.Is(err, buffer.ErrRange) || f.latches["r"].Bypass != (Bypass{}) {
			t.Errorf("bypass for %v, %q = %v, want it refused", c.d, c.why, err)
		}
	}
	if err := BypassRule(f.rule, f.latches, 0, MaxBypass, "jr", "x"); err != nil {
		t.Error(err)
	}
}

func TestARuleThatClearsItself(t *testing.T) {
	f := newInForce(t)
	f.rule.ClearsItself = true
	f.want(1*sec, "bad", 0, 1, 0)
	f.want(2*sec, "good", 0, 0, 0)
	f.want(60*sec, "good", 0, 0, 0)
	f.want(61*sec, "lost", 0, 0, 0) // not certainly good: counted anew
	f.want(62*sec, "good", 0, 0, 0)
	f.want(122*sec-1, "good", 0, 0, 0)
	f.wantAllowed(false)
	f.want(122*sec, "good", 0, 0, 1)
	f.wantAllowed(true)
	f.want(182*sec, "good", 0, 0, 0) // once
	f.want(183*sec, "good", 0, 0, 0)
	f.want(184*sec, "bad", 0, 1, 0)
	f.want(185*sec, "good", 0, 0, 0)
	f.rule = rule(t, "ion1.ig > pa(0.2)", 0)
	f.rule.ClearsItself = true
	f.want(240*sec, "good", 0, 0, 0) // another condition: counted anew
	f.want(300*sec-1, "good", 0, 0, 0)
	f.want(300*sec, "good", 0, 0, 1)
	f.rule.ClearsItself = false
	f.want(301*sec, "bad", 0, 1, 0)
	f.want(302*sec, "good", 0, 0, 0)
	f.want(600*sec, "good", 0, 0, 0)
}
