package rules

import "time"

// ClearAfter is how long a rule with latch: false must be good before its trip is cleared.
const ClearAfter = time.Minute

// ClearThemselves clears the trips of the rules that do so (ClearsItself) and have been certainly good for ClearAfter, and
// gives those rules.
//
// It must be called after Trips. It is a function of its arguments alone.
func ClearThemselves(rules []*Rule, now time.Duration, latches Latches) []*Rule {
	var cleared []*Rule
	for _, r := range rules {
		l := latches[r.Name]
		if !r.ClearsItself || l == nil || !l.Tripped || !l.Good || now-l.goodSince < ClearAfter {
			continue
		}
		l.Tripped, l.Why = false, ""
		cleared = append(cleared, r)
	}
	return cleared
}
