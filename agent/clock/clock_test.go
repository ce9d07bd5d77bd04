package clock

import (
	"testing"
	"time"
)

func TestTimesAreInWholeMicroseconds(t *testing.T) {
	for _, c := range []struct{ wall, want time.Time }{
		{time.Date(2026, 11, 22, 18, 19, 0, 123456999, time.FixedZone("", 3600)), time.Date(2026, 11, 22, 17, 19, 0, 123456000, time.UTC)},
		{time.Date(2026, 11, 22, 18, 19, 0, 123456000, time.UTC), time.Date(2026, 11, 22, 18, 19, 0, 123456000, time.UTC)},
		{time.Date(1969, 12, 31, 23, 59, 59, 999999999, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC)},
	} {
		clock := Clock{Wall: func() time.Time { return c.wall }}
		if got := clock.Now(); got != c.want {
			t.Errorf("at %v it is %v, want %v", c.wall, got, c.want)
		}
	}
	clock := NewClock("trusted")
	for range 100 {
		if up := clock.Up(); up < 0 || up%time.Microsecond != 0 {
			t.Fatalf("up = %v, want whole microseconds", up)
		}
	}
}
