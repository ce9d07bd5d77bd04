package rules

import (
	"fmt"
	"slices"
)

// Condition is one thing that must be so before a control may leave its idle value, with how it is now.
type Condition struct {
	What string // "V2 verified closed"
	Now  string // "open"
	Good bool
}

// Conditions are those of [Allowed] one by one: all that is looked at for a move, good or not.
func Conditions(m Move, s Situation, v View, rules []*Rule, pipettes []*Pipette) (all []Condition) {
	must := func(r Ref, want ValveState, what string) {
		state := s.Valve(r)
		all = append(all, Condition{fmt.Sprintf("%s%s verified %s", what, shortName(r), want), state.String(), state == want || want == Closed && state.closedFor(m)})
	}
	for _, r := range m.Closed {
		must(r, Closed, "")
	}
	for _, r := range m.Open {
		must(r, Open, "")
	}
	for _, p := range pipettes {
		if other, is := p.other(m.Ref); is {
			must(other, Closed, "pipette "+p.Name+": ")
		}
	}
	for _, r := range rules {
		if slices.Contains(r.Halt, m.Device) || slices.Contains(r.Forbid, m.Ref) {
			l := s.Latches[r.Name]
			all = append(all, Condition{"rule " + r.Name, r.standing(l, v), r.allows(l, m) == nil})
		}
	}
	return all
}

// shortName is a valve as people call it: a device alone where it is the valve.
func shortName(r Ref) string {
	if r.Point == "open" {
		return r.Device
	}
	return r.String()
}

// standing is how a rule stands, in words, with what it looks at.
func (r *Rule) standing(l *Latch, v View) string {
	now := r.When.Values(v)
	switch {
	case l == nil:
		return "not judged yet"
	case l.Bypass.Until != 0:
		return "bypassed by " + l.Bypass.By
	case l.Tripped && l.Good:
		return "tripped, good now: " + now
	case l.Tripped:
		return "tripped: " + l.Why
	case !l.Good:
		return "not known to be good: " + now
	}
	return "good: " + now
}
