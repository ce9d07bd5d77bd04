package thrift

import (
	"runtime/debug"
	"testing"
	"testing/synctest"
	"time"
)

// The heap of few instruments is not collected while the agent starts, that of many at once, and then by what is read; where the environment says
// how, it is left alone.
func TestCollectedByInstrumentsAndReadings(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	percent := func() int {
		now := debug.SetGCPercent(100)
		debug.SetGCPercent(now)
		return now
	}
	for _, c := range []struct {
		environment string
		instruments int
		readings    float64
		start, want int
	}{{"", 0, 0, -1, 50}, {"", 49, 49, -1, 50}, {"", 50, 50, 25, 25}, {"", 200, 249, 25, 25}, {"", 200, 250, 50, 50}, {"75", 200, 200, 100, 100}} {
		t.Setenv("GOGC", c.environment)
		for _, stopped := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				debug.SetGCPercent(100)
				b := Use(1, Slack(), c.instruments, c.readings)
				time.Sleep(whileStart - 1)
				if got := percent(); got != c.start {
					t.Errorf("while it starts, GOGC=%q: %d percent, want %d", c.environment, got, c.start)
				}
				if stopped {
					b.Stop()
				}
				time.Sleep(time.Nanosecond)
				synctest.Wait()
				if got := percent(); got != c.want {
					t.Errorf("%d instruments, %g readings a second, GOGC=%q, stopped %t: the heap grows by %d percent, want %d", c.instruments, c.readings, c.environment, stopped, got, c.want)
				}
				b.Stop()
			})
		}
	}
}
