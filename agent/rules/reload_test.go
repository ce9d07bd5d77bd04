package rules

import (
	"testing"
	"time"

	"pychron-edge/buffer"
)

// A reload puts another condition under a rule's name. When its inputs last had a value is counted anew: what was seen of the
// old inputs says nothing of the new ones.
func TestChangedConditionForgetsWhatWasSeen(t *testing.T) {
	ig := pressure("ig", 0.01, buffer.Exact)
	ig.Up = 10 * sec
	latches := Latches{}
	if got := Trips([]*Rule{rule(t, "ion1.ig > pa(0.1)", 0)}, now(10*sec, ig), latches); len(got) != 0 {
		t.Fatalf("trips on a good value = %v, want none", got)
	}
	changed := []*Rule{rule(t, "ion1.cg1 > pa(0.1)", 0)}
	for _, c := range []struct {
		at    time.Duration
		trips bool
	}{{100 * sec, false}, {105 * sec, false}, {105*sec + 1, true}} {
		if got := Trips(changed, now(c.at), latches); (len(got) > 0) != c.trips {
			t.Errorf("trips at %v of a new input that was never read = %v, want %v: 5 s are counted from the reload", c.at, got, c.trips)
		}
	}
}
