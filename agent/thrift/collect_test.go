package thrift

import (
	"runtime/debug"
	"testing"
)

func TestCollectedByInstrumentsAndReadings(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	for _, c := range []struct {
		environment string
		instruments int
		readings    float64
		want        int
	}{{"", 0, 0, 50}, {"", 49, 49, 50}, {"", 50, 50, 25}, {"", 200, 249, 25}, {"", 200, 250, 50}, {"75", 200, 200, 100}} {
		t.Setenv("GOGC", c.environment)
		debug.SetGCPercent(100)
		Use(1, Slack(), c.instruments, c.readings).Stop()
		if got := debug.SetGCPercent(100); got != c.want {
			t.Errorf("%d instruments, %g readings a second, GOGC=%q: the heap grows by %d percent, want %d", c.instruments, c.readings, c.environment, got, c.want)
		}
	}
}
