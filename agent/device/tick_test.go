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
