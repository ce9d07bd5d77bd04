package buffer_test

import (
	"encoding/json"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// A lease that was given up has no end: no time is better than one that is none.
func TestHoldResultOfALeaseThatWasGivenUp(t *testing.T) {
	for want, r := range map[string]buffer.HoldResult{
		`{}`:                               {},
		`{"until":"2026-11-22T18:19:10Z"}`: {Until: time.Date(2026, 11, 22, 18, 19, 10, 0, time.UTC)},
	} {
		if got, err := json.Marshal(r); err != nil || string(got) != want {
			t.Errorf("%v in JSON = %s, %v, want %s", r, got, err, want)
		}
	}
}
