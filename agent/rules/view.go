package rules

import (
	"time"

	"pychron-edge/buffer"
)

// View is what expressions, rules and interlocks see at one instant. Now is the monotonic time since the start.
type View struct {
	Present *buffer.Present
	Health  func(device string) string // unknown, healthy, degraded, unavailable, disabled; nil = unknown
	Rates   *Rates                     // nil = no rate of change is known
	Display buffer.Display             // how people read pressures; the zero value is torr
	Now     time.Duration
}

// Sample is the present sample of a point, nil if there is none.
func (v View) Sample(r Ref) *buffer.Sample {
	samples := v.Present.Device(r.Device)
	for i := range samples {
		if samples[i].Point() == r.Point {
			return &samples[i]
		}
	}
	return nil
}

// health is the word for a device's health.
func (v View) health(device string) string {
	if v.Health == nil {
		return "unknown"
	}
	return v.Health(device)
}
