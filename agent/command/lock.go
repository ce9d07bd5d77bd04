package command

import (
	"fmt"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// lock is a soft lock on a device, as Pychron has them: without an owner nobody may command the device; with one, only the
// owner may. It never stands in the way of a halt, nor of the idle value unless it holds both ways.
type lock struct {
	owner        string // "" = nobody may
	by           string // who took it
	reason       string
	since        time.Time
	until        time.Time // zero = until it is lifted
	both         bool      // the idle value is refused as well
	outOfService bool      // hands are in it: the owner is refused as well
}

// locks are the soft locks by device. The commander's mutex guards them.
type locks map[string]lock

// How long a lock holds where nobody says, and at most.
const (
	lockDefault = 12 * time.Hour
	lockMax     = 30 * 24 * time.Hour
)

// over says whether the lock's time has passed.
func (l lock) over(now time.Time) bool { return !l.until.IsZero() && !now.Before(l.until) }

// refuses says why somebody may not command the device, to its idle value or to another; "" if they may.
func (ls locks) refuses(device, who string, idle bool, now time.Time) string {
	l, ok := ls[device]
	switch {
	case !ok, l.over(now), idle && !l.both:
		return ""
	case l.outOfService:
		return fmt.Sprintf("%s is out of service since %s said so%s; must be lifted by them, its owner or an administrator", device, l.by, because(l.reason))
	case l.owner == "":
		return fmt.Sprintf("%s is locked by %s%s", device, l.by, because(l.reason))
	case l.owner == who:
		return ""
	}
	return fmt.Sprintf("%s is owned by %s%s", device, l.owner, because(l.reason))
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// take locks a device. Somebody else's lock is taken over only by an administrator with a reason; broken says that it was.
func (ls locks) take(r buffer.LockRequest, now time.Time) (broken bool, err error) {
	switch {
	case r.For < 0 || r.For > lockMax:
		return false, fmt.Errorf("lock %s for %v: %w; must be up to %v", r.Device, r.For, buffer.ErrRange, lockMax)
	case r.OutOfService && r.For != 0:
		return false, fmt.Errorf("%s out of service for %v: %w; must be without a time, for it ends when it is lifted", r.Device, r.For, buffer.ErrRange)
	}
	if broken, err = ls.breaks(r, now, buffer.ErrConflict); err != nil {
		return false, err
	}
	l := lock{owner: r.Owner, by: r.By.Name, reason: r.Reason, since: now, both: r.Both, outOfService: r.OutOfService}
	if !r.OutOfService {
		l.until = now.Add(lockTime(r.For))
	}
	ls[r.Device] = l
	return broken, nil
}

func lockTime(asked time.Duration) time.Duration {
	if asked == 0 {
		return lockDefault
	}
	return asked
}

// give takes a lock away: its taker and its owner may, and an administrator with a reason, which breaks it.
func (ls locks) give(r buffer.LockRequest, now time.Time) (broken bool, err error) {
	if broken, err = ls.breaks(r, now, buffer.ErrForbidden); err == nil {
		delete(ls, r.Device)
	}
	return broken, err
}

// breaks says whether a request ends somebody else's lock, and the error is is wrapped where it may not.
func (ls locks) breaks(r buffer.LockRequest, now time.Time, is error) (bool, error) {
	l, ok := ls[r.Device]
	switch {
	case !ok, l.over(now), r.By.Name == l.by, r.By.Name == l.owner:
		return false, nil
	case !r.By.May(buffer.RightAdmin):
		return false, &refusal{"locked", fmt.Errorf("%w: %s; must be them, its owner or an administrator", is, l.held(r.Device))}
	case strings.TrimSpace(r.Reason) == "":
		return false, &refusal{"locked", fmt.Errorf("%w: %s; must be broken with a reason", is, l.held(r.Device))}
	}
	return true, nil
}

func (l lock) held(device string) string {
	return fmt.Sprintf("%s was locked by %s%s", device, l.by, because(l.reason))
}

// LockStanding is a lock as people see it. Times are on the steady clock.
type LockStanding struct {
	Owner, Reason      string // who may command the device all the same, or who locked it
	Since              time.Time
	Until              time.Time // zero = until it is lifted
	Both, OutOfService bool
}

// standing is the lock of a device, nil if there is none.
func (ls locks) standing(device string, now time.Time) *LockStanding {
	l, ok := ls[device]
	if !ok || l.over(now) {
		return nil
	}
	s := &LockStanding{Owner: l.owner, Reason: l.reason, Since: l.since, Until: l.until, Both: l.both, OutOfService: l.outOfService}
	if s.Owner == "" {
		s.Owner = l.by
	}
	return s
}
