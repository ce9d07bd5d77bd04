package rules

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// Rule halts devices and forbids controls while its condition holds, and until it was cleared after that.
type Rule struct {
	Name         string
	When         *Expression   // of two values
	Halt         []string      // devices
	Forbid       []Ref         // controls that may only take their idle value
	StaleAfter   time.Duration // a value older than this is none; 0 = the stale_after of its device
	MissingAfter time.Duration // how long a channel may be without a value; 0 = StaleAfter
	ClearsItself bool          // its trip ends by itself (latch: false)
	Delay        Delay         // what it takes to trip on a value; the zero value trips at once
}

// Latch is what is remembered of one rule.
type Latch struct {
	Tripped   bool
	Since     time.Duration   // when it tripped, monotonic
	Why       string          // the values that tripped it
	Good      bool            // as last judged its condition certainly does not hold: it would clear if asked
	NoValue   string          // why it could not be judged, or why it is not good; "" if it is
	seen      []time.Duration // when each input last had a value
	deadlines []time.Duration // when each input will have had none for too long
	of        string          // the condition that seen belongs to
	goodSince time.Duration   // since when it is Good
	again     bool            // its bypass ended while it was tripped
	pending   pending
	Bypass    Bypass
}

// Latches are the latches by the name of the rule. They survive a reload.
type Latches map[string]*Latch

// Trip is a rule that has just tripped.
type Trip struct {
	Rule *Rule
	Why  string
	At   time.Duration
}

// Trips judges the rules and moves their latches on. It gives the rules that trip now and were not tripped before.
//
//   - A condition that may hold trips at once; a censored value is an interval, and any end of it that trips, trips. A rule
//     with a Delay trips once it has lasted.
//   - A value that is missing, stale or not finite trips once it has been so for the rule's missing_after (default: the
//     stale_after of the rule, or of the point's device), counted from the last good value, or from the first judgement if
//     there was none. Of a channel and its substitutes, the one that was lost last counts.
//   - A trip stays until clear.
//   - A rule that is bypassed is judged and does not trip.
//
// It is a function of its arguments alone.
func Trips(rules []*Rule, v View, latches Latches) []Trip {
	var tripped []Trip
	for _, r := range rules {
		l := latches.of(r)
		why, trip := r.judge(v, l)
		again := l.again
		l.again = false
		switch {
		case l.Bypass.Until != 0:
		case again:
			tripped = append(tripped, Trip{r, "the bypass is over: " + l.Why, v.Now})
		case trip && !l.Tripped:
			l.Tripped, l.Since, l.Why = true, v.Now, why
			tripped = append(tripped, Trip{r, why, v.Now})
		}
	}
	return tripped
}

// of is the latch of a rule.
func (all Latches) of(r *Rule) *Latch {
	l := all[r.Name]
	if l == nil {
		l = &Latch{}
		all[r.Name] = l
	}
	return l
}

// judge brings the latch's Good and NoValue up to date and says whether the rule trips, and why.
func (r *Rule) judge(v View, l *Latch) (why string, trip bool) {
	r.remember(v, l)
	t := r.When.judge(&scene{View: v, tolerance: r.StaleAfter, deadlines: l.deadlines})
	was := l.Good
	if l.Good = t.certain(false); l.Good {
		if !was {
			l.goodSince = v.Now
		}
		l.NoValue, l.pending = "", pending{}
		return "", false
	}
	l.NoValue = r.When.Values(v)
	if l.pending.lasts(r, v, t) {
		return l.pending.why(l.NoValue), true
	}
	for i, in := range r.When.Inputs {
		if t.none&(1<<i) != 0 && v.Now > l.deadlines[i] {
			return fmt.Sprintf("%s: %s, no value for %v", in.Ref, in.absent(v, r.StaleAfter), (v.Now - l.seen[i]).Round(time.Millisecond)), true
		}
	}
	return "", false
}

// remember notes when each input last had a value. One never heard is counted from now.
func (r *Rule) remember(v View, l *Latch) {
	if len(l.seen) != len(r.When.Inputs) || l.of != r.When.Text {
		l.of, l.pending, l.Good = r.When.Text, pending{}, false
		l.seen, l.deadlines = make([]time.Duration, len(r.When.Inputs)), make([]time.Duration, len(r.When.Inputs))
		for i := range l.seen {
			l.seen[i] = v.Now
		}
	}
	for i, in := range r.When.Inputs {
		switch {
		case in.absent(v, r.StaleAfter) != "":
		case in.Age:
			l.seen[i] = v.Now
		default:
			l.seen[i] = v.Sample(in.Ref).Up
		}
		l.deadlines[i] = l.seen[i] + in.timeout(cmp.Or(r.MissingAfter, r.StaleAfter))
	}
}

// errNotGood is wrapped when a trip is asked to clear while its condition holds, or cannot be told not to.
var errNotGood = errors.New("not good")

// ClearTrip clears the trip of a rule, which must be good as last judged. One that is not tripped is left alone.
func ClearTrip(r *Rule, latches Latches) error {
	l := latches[r.Name]
	switch {
	case l == nil || !l.Tripped:
		return nil
	case !l.Good:
		return fmt.Errorf("rule %q is %w: %s", r.Name, errNotGood, l.NoValue)
	}
	l.Tripped, l.Why = false, ""
	return nil
}
