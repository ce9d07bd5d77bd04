package main

import (
	"testing"
	"time"

	"pychron-edge/buffer"
)

// What is archived has the time of the newest of its samples: a point that is only heard from keeps that of when it was.
func TestTimeOfWhatIsArchived(t *testing.T) {
	start := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	at := func(up time.Duration) buffer.Sample { return buffer.Sample{Time: start.Add(up), Up: up} }
	for _, ups := range [][]time.Duration{{3 * time.Second, time.Second}, {time.Second, 3 * time.Second}, {3 * time.Second}} {
		var samples []buffer.Sample
		for _, up := range ups {
			samples = append(samples, at(up))
		}
		if got, want := newest(samples), start.Add(3*time.Second); got != want {
			t.Errorf("of samples of %v it is %v, want %v", ups, got, want)
		}
	}
	if got := newest([]buffer.Sample{at(0)}); got != start {
		t.Errorf("of one of the start it is %v, want %v", got, start)
	}
}
