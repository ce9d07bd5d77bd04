package thrift

import (
	"runtime/debug"
	"testing"
)

func TestCollectedByReadings(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	for _, c := range []struct {
		environment string
		readings    float64
		want        int
	}{{"", 0, 25}, {"", 249, 25}, {"", 250, 50}, {"", 5000, 50}, {"75", 10, 100}} {
		t.Setenv("GOGC", c.environment)
		debug.SetGCPercent(100)
		Use(1, Slack(), c.readings).Stop()
		if got := debug.SetGCPercent(100); got != c.want {
			t.Errorf("%g readings a second, GOGC=%q: the heap grows by %d percent, want %d", c.readings, c.environment, got, c.want)
		}
	}
}
