package command

import (
	"fmt"
	"time"

	"pychron-edge/buffer"
)

// lease is a hold somebody has on a device: while they renew it the device may stay on, and when it lapses the device is
// halted. Only who took a lease is bound by one: Pychron's client fires once and stays silent for minutes.
type lease struct {
	by    string
	until time.Duration // up
}

// leases are the holds by device. The commander's mutex guards them.
type leases map[string]lease

// Shortest and longest lease. A browser's timers are late by a second when its tab is not looked at.
const (
	leaseMin = time.Second
	leaseMax = time.Minute
)

// leaseTime is how long a lease runs: what was asked, at most the device's hold_off where it has one.
func leaseTime(asked, holdOff time.Duration) (time.Duration, error) {
	maxLease := leaseMax
	if holdOff > 0 {
		maxLease = holdOff
	}
	if asked == 0 {
		asked = maxLease
	}
	if asked < min(leaseMin, maxLease) || asked > leaseMax {
		return 0, fmt.Errorf("%w: a hold of %v; must be %v to %v", buffer.ErrRange, asked, leaseMin, leaseMax)
	}
	return min(asked, maxLease), nil
}

// take begins or renews a lease. Somebody else's is not taken over.
func (ls leases) take(device, by string, now, d time.Duration) error {
	if l, ok := ls[device]; ok && l.by != by && now < l.until {
		return held(device, l.by)
	}
	ls[device] = lease{by, now + d}
	return nil
}

// drop ends a lease that is one's own.
func (ls leases) drop(device, by string) error {
	if l, ok := ls[device]; ok && l.by != by {
		return held(device, l.by)
	}
	delete(ls, device)
	return nil
}

// held refuses. It says no time: one refusal again and again is told once.
func held(device, by string) error {
	return fmt.Errorf("%w: %s is held by %s; the lease must be given up there, or run out", buffer.ErrConflict, device, by)
}

// lapsed takes out the leases that ran out and gives who let them.
func (ls leases) lapsed(now time.Duration) map[string]lease {
	var out map[string]lease
	for device, l := range ls {
		if now >= l.until {
			if out == nil {
				out = map[string]lease{}
			}
			out[device] = l
			delete(ls, device)
		}
	}
	return out
}
