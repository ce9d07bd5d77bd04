package service

import (
	"testing"
	"time"
)

func TestServiceThatFlapsIsNotTold(t *testing.T) {
	health := Healthy
	var s List
	s.Add("broker", func() (int, string) { return health, "away" })
	second := time.Duration(0)
	run := func(seconds int, flap bool) (reported int) {
		for n := range seconds {
			if flap {
				health = Healthy + n%2
			}
			reported += len(s.Step(second))
			second += time.Second
		}
		return reported
	}
	if n := run(20, true); n != 0 {
		t.Errorf("a broker that flaps was told %d times, want 0", n)
	}
	health = Unavailable
	if n := run(60, false); n != 1 {
		t.Errorf("a broker away for a minute was told %d times, want 1", n)
	}
	health = Healthy
	if n := run(60, false); n != 1 {
		t.Errorf("its return was told %d times, want 1", n)
	}
}
