package device

import (
	"time"

	"pychron-edge/buffer"
)

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
