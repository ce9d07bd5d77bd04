package main

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Two boards with one memory card take the name from each other, every second or so.
func TestCopiedCardIsOneStateAndNoHeapOfGaps(t *testing.T) {
	in := newTestIntake(t)
	at := &clock{zero}
	in.now = at.now
	seq := map[string]uint64{}
	for i := range 40 {
		at.at = at.at.Add(time.Second)
		boot := []string{"a1", "b1"}[i%2]
		in.receive(t, "pychron/line1/status", fmt.Sprintf(`{"state":"online","boot":%q,"through":{"readings":%d},"boots":[{"boot":"b0","last":{},"clean":true}]}`, boot, seq[boot]), true)
		for range 3 {
			seq[boot]++
			in.add(t, reading(boot, seq[boot]))
		}
		in.receive(t, "pychron/line1/status", fmt.Sprintf(`{"state":"offline","boot":%q}`, boot), true) // its last will
	}
	why := in.twins.present(at.at)[laneKey{agent: "line1"}]
	for _, part := range []string{"two agents are named line1", "a1", "b1", "another name"} {
		if !strings.Contains(why, part) {
			t.Errorf("told %q, want it to contain %q", why, part)
		}
	}
	if got := in.gaps(t); strings.Count(got, ";") > 3 {
		t.Errorf("gaps %q, want one of each lane at most", got)
	}
	if got := in.twins.present(at.at.Add(twinTime)); len(got) != 0 {
		t.Errorf("told %v although they are one again, want nothing", got)
	}
}

func TestRestartsAreNoTwins(t *testing.T) {
	var w twins
	for i, boot := range []string{"a", "b", "a", "c", "d", "e", "d", "f", "f"} { // a broker that was restored has an old status, once in a while
		w.saw("line1", boot, zero.Add(time.Duration(i)*time.Minute))
	}
	if got := w.present(zero.Add(9 * time.Minute)); len(got) != 0 {
		t.Errorf("told %v, want nothing", got)
	}
}
