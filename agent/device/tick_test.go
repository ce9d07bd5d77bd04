package device

import (
	"testing"
	"time"
)

func TestPollsComeAtTheirPhase(t *testing.T) {
	const every = 100 * time.Millisecond
	for _, c := range []struct{ now, phase, want time.Duration }{ // milliseconds
		{0, 0, 100}, {99, 0, 100}, {100, 0, 200},
		{0, 30, 30}, {29, 30, 30}, {30, 30, 130}, {31, 30, 130}, {129, 30, 130}, {130, 30, 230}, {1000, 30, 1030}, {1050, 30, 1130},
	} {
		got := tick(c.now*time.Millisecond, every, c.phase*time.Millisecond)
		if got != c.want*time.Millisecond {
			t.Errorf("tick(%d ms, %v, %d ms) = %v, want %d ms", c.now, every, c.phase, got, c.want)
		}
	}
}

// Moments that are worked out from the last one are those that are worked out anew: at the rate of the polls, after one that took long or
// came out of turn, and with another phase.
func TestPollsFollowTheLast(t *testing.T) {
	var moments ticks
	now := time.Duration(0)
	const every = 100 * time.Millisecond
	for n, step := range []time.Duration{0, 99, 1, 100, 100, 0, 50, 50, 10, 100, 350, 90, 100, 100, 1, 99, 1000, 100, 100} {
		now += step * time.Millisecond
		phase := time.Duration(0)
		if n > 8 {
			phase = 30 * time.Millisecond
		}
		if got, want := moments.after(now, every, phase), tick(now, every, phase); got != want {
			t.Errorf("after %v, phase %v: %v, want %v", now, phase, got, want)
		}
	}
}
