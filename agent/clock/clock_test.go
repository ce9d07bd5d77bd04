package clock

import (
	"testing"
	"testing/synctest"
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

// One look gives what two do.
func TestBothAreNowAndUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewClock("trusted")
		for _, shift := range []time.Duration{0, time.Hour} {
			if shift > 0 {
				c.Wall = func() time.Time { return time.Now().Add(shift) }
			}
			time.Sleep(1234567 * time.Nanosecond)
			if now, up := c.Both(); now != c.Now() || up != c.Up() || up == 0 {
				t.Errorf("%v ahead: both are %v and %v, want %v and %v", shift, now, up, c.Now(), c.Up())
			}
		}
	})
}
