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
	says, known, on, up := false, false, false, time.Duration(0)
	for n := range samples {
		s := &samples[n]
		up = max(up, s.Up)
		says = says || s.Name == "enabled"
		switch {
		case s.Missing != "":
		case s.Name == "enabled":
			known, on = true, on || s.Value != 0
		case s.Name == "output":
			limit, measured := outputOn[s.Unit]
			on = on || measured && s.Value >= limit
		}
	}
	if !says && !on {
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

// noteLaser takes what was read of a laser.
func (i *Device) noteLaser(samples []buffer.Sample) {
	if !i.Model.Laser {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.laser.note(samples)
}

// LaserOnSince is since when a laser is on or may be, up; 0 if it is off, or no laser.
func (i *Device) LaserOnSince() time.Duration {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.laser.onSince
}

// LaserHeard says whether a laser was known to be on or off since the start. One that was not is halted before anything else is
// sent to it, as soon as its line is there.
func (i *Device) LaserHeard() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.laser.heard
}

// laserOff notes that a laser was made inert.
func (i *Device) laserOff() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.laser.onSince, i.laser.heard = 0, true
}

// laserMayBeOn notes that a laser may be on from now, before it is told to be.
func (i *Device) laserMayBeOn() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.laser.onSince == 0 {
		i.laser.onSince = max(i.env.Clock.Up(), 1)
	}
	i.laser.heard = true
}

// noteCommanded keeps what a control of a laser was told and did. The caller has the session.
func (i *Device) noteCommanded(control string, value float64, done bool) {
	if !i.Model.Laser {
		return
	}
	if i.commanded == nil {
		i.commanded = map[string]float64{}
	}
	if done {
		i.commanded[control] = value
	} else {
		delete(i.commanded, control)
	}
}

// noteIdle keeps that all controls of a laser were made idle. The caller has the session.
func (i *Device) noteIdle() {
	for _, c := range i.Plan().Moves {
		i.noteCommanded(c.Name, c.Idle, true)
	}
}
