package rules

import (
	"fmt"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// InForce says whether the rule is tripped and not bypassed.
func (l *Latch) InForce() bool { return l != nil && l.Tripped && l.Bypass.Until == 0 }

// MaxBypass is the longest a rule may be bypassed.
const MaxBypass = 8 * time.Hour

// Bypass takes one rule out of force for a while: it is judged, but neither trips nor forbids. The zero value is none.
type Bypass struct {
	Until time.Duration // monotonic; 0 = not bypassed
	By    string
	Why   string
	ended string // by whom before its time; "" = not
}

// BypassRule takes a rule out of force until now + d; a time of 0 ends that. The error wraps ErrRange where the time is
// too long or no reason is given, and ErrConflict where there is nothing to end.
func BypassRule(r *Rule, latches Latches, now, d time.Duration, by, why string) error {
	l := latches.of(r)
	why = strings.TrimSpace(why)
	switch {
	case d < 0 || d > MaxBypass:
		return fmt.Errorf("bypass rule %q for %v: %w; must be 0 to %v", r.Name, d, buffer.ErrRange, MaxBypass)
	case d == 0 && l.Bypass.Until == 0:
		return fmt.Errorf("rule %q is not bypassed, so there is nothing to end: %w", r.Name, buffer.ErrConflict)
	case d == 0:
		l.Bypass.Until, l.Bypass.ended = now, by
	case why == "":
		return fmt.Errorf("bypass rule %q without a reason: %w; must be any text that says why", r.Name, buffer.ErrRange)
	default:
		l.Bypass = Bypass{Until: now + d, By: by, Why: why}
	}
	return nil
}

// BypassEnd is a rule that has just come back into force.
type BypassEnd struct {
	Rule *Rule
	Was  Bypass
	Why  string
}

// EndBypasses puts back into force the rules whose bypass is over, and those whose condition is not the one that was
// bypassed. A rule that was tripped before its bypass is tripped still: Trips gives it once more, so that what it halts is
// halted again.
//
// It must be called before Trips at each judgement. It is a function of its arguments alone.
func EndBypasses(rules []*Rule, now time.Duration, latches Latches) []BypassEnd {
	var ends []BypassEnd
	for _, r := range rules {
		l := latches[r.Name]
		if l == nil || l.Bypass.Until == 0 {
			continue
		}
		why := ""
		switch {
		case l.Bypass.ended != "":
			why = "ended by " + l.Bypass.ended
		case now >= l.Bypass.Until:
			why = "its time is over"
		case l.of != "" && l.of != r.When.Text:
			why = "the condition was changed"
		default:
			continue
		}
		ends = append(ends, BypassEnd{r, l.Bypass, why})
		l.Bypass, l.again = Bypass{}, l.Tripped
	}
	return ends
}
