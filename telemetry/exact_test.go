package telemetry

import (
	"encoding/json"
	"testing"
	"time"
)

func TestWhatAnswersTellIsInWholeMicroseconds(t *testing.T) {
	for d, want := range map[time.Duration]string{
		1842242 * time.Microsecond:          "1.842242", // its Seconds() is 1.8422420000000002
		59855200 * time.Microsecond:         "59.8552",
		12810016739 * time.Nanosecond:       "12.810016",
		-1500 * time.Nanosecond:             "-0.000001",
		100 * 365 * 24 * 3600 * time.Second: "3153600000",
	} {
		if got, _ := json.Marshal(Seconds(d)); string(got) != want {
			t.Errorf("Seconds(%v) = %s, want %s", d, got, want)
		}
	}
	at := time.Date(2026, 11, 22, 19, 19, 0, 123456999, time.FixedZone("", 3600))
	if got, _ := json.Marshal(Moment(at)); string(got) != `"2026-11-22T18:19:00.123456Z"` {
		t.Errorf("Moment(%v) = %s", at, got)
	}
}
