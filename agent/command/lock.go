package command

import (
	"fmt"
	"time"

	"pychron-edge/buffer"
)

// lock is a soft lock on a device, as Pychron has them: without an owner nobody may command the device; with one, only the
// owner may. It never stands in the way of a halt.
type lock struct {
	owner  string // "" = nobody may
	by     string // who took it
	reason string
	since  time.Time
	until  time.Time // zero = until unlocked
}

// locks are the soft locks by device. The house's door guards them.
type locks map[string]lock

// over says whether the lock's time has passed.
func (l lock) over(now time.Time) bool { return !l.until.IsZero() && !now.Before(l.until) }

// refuses says why somebody may not command the device, "" if they may.
func (ls locks) refuses(device, who string, now time.Time) string {
	l, ok := ls[device]
	switch {
	case !ok, l.over(now):
		return ""
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

// take locks a device. Somebody else's lock is not taken over.
func (ls locks) take(r buffer.LockRequest, now time.Time) error {
	if l, ok := ls[r.Device]; ok && !l.over(now) && !l.mine(r.By) {
		return fmt.Errorf("%w: %s", buffer.ErrConflict, l.held(r.Device))
	}
	l := lock{owner: r.Owner, by: r.By.Name, reason: r.Reason, since: now}
	if r.For > 0 {
		l.until = now.Add(r.For)
	}
	ls[r.Device] = l
	return nil
}

// give takes a lock away: its taker, its owner or an administrator may.
func (ls locks) give(r buffer.LockRequest, now time.Time) error {
	l, ok := ls[r.Device]
	if ok && !l.over(now) && !l.mine(r.By) {
		return fmt.Errorf("%w: %s; must be them or an administrator", buffer.ErrForbidden, l.held(r.Device))
	}
	delete(ls, r.Device)
	return nil
}

func (l lock) mine(p buffer.Principal) bool {
	return p.Name == l.by || p.Name == l.owner || p.May(buffer.RightAdmin)
}

func (l lock) held(device string) string {
	return fmt.Sprintf("%s was locked by %s%s", device, l.by, because(l.reason))
}

// LockStanding is a lock as people see it. Times are on the steady clock.
type LockStanding struct {
	Owner, Reason string // who may command the device all the same, or who locked it
	Since         time.Time
	Until         time.Time // zero = until unlocked
}

// standing is the lock of a device, nil if there is none.
func (ls locks) standing(device string, now time.Time) *LockStanding {
	l, ok := ls[device]
	if !ok || l.over(now) {
		return nil
	}
	s := &LockStanding{Owner: l.owner, Reason: l.reason, Since: l.since, Until: l.until}
	if s.Owner == "" {
		s.Owner = l.by
	}
	return s
}
