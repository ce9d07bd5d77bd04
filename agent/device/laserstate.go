package device

import (
	"time"

	"pychron-edge/buffer"
)

// outputOn is the power a laser gives out, as its own meter reads it, from which it counts as on: a percent of the meter's range,
// or a tenth of a watt. Below it is what a meter reads in the dark.
var outputOn = map[buffer.Unit]float64{buffer.Percent: 1, buffer.Watts: 0.1}

// laserState is what is known of whether a laser is on. Unknown counts as on: for max_on, for rules and for people.
type laserState struct {
	onSince time.Duration // up, since when it is on or may be; 0 = it is off
	heard   bool          // it was known to be on or off since the start
}

// note takes what was read. It says that the laser is on where it is enabled or gives out power, that it is off where it is
// known not to be enabled, and that it may be on in every other case.
func (l *laserState) note(samples []buffer.Sample) {
	enables, known, on, up := false, false, false, time.Duration(0)
	for n := range samples {
		s := &samples[n]
		up = max(up, s.Up)
		enables = enables || s.Name == "enabled"
		switch {
		case s.Missing != "":
		case s.Name == "enabled":
			known, on = true, on || s.Value != 0
		case s.Name == "output":
			limit, measured := outputOn[s.Unit]
			on = on || measured && s.Value >= limit
		}
	}
	if !enables && !on {
		return // it came unasked, and is about something else
	}
	l.heard = l.heard || known || on
	switch {
	case known && !on:
		l.onSince = 0
	case l.onSince == 0:
		l.onSince = max(up, 1)
	}
}
