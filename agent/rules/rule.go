package rules

import (
	"errors"
	"fmt"
	"time"
)

// Rule halts devices and forbids controls while its condition holds, and until it was cleared after that.
type Rule struct {
	Name       string
	When       *Expression // of two values
	Halt       []string    // devices
	Forbid     []Ref       // controls that may only take their idle value
	StaleAfter time.Duration
}

// Latch is what is remembered of one rule.
type Latch struct {
	Tripped bool
	Since   time.Duration   // when it tripped, monotonic
	Why     string          // the values that tripped it
	Good    bool            // as last judged its condition certainly does not hold: it would clear if asked
	NoValue string          // why it could not be judged, or why it is not good; "" if it is
	seen    []time.Duration // when each input last had a value
	of      string          // the condition that seen belongs to
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
//   - A condition that may hold trips at once; a censored value is an interval, and any end of it that trips, trips.
//   - A value that is missing, stale or not finite trips once it has been so for the rule's stale_after (default: the
//     stale_after of the point's device), counted from the last good value, or from the first judgement if there was none.
//   - A trip stays until clear.
//
// It is a function of its arguments alone.
func Trips(rules []*Rule, v View, latches Latches) []Trip {
	var tripped []Trip
	for _, r := range rules {
		l := latches[r.Name]
		if l == nil {
			l = &Latch{}
			latches[r.Name] = l
		}
		why, trip := r.judge(v, l)
		if trip && !l.Tripped {
			l.Tripped, l.Since, l.Why = true, v.Now, why
			tripped = append(tripped, Trip{r, why, v.Now})
		}
	}
	return tripped
}

// judge brings the latch's Good and NoValue up to date and says whether the rule trips, and why.
func (r *Rule) judge(v View, l *Latch) (why string, trip bool) {
	r.remember(v, l)
	t := r.When.Judge(v, r.StaleAfter)
	l.Good, l.NoValue = t.certain(false), ""
	switch {
	case t.yes:
		l.NoValue = r.When.Values(v)
		return l.NoValue, true
	case l.Good:
		return "", false
	}
	l.NoValue = r.When.Values(v)
	for i, in := range r.When.Inputs {
		if t.none&(1<<i) != 0 && v.Now-l.seen[i] > in.timeout(r.StaleAfter) {
			return fmt.Sprintf("%s: %s, no value for %v", in.Ref, in.absent(v, r.StaleAfter), (v.Now - l.seen[i]).Round(time.Millisecond)), true
		}
	}
	return "", false
}

// remember notes when each input last had a value. One never heard is counted from now.
func (r *Rule) remember(v View, l *Latch) {
	if len(l.seen) != len(r.When.Inputs) || l.of != r.When.Text {
		l.of, l.seen = r.When.Text, make([]time.Duration, len(r.When.Inputs))
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
