package telemetry

import "time"

// Seconds is a duration as answers tell it: in whole microseconds, so that no number has more digits than are known. Duration.Seconds adds a
// whole and a part, and their sum has.
func Seconds(d time.Duration) float64 { return float64(d/time.Microsecond) / 1e6 }

// Moment is a time as answers tell it: UTC, in whole microseconds.
func Moment(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
